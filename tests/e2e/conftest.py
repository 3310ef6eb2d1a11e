"""Fixtures: one MariaDB for the whole session, one small world for each file that asks for it."""
import os

import pytest

from daemon import Daemon
from mariadb import FAST, LOGGED, MariaDb
from office import Office


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: minutes long; runs only with CHARTBELL_SLOW=1")


def pytest_collection_modifyitems(items):
    if os.environ.get("CHARTBELL_SLOW") == "1":
        return
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="slow: set CHARTBELL_SLOW=1"))


@pytest.fixture(scope="session")
def mariadb():
    """The practices' server, by socket only; with CHARTBELL_CAPTURE=log it writes a binary log."""
    server = MariaDb(options=LOGGED if os.environ.get("CHARTBELL_CAPTURE") == "log" else FAST)
    yield server.start()
    server.remove()


@pytest.fixture(scope="session")
def logging_mariadb():
    """A server that writes a binary log of rows."""
    server = MariaDb(options=LOGGED)
    yield server.start()
    server.remove()


@pytest.fixture(scope="module")
def office(mariadb, tmp_path_factory):
    """An open office for all tests of a file. At the end every event must have been expected."""
    world = Office(mariadb, tmp_path_factory.mktemp("office")).open()
    yield world
    untaken = world.inbox.drop()
    world.close()
    assert untaken == [], "events that no change explains"


@pytest.fixture
def daemons():
    """Makes daemons for one test; what still runs at its end is killed."""
    made = []

    def make(config):
        made.append(Daemon(config))
        return made[-1]
    yield make
    for daemon in made:
        daemon.kill()


@pytest.fixture
def offices(mariadb, tmp_path):
    """Makes offices for one test; Office's own arguments. They are closed at its end."""
    made = []

    def make(server=mariadb, **arguments):
        made.append(Office(server, tmp_path / f"office-{len(made)}", **arguments))
        return made[-1]
    yield make
    for world in made:
        world.close()
