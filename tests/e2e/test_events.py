"""INSERT, UPDATE and DELETE in a real record system's tables become the right events.

Rows 2, 3 and 7-12 of the event catalogue, on a real MariaDB with Open Dental's tables.
"""
import datetime

import pytest

import opendental
import shape
import wire

CREATED = {"patient": "patient_created", "appointment": "appointment_created",
           "coverage": "patient_insurance_created", "procedure": "procedure_created"}
UPDATED = {kind: name.replace("_created", "_updated") for kind, name in CREATED.items()}
TABLE = {"patient": "patient", "appointment": "appointment", "coverage": "patplan",
         "procedure": "procedurelog"}


@pytest.fixture(autouse=True)
def nothing_left(office):
    """Each event of a test is expected by it."""
    yield
    assert office.inbox.drop() == []


class Row:
    """A row that the daemon has told of, and the event that did so."""

    def __init__(self, office, kind, key, event):
        self.office, self.kind, self.key, self.event = office, kind, key, event
        self.id = event.object["id"]

    def wire(self):
        return wire.RENDER[self.kind](self.office.practice, self.key)

    def change(self, table=None, key=None, **columns):
        """Changes columns; the event that tells of it, which must tell exactly what changed."""
        before = self.wire()
        self.office.practice.update(table or TABLE[self.kind], key or self.key, **columns)
        after = self.wire()
        event = self.next_event()
        self.must_tell(event, after)
        assert event.previous == wire.nested(wire.changed(before, after))
        return event

    def next_event(self):
        return self.office.inbox.take(UPDATED[self.kind], id=self.id)

    def must_tell(self, event, leaves):
        told = wire.leaves(event.object)
        assert {path: told[path] for path in leaves} == leaves


def new_row(office, kind, key, **wanted):
    """Takes the created event of a row that was just inserted and checks what it tells."""
    event = office.inbox.take(CREATED[kind], **wanted)
    row = Row(office, kind, key, event)
    row.must_tell(event, row.wire())
    return row


def new_patient(office, **columns):
    key = office.practice.patient(**columns)
    return new_row(office, "patient", key, foreign_id=str(key))


def new_appointment(office, patient=1, **columns):
    key = office.practice.appointment(patient, **columns)
    return new_row(office, "appointment", key, foreign_id=str(key))


def new_coverage(office, patient=1, number="S-1", subscriber=None, **columns):
    """Coverages carry no foreign id: the subscriber's number finds the event."""
    own = office.practice.subscriber(patient, SubscriberID=number, **(subscriber or {}))
    key = office.practice.coverage(patient, own, **columns)
    row = new_row(office, "coverage", key, subscriber_num=number)
    row.subscriber = own
    return row


def new_procedure(office, patient=1, fee=100.01, **columns):
    """Procedures carry no foreign id: the fee finds the event."""
    key = office.practice.procedure(patient, ProcFee=fee, **columns)
    amount = wire.procedure(office.practice, key)["fee.amount"]
    return new_row(office, "procedure", key, fee={"amount": amount, "currency": "USD"})


# ---- created and updated ------------------------------------------------------------------------

def test_an_insert_of_each_kind_is_one_created_event(office):
    new_patient(office, Email="a@example.org", Language="es", ChartNumber="C7", BalTotal=62.0)
    new_appointment(office, Note="first visit", Confirmed=opendental.CONFIRMED, IsNewPatient=1)
    new_coverage(office, number="INS-1", Relationship=2, Ordinal=2,
                 subscriber={"PlanNum": 2, "DateTerm": "2032-12-31"})
    new_procedure(office, fee=120.5, UnitQty=2, BaseUnits=1, ProcStatus=2,
                  DateComplete="2026-02-03")


def test_an_update_tells_the_new_state_and_only_what_changed(office):
    assert new_patient(office).change(HmPhone="(212)555-0199").previous == {
        "bio": {"phone_number": "(212)555-0101", "home_phone_number": "(212)555-0101"}}
    assert new_appointment(office).change(Confirmed=opendental.CONFIRMED).previous == {
        "confirmed": False}
    assert new_coverage(office, number="INS-2").change(Ordinal=2).previous == {"priority": 1}
    procedure = new_procedure(office, fee=100.02)
    assert procedure.change(ProcStatus=2, DateComplete="2026-02-03").previous == {
        "status": "planned", "end_date": None}


