"""A database that goes away later: the daemon stays, turns red, recovers, and loses nothing."""
import pytest

import shape
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


def test_a_status_row_has_the_samples_keys(office):
    wanted = shape.sample("sync_status_read_change.green")["data"]["syncstatus"]
    assert list(office.api.sync_status()[0]) == list(wanted)
