"""Bookings, changes and patients, written into OpenEMR's tables on a real MariaDB."""
import datetime
import statistics
import time

import pytest

import openemr
from clinic import Clinic
from daemon import Location
from mariadb import WRITER
from waiting import until


@pytest.fixture(scope="module")
def clinic(mariadb, tmp_path_factory):
    mariadb.create_database("openemr_writes", openemr.DDL)
    practice = openemr.OpenEmr(mariadb.connect("openemr_writes"))
    openemr.seed(practice)
    world = Clinic(tmp_path_factory.mktemp("writes"), practice, mariadb.url("openemr_writes"),
                   "openemr", Location("Clinic", "America/New_York", "3"),
                   write_url=mariadb.url("openemr_writes", user=WRITER)).open()
    world.ids = ids_of(world)
    until(lambda: world.api.sync_status()[0]["write_status"] == "green", 20,
          "writes are green")
    yield world
    untaken = world.inbox.drop()
    world.close()
    assert untaken == [], "events that no change explains"


def ids_of(world, *kinds):
    """Our ids of the first seeded rows, as a client finds them; of these kinds, or of all."""
    def only(path, **query):
        answer = world.api.get(path, subdomain=world.api.subdomain, **query)
        assert answer.status == 200, answer.raw
        rows = answer.data
        rows = rows if isinstance(rows, list) else next(iter(rows.values()))
        return rows[0]["id"]
    location = world.api.get("/locations", subdomain=world.api.subdomain).data[0]["locations"][0]
    ask = {"provider": lambda: only("/providers"),
           "patient": lambda: only("/patients", location_id=location["id"]),
           "operatory": lambda: only("/operatories"), "type": lambda: only("/appointment_types")}
    return {"location": location["id"], **{kind: ask[kind]() for kind in kinds or ask}}


def book(clinic, minute=0, expect=201, **fields):
    start = datetime.datetime(2031, 8, 1, 9) + datetime.timedelta(minutes=minute)
    body = {"appt": {"patient_id": clinic.ids["patient"], "provider_id": clinic.ids["provider"],
                     "start_time": start.isoformat(), **fields}}
    answer = clinic.api.call("POST", "/appointments", body, {
        "subdomain": clinic.api.subdomain, "location_id": clinic.ids["location"]})
    assert answer.status == expect, answer.raw
    return answer.data["appt"] if expect == 201 else answer.errors


def change(clinic, appointment, expect=200, **fields):
    answer = clinic.api.call("PATCH", f"/appointments/{appointment}", {"appt": fields},
                             {"subdomain": clinic.api.subdomain})
    assert answer.status == expect, answer.raw
    return answer


def sequence(event):
    return int(event.request.webhook_id.rsplit("_", 1)[1])


def booked(clinic, minute, **fields):
    """A booking that has arrived; its events are taken."""
    appt = book(clinic, minute, **fields)
    inserted = clinic.inbox.take("appointment_insertion.complete", id=appt["id"])
    created = clinic.inbox.take("appointment_created", id=appt["id"])
    assert sequence(created) > sequence(inserted)
    return appt["id"], inserted, created


def row(clinic, foreign_id):
    return clinic.practice.sql("SELECT * FROM openemr_postcalendar_events WHERE pc_eid = %s",
                               (foreign_id,))[0]


def test_a_booking_is_inserted_and_then_created(clinic):
    minute = 0
    appt = book(clinic, minute, note="it's \"new\" \\ é", operatory_id=clinic.ids["operatory"],
                end_time="2031-08-01T09:45:00")
    assert (appt["foreign_id"], appt["start_time"]) == (None, "2031-08-01T13:00:00.000Z")
    inserted = clinic.inbox.take("appointment_insertion.complete", id=appt["id"])
    assert "patient" not in inserted.object and "descriptors" not in inserted.object
    assert inserted.object["note"] == "it's \"new\" \\ é"
    created = clinic.inbox.take("appointment_created", id=appt["id"])
    assert created.object["foreign_id"] == inserted.object["foreign_id"]
    assert created.object["misc"] == {"is_booked_on_nexhealth": True}, "no column holds it"
    assert created.object["patient"]["foreign_id"] == "1"
    assert created.object["created_at"] == appt["created_at"]
    written = row(clinic, inserted.object["foreign_id"])
    assert (written["pc_pid"], written["pc_aid"], written["pc_duration"]) == ("1", "1", 2700)
    assert str(written["pc_startTime"]) == "9:00:00" and written["pc_facility"] == 3
    assert written["pc_hometext"] == "it's \"new\" \\ é"
    shown = clinic.api.get(f"/appointments/{appt['id']}", subdomain=clinic.api.subdomain)
    assert shown.data["foreign_id"] == created.object["foreign_id"]