def test_a_change_in_a_joined_table_is_a_change_of_the_coverage(office):
    row = new_coverage(office, number="INS-3")
    assert row.change("inssub", row.subscriber, SubscriberID="INS-3b").previous == {
        "subscriber_num": "INS-3"}


@pytest.mark.parametrize("columns,previous", [
    ({"PatStatus": 2}, {"inactive": False}),
    ({"BalTotal": 99.5}, {"balance": {"amount": "0.00"}}),
    ({"TxtMsgOk": 2}, {"unsubscribe_sms": False}),
    ({"FName": "Eve"}, {"first_name": "Ada", "name": "Ada Example"}),
    ({"City": "", "State": "NJ"}, {"bio": {"city": "New York", "state": "NY"},
                                   "address": {"city": "New York", "region": "NY"}}),
])
def test_previous_attributes_of_a_patient_hold_the_changed_leaves(office, columns, previous):
    assert new_patient(office).change(**columns).previous == previous


@pytest.mark.parametrize("columns,previous", [
    ({"AptStatus": 5}, {"cancelled": False}),
    ({"AptStatus": 2}, {"checked_out": False, "is_past_patient": False}),
    ({"DateTimeArrived": "2031-07-01 08:55:00"}, {"checkin_at": None}),
    ({"DateTimeDismissed": "2031-07-01 09:45:00"}, {"checked_out_at": None}),
    ({"Pattern": "XXXX"}, {"end_time": "2031-07-01T13:40:00.000Z"}),
    ({"Note": "moved"}, {"note": None}),
    ({"ProvNum": 2}, None),
    ({"Op": 0}, None),
])
def test_previous_attributes_of_an_appointment_hold_the_changed_leaves(office, columns, previous):
    row = new_appointment(office)
    if previous is not None:
        assert row.change(**columns).previous == previous
        return
    office.practice.update("appointment", row.key, **columns)
    event = row.next_event()
    leaf = {"ProvNum": "provider_id", "Op": "operatory_id"}[next(iter(columns))]
    assert event.previous[leaf] == row.event.object[leaf] != event.object[leaf]


def test_an_event_tells_the_state_and_the_times_of_ours(office):
    row = new_patient(office)
    made = row.event.object
    told = row.change(Email="new@example.org").object
    assert told["created_at"] == made["created_at"] <= made["updated_at"]
    assert made["updated_at"] < told["updated_at"]


# ---- shape --------------------------------------------------------------------------------------

def test_every_event_has_the_samples_shape(office):
    patient = new_patient(office)
    appointment = new_appointment(office, patient.key)
    coverage = new_coverage(office, patient.key, "INS-4")
    procedure = new_procedure(office, patient.key, fee=100.03, AptNum=appointment.key)
    tooth = new_procedure(office, patient.key, fee=100.04, ToothNum="14", Surf="MOD")
    events = [row.event for row in (patient, appointment, coverage, procedure, tooth)]
    events += [patient.change(Zip="10002"), appointment.change(Note="x"),
               coverage.change(Ordinal=3), procedure.change(ProcStatus=2)]
    assert {event.name for event in events} == set(CREATED.values()) | set(UPDATED.values())
    for event in events:
        assert shape.differences(shape.sample(event.name), event.body) == [], event.name
        assert shape.strange_previous(event.previous or {}, event.object) == [], event.name
    assert tooth.event.object["body_site"] == {"tooth": ["14"], "surface": "MOD"}
    assert procedure.event.object["body_site"] is None


def test_the_envelope_names_institution_and_subscription(office):
    body = new_patient(office).event.body
    subscriptions = office.api.get(
        f"/webhook_endpoints/{office.endpoints['/events']['id']}/webhook_subscriptions",
        subdomain="green-dental").data
    ours = next(s for s in subscriptions if s["event"] == "patient_created")
    assert body["webhook_subscription_id"] == ours["id"]
    assert body["institution_id"] == ours["institution_id"]
    assert body["subdomain"] == "green-dental"
    assert body["resource_type"] == "Patient"


# ---- values -------------------------------------------------------------------------------------

