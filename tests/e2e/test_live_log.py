"""The whole program on a real binary log: what breaks, breaks loudly, and nothing is lost.

Numbers for longer runs: CHARTBELL_DATABASE_KILLS (5), CHARTBELL_DDL (50), CHARTBELL_WAKEUPS (1000).
"""
import os
import random
import threading
import time

import pymysql
import pytest

import opendental
from mariadb import LOGGED, MariaDb
from waiting import until

SEED = int(os.environ.get("CHARTBELL_SEED", "20260101"))
DATABASE_KILLS = int(os.environ.get("CHARTBELL_DATABASE_KILLS", 5))
DDL_CHANGES = int(os.environ.get("CHARTBELL_DDL", 50))
WAKEUPS = int(os.environ.get("CHARTBELL_WAKEUPS", 1000))
PEOPLE = len(opendental.PEOPLE)


@pytest.fixture
def server():
    """A server of the test's own, to be killed and reset."""
    made = MariaDb(options=LOGGED)
    yield made.start()
    made.remove()


def source(world):
    return world.api.sources()[0]


def wait_live(world):
    until(lambda: source(world)["capture"]["phase"] == "live", 30,
          lambda: f"{source(world)}\n{world.daemon.output()}")


def addresses_told(world):
    """Patient → the last address that an event told."""
    told = {}
    for event in world.inbox.events():
        if event.name == "patient_updated":
            told[int(event.object["foreign_id"])] = event.object["bio"]["address_line_2"]
    return told


def addresses(world):
    return {row["PatNum"]: row["Address2"]
            for row in world.practice.sql("SELECT PatNum, Address2 FROM patient")}


# ---- the choice ---------------------------------------------------------------------------------

def test_auto_takes_the_log_where_there_is_one(offices, logging_mariadb):
    world = offices(logging_mariadb, capture="auto").open()
    capture = source(world)["capture"]
    assert (capture["mode"], capture["reason"]) == ("log", "the server writes a binary log")
    wait_live(world)
    world.practice.update("patient", 1, Email="log@example.org")
    world.inbox.take("patient_updated", email="log@example.org")


def test_a_log_of_statements_is_not_taken_by_itself(offices, server):
    server.run("SET GLOBAL binlog_format = STATEMENT")
    capture = source(offices(server, capture="auto").open())["capture"]
    assert capture["mode"] == "poll"
    assert "binlog_format is STATEMENT" in capture["reason"]


# ---- the server dies ----------------------------------------------------------------------------

class Writer:
    """Changes addresses until the server dies under it; knows what it tried to write."""

    def __init__(self, world, random_):
        self.world, self.random = world, random_
        self.tried = set()

    def write_until_death(self, server):
        practice = opendental.OpenDental(server.connect(self.world.database))
        death = threading.Timer(self.random.uniform(0, 0.4), server.kill)
        death.start()
        try:
            while True:
                marker = f"life {len(self.tried)}"
                self.tried.add(marker)
                practice.update("patient", self.random.randint(1, PEOPLE), Address2=marker)
        except pymysql.err.OperationalError:
            death.join()


def test_the_servers_death_loses_nothing_and_invents_nothing(offices, server):
    world = offices(server, capture="log", audit_interval="1h").open()
    wait_live(world)
    writer = Writer(world, random.Random(SEED))
    for _ in range(DATABASE_KILLS):
        writer.write_until_death(server)
        server.start()
        wait_live(world)
    world.practice = opendental.OpenDental(server.connect(world.database))
    now = {key: text for key, text in addresses(world).items() if text}
    until(lambda: addresses_told(world) == now, 60,
          lambda: f"{now}\n{addresses_told(world)}\n{source(world)}")
    told = [event.object["bio"]["address_line_2"] for event in world.inbox.events()
            if event.name == "patient_updated"]
    assert set(told) <= writer.tried, "nobody wrote that"
    assert len(told) == len(set(told)), "a change was told twice"
    world.wait_read_status("green")


def test_a_log_that_was_reset_is_found_and_everything_compared(offices, server):
    """RESET MASTER while the daemon is away: what changed before it stands in no log any more."""
    world = offices(server, capture="log").open()
    wait_live(world)
    world.daemon.stop()
    world.practice.update("patient", 1, Address2="before the reset")
    gone = world.practice.row("appointment", 2)["AptNum"]
    world.practice.delete("appointment", gone)
    new = world.practice.appointment(3, Note="before the reset")
    server.run("RESET MASTER")
    world.practice.update("patient", 2, Address2="behind the reset")
    world.daemon.start_ready()
    world.inbox.take("patient_updated", foreign_id="1")
    world.inbox.take("patient_updated", foreign_id="2")
    world.inbox.take("appointment_updated", foreign_id=str(gone), deleted=True)
    world.inbox.take("appointment_created", foreign_id=str(new))
    world.wait_read_status("green")
    assert "position_lost" in world.daemon.output()
    world.inbox.drop()  # the source went green again
    world.fence()
    assert world.inbox.untaken() == []


