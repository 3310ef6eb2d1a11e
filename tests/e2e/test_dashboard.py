"""The operator's pages in a real browser: tests/browser/dashboard, a daemon for each file."""
import http.server
import threading

import pytest

from chromium import run_browser_tests
from desk import Desk
from vendor import Vendor

NAUGHTY = "<img src=x onerror=alert(1)>"


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
    world = Desk(tmp_path).open()
    yield world
    world.inbox.drop()
    world.close()


@pytest.mark.parametrize("file", ["way.test.mjs", "admin.test.mjs", "budget.test.mjs"])
def test_the_dashboard_in_a_browser(practice, file):
    run_browser_tests(practice.daemon.url, f"dashboard/{file}",
                      CHARTBELL_SETUP_TOKEN=practice.daemon.setup_token,
                      CHARTBELL_RECEIVER=f"http://127.0.0.1:{practice.server.server_port}")


def test_the_front_desk_in_a_browser(desk):
    run_browser_tests(desk.daemon.url, "dashboard/desk.test.mjs",
                      CHARTBELL_SETUP_TOKEN=desk.daemon.setup_token, **desk.settings())