@pytest.mark.parametrize("local,utc,offset", [
    ("2031-07-01 09:00:00", "2031-07-01T13:00:00.000Z", "-4:00"),
    ("2031-01-15 09:00:00", "2031-01-15T14:00:00.000Z", "-5:00"),
    ("2031-12-31 23:30:00", "2032-01-01T04:30:00.000Z", "-5:00"),
    ("2031-03-09 02:30:00", "2031-03-09T07:30:00.000Z", "-4:00"),  # skipped by the clocks
    ("2031-11-02 01:30:00", "2031-11-02T05:30:00.000Z", "-4:00"),  # comes twice: the first
])
def test_local_time_of_new_york_becomes_utc(office, local, utc, offset):
    key = office.practice.appointment(1, AptDateTime=local)
    told = office.inbox.take("appointment_created", foreign_id=str(key)).object
    assert (told["start_time"], told["timezone_offset"]) == (utc, offset)
    assert told["timezone"] == "America/New_York"


def test_another_location_has_its_own_zone_and_id(office):
    here = new_appointment(office).event.object
    there = new_appointment(office, ClinicNum=2, Op=2).event.object
    assert there["start_time"] == "2031-07-01T07:00:00.000Z"
    assert (there["timezone"], there["timezone_offset"]) == ("Europe/Berlin", "+2:00")
    assert there["location_id"] != here["location_id"]
    names = {place["id"]: place["name"]
             for institution in office.api.get("/locations", subdomain="green-dental").data
             for place in institution["locations"]}
    assert (names[here["location_id"]], names[there["location_id"]]) == ("Main Street", "Hafen")


def test_the_year_one_is_null(office):
    patient = new_patient(office, Birthdate="0001-01-01").event.object
    assert patient["bio"]["date_of_birth"] is None
    coverage = new_coverage(office, number="INS-5", subscriber={"DateEffective": "0001-01-01"})
    assert coverage.event.object["effective_date"] is None
    assert coverage.event.object["expiration_date"] is None
    appointment = new_appointment(office).event.object
    assert (appointment["checkin_at"], appointment["checked_out_at"]) == (None, None)
    procedure = new_procedure(office, fee=100.05, ProcDate="0001-01-01").event.object
    assert (procedure["start_date"], procedure["end_date"]) == (None, None)


@pytest.mark.parametrize("first,last", opendental.PEOPLE)
def test_names_of_every_script_arrive_byte_for_byte(office, first, last):
    event = new_patient(office, FName=first, LName=last).event
    assert event.object["first_name"].encode() == first.encode()
    assert event.object["last_name"].encode() == last.encode()
    plain = "\\" not in last and '"' not in last and "\t" not in last
    if plain:
        assert f"{first} {last}".encode() in event.request.body


@pytest.mark.parametrize("value,amount", [
    (0.005, "0.01"), (1234567.89, "1234567.89"), (-15.5, "-15.50"), (1e-9, "0.00"), (3, "3.00")])
def test_money_is_a_decimal_text(office, value, amount):
    assert new_patient(office, BalTotal=value).event.object["balance"] == {
        "amount": amount, "currency": "USD"}


def test_an_unknown_code_is_null_and_stops_nothing(office):
    key = office.practice.patient(Gender=77, LName="Unknown-Code")
    assert office.inbox.take(
        "patient_created", foreign_id=str(key)).object["bio"]["gender"] is None


# ---- no event -----------------------------------------------------------------------------------

def test_an_update_without_a_change_is_no_event(office):
    row = new_appointment(office, Note="same")
    office.practice.update("appointment", row.key, Note="same")
    office.practice.update("appointment", row.key, DateTStamp="2030-01-01 00:00:00")
    office.practice.update("patient", 1, LName=opendental.PEOPLE[0][1])
    office.expect_silence()


def test_a_column_that_nobody_sees_is_no_event(office):
    office.practice.update("patient", 2, TrophyFolder="x", Bal_0_30=17.0, SecurityHash="abc")
    office.practice.update("appointment", 2, ColorOverride=5, TimeLocked=1)
    office.practice.update("procedurelog", 2, HideGraphics=1)
    office.practice.update("patplan", 2, PatID="x")
    office.practice.update("insplan", 1, PlanNote="call first")
    office.expect_silence()


