"""The worked example of docs/mappings.md does what the page says."""
import re
import sqlite3

import pytest

from clinic import Clinic
from daemon import ROOT, Location, run_command

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
