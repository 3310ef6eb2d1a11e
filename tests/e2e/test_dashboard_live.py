"""The dashboard while things change: tests/browser/live, on a practice that pushes when told to."""
from browser import Browser
from chromium import run_browser_tests
from receiver import Answer
from vendor import Vendor

PASSWORD = "four words or something"


def test_the_dashboard_while_things_change(tmp_path):
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
    run_browser_tests(world.daemon.url, "live/budget.test.mjs", "live/live.test.mjs",
                      CHARTBELL_KEY=world.config.api_keys[0].key)
    world.inbox.drop()
    world.close()