def test_a_change_that_is_undone_before_anyone_looks_owes_at_most_its_undoing(office):
    """A scan in between may tell both; the end must be the row's state."""
    row = new_patient(office)
    office.practice.update("patient", row.key, Email="x@example.org")
    office.practice.update("patient", row.key, Email="")
    office.fence()
    told = [event for event in office.inbox.untaken() if event.object.get("id") == row.id]
    assert len(told) in (0, 2)
    for _ in told:
        last = row.next_event()
        assert last.object["email"] in (None, "x@example.org")
    assert not told or last.object["email"] is None


def test_a_patients_change_is_no_change_of_their_appointments(office):
    patient = new_patient(office)
    new_appointment(office, patient.key)
    patient.change(City="Boston")
    office.expect_silence()


# ---- removal ------------------------------------------------------------------------------------

def test_a_deleted_appointment_is_an_update(office):
    row = new_appointment(office)
    office.practice.delete("appointment", row.key)
    event = row.next_event()
    assert (event.object["deleted"], event.object["cancelled"]) == (True, True)
    assert event.previous == {"cancelled": False, "deleted": False}
    assert event.object["foreign_id"] == str(row.key)


def test_a_row_that_leaves_the_filter_counts_as_removed_and_may_come_back(office):
    row = new_appointment(office)
    office.practice.update("appointment", row.key, AptStatus=6)
    assert row.next_event().object["deleted"] is True
    office.practice.update("appointment", row.key, AptStatus=1)
    event = row.next_event()
    assert (event.object["deleted"], event.object["cancelled"]) == (False, False)


def test_a_row_that_the_filter_never_let_in_is_no_event(office):
    office.practice.appointment(1, AptStatus=6)
    office.practice.procedure(1, ProcStatus=3)
    office.expect_silence()


def test_a_removed_procedure_is_inactive(office):
    hard, soft = new_procedure(office, fee=100.06), new_procedure(office, fee=100.07)
    office.practice.delete("procedurelog", hard.key)
    event = hard.next_event()
    assert event.object["status"] == "inactive" and event.previous == {"status": "planned"}
    assert soft.change(ProcStatus=6).object["status"] == "inactive"


def test_a_removed_coverage_ends_today_if_it_was_open(office):
    row = new_coverage(office, number="INS-6")
    days = {datetime.date.today() + datetime.timedelta(days=n) for n in (-1, 0, 1)}
    office.practice.delete("patplan", row.key)
    event = row.next_event()
    assert datetime.date.fromisoformat(event.object["expiration_date"]) in days
    assert event.previous == {"expiration_date": None}


def test_a_removed_coverage_that_had_ended_stays_as_it_was(office):
    row = new_coverage(office, number="INS-7", subscriber={"DateTerm": "2023-12-31"})
    office.practice.delete("patplan", row.key)
    office.expect_silence()


def test_a_removed_patient_is_inactive(office):
    hard, soft = new_patient(office), new_patient(office)
    office.practice.delete("patient", hard.key)
    event = hard.next_event()
    assert event.object["inactive"] is True and event.previous == {"inactive": False}
    assert soft.change(PatStatus=4).object["inactive"] is True


# ---- references ---------------------------------------------------------------------------------

def test_foreign_ids_are_the_tables_keys(office):
    row = new_appointment(office)
    assert row.event.object["foreign_id"] == str(row.key)
    assert row.event.object["patient"]["foreign_id"] == "1"
    assert row.event.object["foreign_id_type"]


def test_references_are_the_ids_of_the_things_themselves(office):
    patient = new_patient(office)
    appointment = new_appointment(office, patient.key)
    procedure = new_procedure(office, patient.key, fee=100.08, AptNum=appointment.key)
    coverage = new_coverage(office, patient.key, "INS-8")
    assert appointment.event.object["patient_id"] == patient.id
    assert procedure.event.object["patient_id"] == patient.id
    assert procedure.event.object["appointment_id"] == appointment.id
    assert coverage.event.object["patient_id"] == patient.id
    assert patient.event.object["guarantor_id"] == patient.id


