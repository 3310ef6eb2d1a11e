"""The sandbox practice is written as it is read: mappings/sandbox.toml on the demo's own tables."""
import re
import sqlite3

import pytest

from clinic import Clinic
from daemon import ROOT, Location
from test_writes import booked, change, ids_of, new_patient
from waiting import until

SCHEMA = (ROOT / "src/app/practice/practice_schema.cpp").read_text()


class Practice:
    """The practice's file, through one connection."""

    def __init__(self, path):
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        for script in re.findall(r'R"sql\((.*?)\)sql"', SCHEMA, re.S):
            self._connection.executescript(script)
        self._connection.execute("PRAGMA journal_mode = WAL")

    def sql(self, text, values=()):
        return self._connection.execute(text, values).fetchall()

    def row(self, table, key, value):
        return dict(self.sql(f"SELECT * FROM {table} WHERE {key} = ?", (value,))[0])


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sandbox")
    practice = Practice(folder / "practice.db")
    practice.sql("INSERT INTO patient (LName, FName, MiddleI, PatStatus, Gender, Birthdate, "
                 "Address, Address2, City, State, Zip, HmPhone, WkPhone, WirelessPhone, Guarantor,"
                 " Email, PriProv, BillingType, ClinicNum, TxtMsgOk, Language, SecDateEntry)"
                 " VALUES ('Okafor', 'Amara', '', 0, 1, '1980-05-03', '1 Main St', '', 'Albany',"
                 " 'NY', '12201', '', '', '', 1, '', 1, 40, 0, 0, '', '2026-01-02')")
    practice.sql("INSERT INTO appointmenttype (AppointmentTypeName, ItemOrder)"
                 " VALUES ('Recall', 0)")
    url = f"sqlite:{folder}/practice.db"
    world = Clinic(folder / "clinic", practice, url, "sandbox",
                   Location("Main Street", "America/New_York", "0"), write_url=url).open()
    world.ids = ids_of(world)
    until(lambda: world.api.sync_status()[0]["write_status"] == "green", 20, "writes are green")
    yield world
    untaken = world.inbox.drop()
    world.close()
    assert untaken == [], "events that no change explains"


def row(clinic, event):
    return clinic.practice.row("appointment", "AptNum", event.object["foreign_id"])


def test_a_booking_is_a_row_of_the_appointment_book(clinic):
    _, inserted, created = booked(clinic, 0, note="with mother", end_time="2031-08-01T09:50:00",
                                  operatory_id=clinic.ids["operatory"])
    written = row(clinic, inserted)
    assert (written["AptDateTime"], written["Pattern"]) == ("2031-08-01 09:00:00", "X" * 10)
    assert (written["PatNum"], written["Op"], written["Note"]) == (1, 1, "with mother")
    assert (written["AptStatus"], written["Confirmed"], written["ClinicNum"]) == (1, 19, 0)
    assert created.object["end_time"] == "2031-08-01T13:50:00.000Z"


def test_a_booking_needs_no_more_than_who_and_when(clinic):
    _, inserted, created = booked(clinic, 120)
    assert row(clinic, inserted)["Note"] == ""
    assert created.object["end_time"] == "2031-08-01T15:30:00.000Z"


def test_a_change_changes_what_it_names(clinic):
    appointment, inserted, _ = booked(clinic, 240, note="first")
    change(clinic, appointment, note="second")
    assert clinic.inbox.take("appointment_updated", id=appointment).previous == {"note": "first"}
    assert row(clinic, inserted)["Pattern"] == "X" * 6
    change(clinic, appointment, start_time="2031-08-02T10:00:00")
    moved = clinic.inbox.take("appointment_updated", id=appointment)
    assert set(moved.previous) == {"start_time", "end_time"}
    assert row(clinic, inserted)["AptDateTime"] == "2031-08-02 10:00:00"


def test_a_cancelled_appointment_is_broken_and_can_be_brought_back(clinic):
    appointment, inserted, _ = booked(clinic, 360)
    for cancelled, status in ((True, 5), (False, 1)):
        change(clinic, appointment, cancelled=cancelled)
        assert row(clinic, inserted)["AptStatus"] == status
        event = clinic.inbox.take("appointment_updated", id=appointment)
        assert event.object["cancelled"] is cancelled


def test_an_appointment_is_confirmed(clinic):
    appointment, inserted, _ = booked(clinic, 480)
    change(clinic, appointment, confirmed=True)
    assert row(clinic, inserted)["Confirmed"] == 21
    event = clinic.inbox.take("appointment_updated", id=appointment)
    assert event.previous == {"confirmed": False}


def test_a_new_patient_is_their_own_guarantor(clinic):
    patient = new_patient(clinic)
    told = clinic.inbox.take("patient_created", id=patient["id"])
    written = clinic.practice.row("patient", "PatNum", told.object["foreign_id"])
    assert (written["FName"], written["LName"], written["Gender"]) == ("Zoë", "O'Hara", 1)
    assert written["Guarantor"] == written["PatNum"]
    assert told.object["guarantor_id"] == patient["id"]
    assert new_patient(clinic, expect=200, return_existing_if_match=True)["id"] == patient["id"]
