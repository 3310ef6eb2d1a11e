"""The dashboard in a browser: how soon, and how smoothly, on a practice that pushes.

dashboard  Overview to its first usable control and to its figures at a quarter of the processor;
           the tail of a log that a thousand events a second come to; a table of 100,000 rows.
           Debian's Chromium without a window, which draws 60 times a second (bench/dashboard.mjs).
"""
import subprocess
import sys

from tools import ROOT, ROUNDS

sys.path.insert(0, str(ROOT / "tests/e2e"))

from browser import Browser  # noqa: E402: found by the line above
from chromium import browser_environment, install_browser_tests  # noqa: E402
from vendor import Vendor  # noqa: E402

PASSWORD = "four words or something"


def dashboard(folder):
    install_browser_tests()
    world = Vendor(folder).open()
    made = Browser(lambda: world.daemon.url).call("POST", "/api/v1/setup", {
        "token": world.daemon.setup_token, "name": "ada", "display_name": "Ada Lovelace",
        "password": PASSWORD})
    assert made.status == 201, made.raw
    try:
        subprocess.run(
            ["node", ROOT / "bench/dashboard.mjs"], check=True,
            env=browser_environment(world.daemon.url, BENCH_ROUNDS=str(ROUNDS),
                                    CHARTBELL_KEY=world.config.api_keys[0].key))
    finally:
        world.daemon.stop()
        world.receiver.close()


PARTS = {"dashboard": dashboard}