def test_a_reference_to_what_is_not_there_yet_is_right_once_it_comes(office):
    future = 5000
    appointment = new_appointment(office, future)
    patient = new_patient(office, PatNum=future, Guarantor=future)
    assert appointment.event.object["patient_id"] == patient.id
    assert appointment.event.object["patient"] in (None, {}) or (
        appointment.event.object["patient"]["id"] == patient.id)


def test_ids_stay_and_no_two_rows_share_one(office):
    rows = [new_patient(office), new_patient(office)]
    assert rows[0].id != rows[1].id
    for row in rows:
        assert row.change(Zip="10003").object["id"] == row.id
    provider_ids = {new_appointment(office, ProvNum=2).event.object["provider_id"]
                    for _ in range(2)}
    assert len(provider_ids) == 1


# ---- embedded things ----------------------------------------------------------------------------

def test_an_appointment_shows_its_patient_as_they_are(office):
    patient = new_patient(office, FName="小明", LName="王")
    shown = new_appointment(office, patient.key).event.object["patient"]
    assert but_for_the_read(shown) == but_for_the_read(patient.event.object)
    changed = patient.change(Email="m@example.org").object
    later = new_appointment(office, patient.key, Note="2").event.object["patient"]
    assert but_for_the_read(later) == but_for_the_read(changed)


def but_for_the_read(thing):
    """Without the time of the last read, which moves on by itself."""
    return {key: value for key, value in thing.items() if key != "last_sync_time"}


def test_an_appointment_shows_its_procedures_as_descriptors(office):
    appointment = new_appointment(office)
    assert appointment.event.object["descriptors"] == []
    first = new_procedure(office, fee=100.09, AptNum=appointment.key, CodeNum=2)
    new_procedure(office, fee=100.11, AptNum=appointment.key, CodeNum=1)
    new_procedure(office, fee=100.12, AptNum=appointment.key, CodeNum=1, ProcStatus=6)
    office.expect_silence()
    shown = appointment.change(Note="now with work").object["descriptors"]
    assert [(d["code"], d["name"]) for d in shown] == [
        ("D2740", "crown - porcelain"), ("D1110", "prophylaxis - adult")]
    assert shown[0]["foreign_id"] == str(first.key)
    assert shown[0]["location_id"] == appointment.event.object["location_id"]
    again = appointment.change(Note="and again").object["descriptors"]
    assert [d["id"] for d in again] == [d["id"] for d in shown]


# ---- the first look -----------------------------------------------------------------------------

def test_the_first_look_tells_nothing(offices):
    world = offices().open()
    world.expect_silence()
    assert len(world.inbox.events()) == 2  # the fence's own


def test_the_first_look_tells_everything_if_it_is_asked_to(offices):
    world = offices()
    institution = world.config.institutions[0]
    sources, institution.sources = institution.sources, []
    world.open()
    world.daemon.stop()
    institution.sources = sources
    sources[0].initial_events = True
    world.daemon.start_ready()
    for number, (first, last) in enumerate(opendental.PEOPLE, 1):
        world.inbox.take("patient_created", foreign_id=str(number), first_name=first,
                         last_name=last)
        world.inbox.take("appointment_created", foreign_id=str(number))
        world.inbox.take("patient_insurance_created", subscriber_num=f"S{number}")
        world.inbox.take("procedure_created", status="scheduled")
    world.expect_silence()


def test_changes_while_the_daemon_is_down_are_told_when_it_is_back(offices):
    world = offices().open()
    world.daemon.stop()
    world.practice.update("patient", 3, Email="while@example.org")
    key = world.practice.appointment(3)
    world.practice.delete("procedurelog", 5)
    world.daemon.start_ready()
    world.inbox.take("patient_updated", foreign_id="3", email="while@example.org")
    world.inbox.take("appointment_created", foreign_id=str(key))
    world.inbox.take("procedure_updated", status="inactive")
    world.expect_silence()


def test_a_mass_removal_stops_the_source_instead(offices):
    world = offices(seed=_many_appointments).open()
    world.practice.sql("DELETE FROM appointment WHERE Note = 'one of many'")
    world.wait_read_status("red")
    assert [e for e in world.inbox.untaken() if e.name == "appointment_updated"] == []


def _many_appointments(practice):
    opendental.seed(practice)
    for _ in range(80):
        practice.appointment(1, Note="one of many")
