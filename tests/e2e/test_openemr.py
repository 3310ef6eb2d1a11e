"""OpenEMR's tables on a real MariaDB, through mappings/openemr.toml."""
import datetime

import pytest

import openemr
from clinic import Clinic
from daemon import Location


@pytest.fixture(scope="module")
def clinic(mariadb, tmp_path_factory):
    mariadb.create_database("openemr", openemr.DDL)
    practice = openemr.OpenEmr(mariadb.connect("openemr"))
    openemr.seed(practice)
    world = Clinic(tmp_path_factory.mktemp("clinic"), practice, mariadb.url("openemr"), "openemr",
                   Location("Clinic", "America/New_York", "3")).open()
    yield world
    untaken = world.inbox.drop()
    world.close()
    assert untaken == [], "events that no change explains"


def update(clinic, eid, **columns):
    changes = ", ".join(f"{name} = %s" for name in columns)
    clinic.practice.sql(f"UPDATE openemr_postcalendar_events SET {changes} WHERE pc_eid = %s",
                        (*columns.values(), eid))


def new_appointment(clinic, **columns):
    eid = clinic.practice.appointment(1, **columns)
    return eid, clinic.inbox.take("appointment_created", foreign_id=str(eid))


def test_an_insert_that_sets_no_stamp_is_told(clinic):
    eid, event = new_appointment(clinic, pc_hometext="first")
    row = clinic.practice.sql("SELECT pc_time FROM openemr_postcalendar_events WHERE pc_eid = %s",
                              (eid,))[0]
    assert row["pc_time"] is None
    told = event.object
    assert told["start_time"] == "2031-07-01T13:00:00.000Z"
    assert told["end_time"] == "2031-07-01T13:15:00.000Z"
    assert (told["provider_name"], told["note"]) == ("Anna Núñez", "first")
    assert (told["unavailable"], told["cancelled"], told["confirmed"]) == (False, False, False)
    assert told["patient"]["foreign_id"] == "1"


@pytest.mark.parametrize("status, previous", [
    ("AVM", {"confirmed": False}), ("x", {"cancelled": False}), ("%", {"cancelled": False}),
    ("?", {"patient_missed": False}), (">", {"confirmed": False, "checked_out": False}),
])
def test_a_status_that_sets_no_stamp_is_told(clinic, status, previous):
    eid, _ = new_appointment(clinic)
    update(clinic, eid, pc_apptstatus=status)
    event = clinic.inbox.take("appointment_updated", foreign_id=str(eid))
    assert event.previous == previous


def test_arrival_comes_from_the_patient_tracker(clinic):
    eid, _ = new_appointment(clinic)
    tracker = clinic.practice.insert("patient_tracker", apptdate="2031-07-01", eid=eid, pid=1)
    clinic.practice.insert("patient_tracker_element", pt_tracker_id=tracker, status="@",
                           start_datetime="2031-07-01 08:55:10", seq="1")
    event = clinic.inbox.take("appointment_updated", foreign_id=str(eid))
    assert event.object["checkin_at"] == "2031-07-01T12:55:10.000Z"
    assert event.previous == {"checkin_at": None}


def test_a_deleted_appointment_is_told(clinic):
    eid, _ = new_appointment(clinic)
    clinic.practice.sql("DELETE FROM openemr_postcalendar_events WHERE pc_eid = %s", (eid,))
    event = clinic.inbox.take("appointment_updated", foreign_id=str(eid))
    assert event.previous == {"deleted": False, "cancelled": False}


def test_blocked_time_is_unavailable_and_presence_is_nothing(clinic):
    clinic.practice.appointment("", pc_catid=2)
    _, event = None, clinic.practice.appointment("", pc_catid=8)
    told = clinic.inbox.take("appointment_created", foreign_id=str(event)).object
    assert (told["unavailable"], told["patient_id"]) == (True, None)


def test_recurring_events_are_refused(clinic):
    recurring = clinic.practice.appointment(1, pc_recurrtype=1)
    eid, _ = new_appointment(clinic)
    assert [event for event in clinic.inbox.events()
            if event.object.get("foreign_id") == str(recurring)] == []
    update(clinic, eid, pc_recurrtype=2)
    assert clinic.inbox.take("appointment_updated", foreign_id=str(eid)).object["deleted"] is True


def test_rooms_are_operatories_by_name(clinic):
    ids = set()
    for room in ("ä1", "Z2", "a3"):
        _, event = new_appointment(clinic, pc_room=room)
        ids.add(event.object["operatory_id"])
    assert len(ids) == 3 and None not in ids


def test_insurance_that_is_replaced_is_an_end_and_a_beginning(clinic):
    old = clinic.practice.coverage(1, policy_number="OLD-1", type="tertiary")
    first = clinic.inbox.take("patient_insurance_created", subscriber_num="OLD-1").object
    assert (first["priority"], first["insurance_type"]) == (3, "medical")
    clinic.practice.sql("DELETE FROM insurance_data WHERE id = %s", (old,))
    clinic.practice.coverage(1, policy_number="NEW-1", type="tertiary", date="2026-01-01",
                             subscriber_relationship="child")
    ended = clinic.inbox.take("patient_insurance_updated", subscriber_num="OLD-1")
    assert ended.previous == {"expiration_date": None}
    assert datetime.date.fromisoformat(ended.object["expiration_date"])
    begun = clinic.inbox.take("patient_insurance_created", subscriber_num="NEW-1").object
    assert begun["subscription_relation"] == "child"


def test_an_empty_place_for_insurance_is_none_until_it_is_filled(clinic):
    clinic.practice.sql("UPDATE insurance_data SET provider = '9', policy_number = 'SEC-1' "
                        "WHERE provider = ''")
    event = clinic.inbox.take("patient_insurance_created", subscriber_num="SEC-1")
    assert event.object["subscription_relation"] is None


def test_what_is_billed_is_a_procedure_and_a_diagnosis_is_none(clinic):
    clinic.practice.billed(1, 11, code_type="ICD10", code="J06.9", fee="1.11")
    key = clinic.practice.billed(1, 11, fee="12.34")
    event = clinic.inbox.take("procedure_created", fee={"amount": "12.34", "currency": "USD"})
    assert (event.object["status"], event.object["start_date"]) == ("completed", "2026-02-03")
    clinic.practice.sql("UPDATE billing SET activity = 0 WHERE id = %s", (key,))
    assert clinic.inbox.take("procedure_updated", id=event.object["id"]).previous == {
        "status": "completed"}


def test_an_encounters_date_is_its_procedures(clinic):
    clinic.practice.insert("form_encounter", date="2026-03-04 00:00:00", facility_id=3, pid=1,
                           encounter=12)
    clinic.practice.billed(1, 12, fee="56.78")
    event = clinic.inbox.take("procedure_created", fee={"amount": "56.78", "currency": "USD"})
    clinic.practice.sql("UPDATE form_encounter SET date = '2026-03-05' WHERE encounter = 12")
    told = clinic.inbox.take("procedure_updated", id=event.object["id"])
    assert told.previous == {"start_date": "2026-03-04", "end_date": "2026-03-04"}


def test_a_patient_who_died_is_inactive(clinic):
    clinic.practice.patient(77, fname="Max")
    clinic.inbox.take("patient_created", foreign_id="77")
    clinic.practice.sql("UPDATE patient_data SET deceased_date = '2026-01-02' WHERE pid = 77")
    assert clinic.inbox.take("patient_updated", foreign_id="77").previous == {"inactive": False}
