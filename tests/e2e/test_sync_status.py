"""A database that goes away later: the daemon stays, turns red, recovers, and loses nothing."""
import pytest

import shape
from inbox import Inbox
from mariadb import MariaDb, free_port

# A daemon that has failed for a while rests between its tries.
RECOVERY_SECONDS = 45


@pytest.fixture(params=["socket", "port"])
def own_server(request):
    """A server that the test may end; reached by socket or over the loopback net."""
    server = MariaDb(free_port() if request.param == "port" else None).start()
    yield server
    server.remove()


def must_recover(world, server, end):
    """Ends the server by end() and starts it again: red, then a change is told, then green."""
    status = world.api.sync_status()[0]
    assert status["read_status"] == "green"
    end()
    world.wait_read_status("red")
    assert world.daemon.running
    server.start()
    world.practice = type(world.practice)(server.connect(world.database))
    world.practice.update("patient", 1, Email="back@example.org")
    world.inbox.take("patient_updated", RECOVERY_SECONDS, foreign_id="1", email="back@example.org")
    world.wait_read_status("green")


def test_a_database_that_is_restarted_turns_red_and_recovers(own_server, offices):
    must_recover(offices(server=own_server).open(), own_server, own_server.stop)


def test_a_database_that_crashes_turns_red_and_recovers(own_server, offices):
    """Its tables were in use: the server mends each when it is opened next."""
    world = offices(server=own_server).open()
    world.practice.update("provider", 1, Abbr="SG")
    must_recover(world, own_server, own_server.kill)


def test_coming_back_is_told(own_server, offices):
    world = offices(server=own_server).open()
    must_recover(world, own_server, own_server.stop)
    event = world.inbox.take("sync_status_read_change.green")
    assert shape.differences(shape.sample(event.name), event.body) == []
    world.expect_silence()


@pytest.mark.parametrize("capture", ["scan", "poll"])
def test_silence_turns_red_and_coming_back_turns_green(own_server, offices, capture):
    """No socket is closed: the server is only stopped. Both within a minute."""
    world = offices(server=own_server, capture=capture).open()
    endpoint = world.endpoint_at("/red")
    world.api.subscribe(endpoint["id"], "SyncStatus", "sync_status_read_change", notify_red=True)
    red_inbox = Inbox(world.receiver, "/red")
    world.wait_read_status("green")
    own_server.freeze()
    try:
        world.wait_read_status("red", 60)
        told = red_inbox.take("sync_status_read_change.red")
        assert told.object["read_status"] == "red"
        assert shape.differences(shape.sample("sync_status_read_change.green"), told.body) == []
        assert world.api.sources()[0]["last_error"]["code"] in ("unreachable", "timeout")
    finally:
        own_server.thaw()
    world.wait_read_status("green", 60)
    red_inbox.take("sync_status_read_change.green")
    world.inbox.take("sync_status_read_change.green")
    assert [event.name for event in world.inbox.untaken()] == [], "red is for who asked"


def test_a_status_row_has_the_samples_keys(office):
    wanted = shape.sample("sync_status_read_change.green")["data"]["syncstatus"]
    assert list(office.api.sync_status()[0]) == list(wanted)
