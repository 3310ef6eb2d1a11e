"""The operator's pages in a real browser: tests/browser/dashboard, a daemon for each file."""
import http.server
import os
import subprocess
import threading

import pytest

from desk import Desk
from test_forms_browser import CHROMIUM, FOLDER, install_browser_tests
from vendor import Vendor

PAGES = FOLDER / "dashboard"
NAUGHTY = "<img src=x onerror=alert(1)>"
RUN_SECONDS = 600


class Clinic(http.server.BaseHTTPRequestHandler):
    """A receiver that answers 500 until /mend; /change makes the practice change a patient."""

    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        status = 200 if self.path in ("/mend", "/change") or self.server.mended else 500
        if self.path == "/mend":
            self.server.mended = True
        if self.path == "/change":
            self.server.change()
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def practice(tmp_path):
    install_browser_tests()
    world = Vendor(tmp_path).open()
    revisions = iter(range(1, 1000))
    world.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Clinic)
    world.server.mended = False
    world.server.change = lambda: world.push("patient", "p-1", next(revisions),
                                             first_name=f"{NAUGHTY} {next(revisions)}")
    world.server.change()
    threading.Thread(target=world.server.serve_forever, daemon=True).start()
    yield world
    world.inbox.drop()
    world.close()
    world.server.shutdown()
    world.server.server_close()


@pytest.fixture
def desk(tmp_path):
    install_browser_tests()
    world = Desk(tmp_path).open()
    yield world
    world.inbox.drop()
    world.close()


def run_tests(world, file, **settings):
    run = subprocess.run(
        ["node", "--test", "--test-concurrency=1", "--test-reporter=spec", PAGES / file],
        env={**os.environ, "CHARTBELL_URL": world.daemon.url, "CHARTBELL_CHROMIUM": CHROMIUM,
             "CHARTBELL_SETUP_TOKEN": world.daemon.setup_token, **settings},
        capture_output=True, text=True, timeout=RUN_SECONDS, check=False)
    print(run.stdout)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("file", ["way.test.mjs", "admin.test.mjs", "budget.test.mjs"])
def test_the_dashboard_in_a_browser(practice, file):
    run_tests(practice, file,
              CHARTBELL_RECEIVER=f"http://127.0.0.1:{practice.server.server_port}")


def test_the_front_desk_in_a_browser(desk):
    run_tests(desk, "desk.test.mjs", **desk.settings())
