"""The dashboard while things change: tests/browser/live, on a practice that pushes when told to."""
import os
import subprocess

from browser import Browser
from receiver import Answer
from test_forms_browser import CHROMIUM, FOLDER, install_browser_tests
from vendor import Vendor

PASSWORD = "four words or something"
RUN_SECONDS = 300


def test_the_dashboard_while_things_change(tmp_path):
    install_browser_tests()
    world = Vendor(tmp_path).open()
    world.receiver.answer("/failing", Answer(500, b"canary of Ada"))
    failing = world.api.new_endpoint(world.receiver.url("/failing"), retry_schedule=[604_800])
    world.api.subscribe(failing["id"], "Patient", "patient_created")
    admin = Browser(lambda: world.daemon.url)
    assert admin.call("POST", "/api/v1/setup", {
        "token": world.daemon.setup_token, "name": "ada", "display_name": "Ada Lovelace",
        "password": PASSWORD}).status == 201
    assert admin.call("POST", "/api/v1/users", {
        "name": "vic", "display_name": "Vic", "role": "viewer", "password": PASSWORD}).status == 201
    run = subprocess.run(
        ["node", "--test", "--test-concurrency=1", "--test-reporter=spec", FOLDER / "live"],
        env={**os.environ, "CHARTBELL_URL": world.daemon.url, "CHARTBELL_CHROMIUM": CHROMIUM,
             "CHARTBELL_KEY": world.config.api_keys[0].key},
        capture_output=True, text=True, timeout=RUN_SECONDS, check=False)
    print(run.stdout)
    world.inbox.drop()
    world.close()
    assert run.returncode == 0, run.stdout + run.stderr
