"""The worked example of docs/mappings.md does what the page says."""
import re
import sqlite3

import pytest

from clinic import Clinic
from daemon import ROOT, Location, run_command
from test_writes import ids_of
from waiting import until

PAGE = (ROOT / "docs/mappings.md").read_text()


def block(language, number=0):
    """A fenced block of the page."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.M | re.S)[number]


@pytest.fixture
def molaris(tmp_path):
    """The database's path and the mapping's."""
    database, mapping = tmp_path / "molaris.db", tmp_path / "molaris.toml"
    connection = sqlite3.connect(database)
    connection.executescript(block("sql"))
    connection.close()
    mapping.write_text(block("toml"))
    return database, mapping


def test_mapping_check_says_what_the_page_shows(molaris):
    database, mapping = molaris
    code, said, errors = run_command("mapping", "check", mapping, "--source", f"sqlite:{database}",
                                     "--timezone", "America/New_York")
    assert (code, errors) == (1, "")
    assert said.replace(str(database), "molaris.db") == block("text")


def test_the_change_becomes_the_event(molaris, tmp_path):
    database, mapping = molaris
    world = Clinic(tmp_path / "clinic", None, f"sqlite:{database}", mapping,
                   Location("Main", "America/New_York", "")).open()
    try:
        with sqlite3.connect(database) as connection:
            connection.execute(block("sql", 1))
        event = world.inbox.take("appointment_updated", foreign_id="100")
        assert event.previous == {"cancelled": False}
        assert '"previous_attributes": {"cancelled": false}' in PAGE
        assert event.object["start_time"] == "2031-07-01T13:00:00.000Z"
    finally:
        world.close()


def test_a_booking_becomes_a_row(molaris, tmp_path):
    database, mapping = molaris
    world = Clinic(tmp_path / "clinic", None, f"sqlite:{database}", mapping,
                   Location("Main", "America/New_York", ""), write_url=f"sqlite:{database}").open()
    try:
        until(lambda: world.api.sync_status()[0]["write_status"] == "green", 20, "writes are green")
        booked = book(world, "2031-07-02T14:30:00")
        created = world.inbox.take("appointment_created", id=booked)
        assert rows(database) == [(10, 1, "2031-07-02", "14:30", 30, "open", "it's the 'first'")]
        assert created.object["start_time"] == "2031-07-02T18:30:00.000Z"
        patch(world, booked, 200, cancelled=True)
        assert rows(database)[0][5] == "cancelled"
        patch(world, booked, 422, start_time="2031-07-03T09:00:00")
    finally:
        world.close()


def rows(database):
    with sqlite3.connect(database) as connection:
        return connection.execute("SELECT customer, staff, day, begins, minutes, state, remark"
                                  " FROM slot WHERE no > 102 ORDER BY no").fetchall()


def book(world, start):
    ids = ids_of(world, "provider", "patient")
    answer = world.api.call("POST", "/appointments", {"appt": {
        "patient_id": ids["patient"], "provider_id": ids["provider"], "start_time": start,
        "note": "it's the 'first'"}},
        {"subdomain": world.api.subdomain, "location_id": ids["location"]})
    assert answer.status == 201, answer.raw
    return answer.data["appt"]["id"]


def patch(world, appointment, status, **fields):
    answer = world.api.call("PATCH", f"/appointments/{appointment}", {"appt": fields},
                            {"subdomain": world.api.subdomain})
    assert answer.status == status, answer.raw