# ---- tables change their form -------------------------------------------------------------------

# Of columns that no mapping shows, and of forms that show the same.
HARMLESS = [
    "ALTER TABLE patient ADD COLUMN Extra{n} VARCHAR(50) DEFAULT 'secret of {n}'",
    "ALTER TABLE patient ADD COLUMN First{n} INT NOT NULL DEFAULT 7 FIRST",
    "ALTER TABLE patient MODIFY Address2 VARCHAR({size}) DEFAULT ''",
    "ALTER TABLE patient MODIFY City VARCHAR({size}) CHARACTER SET utf8mb4 DEFAULT ''",
    "ALTER TABLE patient MODIFY PatNum BIGINT(20) NOT NULL AUTO_INCREMENT",
    "ALTER TABLE patient CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
    "ALTER TABLE patient ENGINE = InnoDB",
    "ALTER TABLE patient ENGINE = MyISAM",
    "ALTER TABLE patient RENAME COLUMN Preferred TO SSN, RENAME COLUMN SSN TO Preferred",
    "CREATE TABLE other{n} (id INT PRIMARY KEY)",
    "OPTIMIZE TABLE patient",
    "CREATE INDEX by_city{n} ON patient (City)",
]


def leaves(previous):
    return {f"{group}.{name}" for group, values in previous.items() for name in values}


def test_changes_of_form_invent_nothing_and_widen_nothing(offices, server):
    world = offices(server, capture="log").open()
    wait_live(world)
    random_ = random.Random(SEED)
    for number in range(DDL_CHANGES):
        statement = random_.choice(HARMLESS)
        world.practice.sql(statement.format(n=number, size=100 + number))
        patient, marker = random_.randint(1, PEOPLE), f"form {number}"
        world.practice.update("patient", patient, Address2=marker)
        event = world.inbox.take("patient_updated", foreign_id=str(patient))
        assert leaves(event.previous) == {"bio.address_line_2", "address.line_2"}, statement
        assert b"secret of" not in event.request.body
    world.expect_silence()
    assert world.api.sync_status()[0]["read_status"] == "green"


def test_a_column_that_is_gone_turns_the_source_red_until_it_is_back(offices, server):
    world = offices(server, capture="log").open()
    wait_live(world)
    world.practice.sql("ALTER TABLE patient RENAME COLUMN Email TO EmailAddress")
    world.practice.update("patient", 1, Address2="while it is gone")
    world.wait_read_status("red")
    assert "Email" in source(world)["last_error"]["detail"]
    world.practice.sql("ALTER TABLE patient RENAME COLUMN EmailAddress TO Email")
    world.wait_read_status("green", seconds=60)
    event = world.inbox.take("patient_updated", foreign_id="1")
    assert event.object["bio"]["address_line_2"] == "while it is gone"
    world.inbox.take("sync_status_read_change.green")
    world.expect_silence()


# ---- wake-ups are lost --------------------------------------------------------------------------

def test_the_auditor_finds_exactly_the_wakeups_that_were_lost(offices, logging_mariadb):
    """One in a hundred is lost on purpose. No row is touched twice, so each loss is one finding."""
    def seed(practice):
        opendental.seed_directory(practice)
        practice.sql("INSERT INTO patient (LName, Address2) SELECT CONCAT('Row ', seq), '' "
                     f"FROM seq_1_to_{WAKEUPS}")
    world = offices(logging_mariadb, seed=seed, capture="log", audit_interval="1h",
                    drop_wakeups=0.01).open()
    wait_live(world)
    for number in range(1, WAKEUPS + 1):
        world.practice.update("patient", number, Address2=f"touch {number}")
    world.practice.appointment(1, Note="last")
    until(lambda: source(world)["capture"]["rows_seen"] > WAKEUPS, 30, lambda: source(world))
    world.inbox.take("appointment_created", note="last")
    lost = WAKEUPS - len(addresses_told(world))
    assert 0 < lost < WAKEUPS * 0.05
    settings = world.config.institutions[0].sources[0]
    settings.audit_interval, settings.drop_wakeups = "1s", None
    # A position that came with nothing to tell is stored each five seconds; until then a new
    # process hears of all of it again.
    stored = time.monotonic() + 7
    until(lambda: time.monotonic() > stored, 10, "the clock")
    world.daemon.stop()
    world.daemon.start_ready()
    until(lambda: len(addresses_told(world)) == WAKEUPS, 60, lambda: len(addresses_told(world)))
    until(lambda: source(world)["missed_by_wakeups"] == lost, 30, lambda: source(world))
