"""A database that goes away later: the daemon stays, turns red, recovers, and loses nothing."""
import pytest

import shape
from mariadb import MariaDb, free_port


@pytest.fixture(params=["socket", "port"])
def own_server(request):
    """A server that the test may kill; reached by socket or over the loopback net."""
    server = MariaDb(free_port() if request.param == "port" else None).start()
    yield server
    server.remove()


def test_a_database_that_goes_away_turns_red_and_recovers(own_server, offices):
    world = offices(server=own_server).open()
    status = world.api.sync_status()[0]
    assert status["read_status"] == "green"
    wanted = shape.sample("sync_status_read_change.green")["data"]["syncstatus"]
    assert list(status) == list(wanted)
    own_server.kill()
    world.wait_read_status("red")
    assert world.daemon.running
    own_server.start()
    world.practice = type(world.practice)(own_server.connect(world.database))
    world.practice.update("patient", 1, Email="back@example.org")
    world.inbox.take("patient_updated", seconds=60, foreign_id="1", email="back@example.org")
    event = world.inbox.take("sync_status_read_change.green", seconds=60)
    assert shape.differences(shape.sample(event.name), event.body) == []
    world.wait_read_status("green")
    world.expect_silence()