def test_a_change_is_in_the_record_system_when_it_is_answered(clinic):
    appointment, inserted, _ = booked(clinic, 60)
    answer = change(clinic, appointment, note="moved", start_time="2031-08-02T10:00:00")
    assert answer.json["description"] is None
    written = row(clinic, inserted.object["foreign_id"])
    assert (str(written["pc_eventDate"]), str(written["pc_startTime"])) == ("2031-08-02",
                                                                          "10:00:00")
    event = clinic.inbox.take("appointment_updated", id=appointment)
    assert event.previous == {"note": None, "start_time": "2031-08-01T14:00:00.000Z",
                              "end_time": "2031-08-01T14:30:00.000Z"}
    change(clinic, appointment, cancelled=True)
    event = clinic.inbox.take("appointment_updated", id=appointment)
    assert event.previous == {"cancelled": False} and event.object["cancelled"]
    assert event.object["misc"] == {"is_booked_on_nexhealth": True}


def test_what_the_record_system_cannot_change_is_refused(clinic):
    appointment, _, _ = booked(clinic, 120)
    answer = change(clinic, appointment, 422, checkin_at="2031-08-01T11:00:00")
    assert answer.errors == ["checkin_at cannot be changed in this health record system"]


def test_a_time_that_is_taken_is_refused_at_once(clinic):
    booked(clinic, 180)
    assert book(clinic, 195, 409) == ["start_time: this time is taken"]
    booked(clinic, 210)


def test_two_bookings_of_one_time_are_one(clinic):
    first = book(clinic, 240)
    assert book(clinic, 240, 409) == ["start_time: this time is taken"]
    clinic.inbox.take("appointment_insertion.complete", id=first["id"])
    clinic.inbox.take("appointment_created", id=first["id"])


def new_patient(clinic, first="Zoë", expect=201, **more):
    answer = clinic.api.call("POST", "/patients", {
        "provider": {"provider_id": clinic.ids["provider"]},
        "patient": {"first_name": first, "last_name": "O'Hara", "email": "z@example.com",
                    "bio": {"date_of_birth": "1999-12-31", "phone_number": "(617) 555-0177",
                            "gender": "Female"}}, **more},
        {"subdomain": clinic.api.subdomain, "location_id": clinic.ids["location"]})
    assert answer.status == expect, answer.raw
    return answer.data and answer.data["user"]


def test_a_new_patient_may_be_booked_before_they_are_written(clinic):
    patient = new_patient(clinic)
    appt = book(clinic, 300, patient_id=patient["id"])
    told = clinic.inbox.take("patient_created", id=patient["id"])
    assert (told.object["name"], told.object["bio"]["gender"]) == ("Zoë O'Hara", "Female")
    clinic.inbox.take("appointment_insertion.complete", id=appt["id"])
    created = clinic.inbox.take("appointment_created", id=appt["id"])
    assert created.object["patient"]["id"] == patient["id"]
    new_patient(clinic, expect=409)
    again = new_patient(clinic, expect=200, return_existing_if_match=True)
    assert again["id"] == patient["id"]


def test_what_the_record_system_refuses_is_told_as_failed(clinic):
    clinic.practice.sql("ALTER TABLE openemr_postcalendar_events ADD CONSTRAINT no_lunch "
                        "CHECK (pc_hometext <> 'lunch')")
    appt = book(clinic, 360, note="lunch")
    event = clinic.inbox.take("appointment_insertion.failed", id=appt["id"])
    assert event.object["foreign_id"] is None
    assert event.data["error"] == {"code": "refused",
                                   "message": "The health record system refused it"}
    assert clinic.api.get(f"/appointments/{appt['id']}",
                          subdomain=clinic.api.subdomain).status == 404
    clinic.practice.sql("ALTER TABLE openemr_postcalendar_events DROP CONSTRAINT no_lunch")
    booked(clinic, 360)


def test_writes_are_listed_and_hold_no_patient_data(clinic):
    appt = book(clinic, 420, note="a private note")
    clinic.inbox.take("appointment_insertion.complete", id=appt["id"])
    clinic.inbox.take("appointment_created", id=appt["id"])
    answer = clinic.api.get("/api/v1/writes", subdomain=clinic.api.subdomain,
                            resource_id=appt["id"])
    assert [(one["status"], one["attempts"]) for one in answer.data] == [("complete", 1)]
    assert b"private" not in answer.raw
    assert "private" not in clinic.daemon.output()


def test_a_booking_is_told_within_milliseconds(clinic):
    spent = []
    for index in range(40):
        began = time.monotonic()
        appt = book(clinic, 480 + 30 * index)
        inserted = clinic.inbox.take("appointment_insertion.complete", id=appt["id"])
        spent.append(inserted.request.arrived - began)
        clinic.inbox.take("appointment_created", id=appt["id"])
    print(f"POST -> insertion event received, ms: p50 {statistics.median(spent) * 1e3:.1f} "
          f"max {max(spent) * 1e3:.1f}")
    assert statistics.median(spent) < 1
