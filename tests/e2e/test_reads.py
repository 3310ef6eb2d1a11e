"""Resources on the vendor's wire, compared with what the practice's own tables say."""
import collections
import datetime
import random
import unicodedata
import zoneinfo

import pytest

import daemon as daemons
import opendental
from api_client import Api
from office import new_database
from waiting import until

VERSION_3 = {"Nex-Api-Version": "v20240412"}
ZONES = {0: zoneinfo.ZoneInfo("America/New_York"), 2: zoneinfo.ZoneInfo("Europe/Berlin")}
WIDE = {"start": "2020-01-01", "end": "2041-01-01"}
FIRST_NAMES = ["Ada", "José", "Zoë", "Mary Ann", "小明"]
LAST_NAMES = ["Núñez", "O'Brien", "Smith-Jones", "Okafor", "王"]


def seed_practice(practice, patients=40, appointments=240):
    """A practice of two clinics, drawn from a fixed seed; some days change their clocks."""
    draw = random.Random(20260321)
    opendental.seed_directory(practice)
    for number in range(patients):
        practice.patient(
            FName=draw.choice(FIRST_NAMES), LName=draw.choice(LAST_NAMES),
            Birthdate=f"19{draw.randint(50, 99)}-0{draw.randint(1, 9)}-1{draw.randint(0, 9)}",
            Email=draw.choice(["", f"Person{number % 9}@Example.org"]),
            WirelessPhone=draw.choice(["", f"(212)555-01{number % 10:02}"]),
            PatStatus=draw.choice([0, 0, 0, 2]), ClinicNum=draw.choice([0, 2]))
    for number in range(appointments):
        day = datetime.datetime(
            2031, draw.choice([3, 10]), draw.randint(1, 31), draw.randint(7, 18))
        clinic = draw.choice([0, 0, 2])
        key = practice.appointment(
            draw.randint(1, patients), ProvNum=draw.randint(1, 2), Op=1 if clinic == 0 else 2,
            ClinicNum=clinic, AptDateTime=day, AptStatus=draw.choice([1, 1, 1, 2, 5]),
            AppointmentTypeNum=draw.choice([0, 1]), Note=f"note {number}",
            Pattern=draw.choice(["//XXXX//", "XX", "XXXXXXXXXXXX"]))
        if number % 3 == 0:
            practice.procedure(draw.randint(1, patients), AptNum=key, CodeNum=1 + number % 2,
                               ProvNum=draw.randint(1, 2))
    for patient in range(1, patients, 2):
        ended = patient % 4 == 1
        practice.coverage(patient, practice.subscriber(
            patient, DateTerm="2024-05-01" if ended else "0001-01-01"))


class World:
    """Two institutions, one daemon, and a client of each version for both."""

    def __init__(self, mariadb, folder):
        folder.mkdir(parents=True, exist_ok=True)
        green, self.practice = new_database(mariadb, seed_practice)
        blue, self.blue_practice = new_database(
            mariadb, lambda practice: seed_practice(practice, 5, 10))
        config = daemons.one_source(folder, mariadb.url(green))
        config.institutions.append(daemons.Institution(
            "blue-dental", "Blue Dental", sources=[daemons.Source(mariadb.url(blue))]))
        config.api_keys.append(daemons.ApiKey("green alone", "green-key-1234567890abcdef",
                                              institutions=["green-dental"]))
        self.daemon = daemons.Daemon(config)
        key = config.api_keys[0].key
        self.v2 = Api(lambda: self.daemon.url, key)
        self.v3 = Api(lambda: self.daemon.url, key, headers=VERSION_3)
        self.green_only = Api(lambda: self.daemon.url, config.api_keys[1].key)

    def open(self):
        self.daemon.start_ready()
        rows = self.v2.get("/institutions").data
        self.locations = {row["subdomain"]: {int(one["foreign_id"]): one["id"]
                                             for one in row["locations"]} for row in rows}
        return self

    def close(self):
        self.daemon.stop()

    def location(self, clinic, subdomain="green-dental"):
        return self.locations[subdomain][clinic]

    def ids(self, path, subdomain="green-dental"):
        """Our ids by the practice's keys."""
        return {row["foreign_id"]: row["id"]
                for row in everything(self.v3, path, subdomain=subdomain)}


@pytest.fixture(scope="module")
def world(mariadb, tmp_path_factory):
    made = World(mariadb, tmp_path_factory.mktemp("reads")).open()
    yield made
    made.close()


# ---- clients, as a client of each version walks a list ------------------------------------------


def get(api, path, status=200, **query):
    query.setdefault("subdomain", "green-dental")
    pairs = [(name + "[]" if isinstance(value, list) else name, one)
             for name, value in query.items()
             for one in (value if isinstance(value, list) else [value])]
    answer = api.call("GET", path, query=pairs)
    assert answer.status == status, (path, query, answer.raw)
    return answer.json


def everything(api, path, per_page=50, between=None, **query):
    """All rows of a v3 list, by its cursors; `between` is called after each page."""
    rows, cursor = [], ""
    while True:
        page = get(api, path, per_page=per_page, end_cursor=cursor, **query)
        rows += page["data"]
        assert len(page["data"]) <= per_page and page["count"] == len(page["data"])
        info = page["page_info"]
        if not info["has_next_page"]:
            return rows
        assert len(page["data"]) == per_page
        cursor = info["end_cursor"]
        if between:
            between()


def numbered(api, path, key=None, per_page=50, **query):
    """All rows of a v2 list, by its pages."""
    rows, page = [], 1
    while True:
        answer = get(api, path, per_page=per_page, page=page, **query)
        part = answer["data"][key] if key else answer["data"]
        rows += part
        if len(rows) >= answer["count"]:
            assert len(rows) == answer["count"]
            return rows
        assert len(part) == per_page
        page += 1


def keys(rows):
    return [int(row["foreign_id"]) for row in rows]


# ---- what the tables say -------------------------------------------------------------------------


def utc(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def start_of(row):
    return row["AptDateTime"].replace(tzinfo=ZONES[row["ClinicNum"]]).astimezone(datetime.UTC)


def appointments(world, clinic, wanted=lambda row: True):
    """Keys of a clinic's appointments in the order of the wire, by start and then by our id."""
    rows = [row for row in world.practice.sql("SELECT * FROM appointment")
            if row["ClinicNum"] == clinic and wanted(row)]
    ids = {row["foreign_id"]: row["id"] for row in everything(
        world.v3, "/appointments", location_id=world.location(clinic), **WIDE)}
    return [row["AptNum"] for row in sorted(
        rows, key=lambda row: (start_of(row), ids[str(row["AptNum"])]))]


def both(world, key, path, **query):
    """The keys of a list, the same in both versions, by small pages and by large ones."""
    small = everything(world.v3, path, per_page=7, **query)
    assert keys(small) == keys(everything(world.v3, path, per_page=1000, **query))
    assert keys(small) == keys(numbered(world.v2, path, key, per_page=7, **query))
    assert keys(small) == keys(numbered(world.v2, path, key, per_page=1000, **query))
    return keys(small)


# ---- appointments --------------------------------------------------------------------------------


def test_appointments_of_a_span_are_those_of_the_table(world):
    draw = random.Random(7)
    for clinic in (0, 2):
        for _ in range(8):
            first = datetime.datetime(2031, draw.choice([3, 10]), draw.randint(1, 28),
                                      draw.randint(0, 23), tzinfo=datetime.UTC)
            last = first + datetime.timedelta(hours=draw.randint(1, 500))
            assert both(world, "appointments", "/appointments", start=utc(first), end=utc(last),
                        location_id=world.location(clinic)) == appointments(
                            world, clinic, lambda row: first <= start_of(row) < last)


def test_appointments_are_filtered(world):
    providers, operatories = world.ids("/providers"), world.ids("/operatories")
    patients = world.ids("/patients")
    types = {row["name"]: row["id"] for row in everything(world.v3, "/appointment_types")}
    filters = [
        ({"cancelled": "true"}, lambda row: row["AptStatus"] == 5),
        ({"cancelled": "false"}, lambda row: row["AptStatus"] != 5),
        ({"unavailable": "true"}, lambda row: False),
        ({"nex_only": "true"}, lambda row: False),
        ({"provider_ids": [providers["2"]]}, lambda row: row["ProvNum"] == 2),
        ({"provider_ids": [providers["1"], providers["2"]]}, lambda row: True),
        ({"operatory_ids": [operatories["1"]]}, lambda row: row["Op"] == 1),
        ({"patient_ids": [patients["3"]]}, lambda row: row["PatNum"] == 3),
        ({"patient_ids": [patients[str(one)] for one in range(1, 26)]},
         lambda row: row["PatNum"] < 26),
        ({"appointment_type_id": types["Recall"]}, lambda row: row["AppointmentTypeNum"] == 1),
        ({"patient_ids": [patients["3"], patients["4"]], "cancelled": "false",
          "provider_ids": [providers["1"]]},
         lambda row: row["PatNum"] in (3, 4) and row["AptStatus"] != 5 and row["ProvNum"] == 1),
    ]
    for query, wanted in filters:
        for clinic in (0, 2):
            assert both(world, "appointments", "/appointments", **query, **WIDE,
                        location_id=world.location(clinic)) == appointments(
                            world, clinic, wanted), query


def test_an_appointment_is_found_by_its_foreign_id_and_by_its_id(world):
    row = world.practice.row("appointment", 5)
    found = get(world.v2, "/appointments", foreign_id="5", **WIDE)["data"]["appointments"]
    assert keys(found) == [5] and found[0]["start_time"] == utc(start_of(row))
    shown = get(world.v2, f"/appointments/{found[0]['id']}",
                include=["patient", "provider"])["data"]
    assert shown["patient"]["foreign_id"] == str(row["PatNum"])
    assert shown["provider"]["foreign_id"] == str(row["ProvNum"])
    assert {name: value for name, value in shown.items()
            if name not in ("patient", "provider")} == found[0]
    assert get(world.v3, f"/appointments/{found[0]['id']}")["data"] == found[0]


def test_included_procedures_and_descriptors_are_those_of_the_table(world):
    rows = everything(world.v3, "/appointments", location_id=world.location(0), **WIDE,
                      include=["procedures", "descriptors"])
    of_appointment = collections.defaultdict(list)
    for one in world.practice.sql("SELECT ProcNum, AptNum, CodeNum FROM procedurelog"):
        of_appointment[str(one["AptNum"])].append(one)
    codes = {1: "D1110", 2: "D2740"}
    assert any(row["procedures"] for row in rows)
    for row in rows:
        wanted = of_appointment[row["foreign_id"]]
        assert [one["code"] for one in row["procedures"]] == [
            codes[one["CodeNum"]] for one in wanted]
        assert [(one["foreign_id"], one["code"]) for one in row["descriptors"]] == [
            (str(one["ProcNum"]), codes[one["CodeNum"]]) for one in wanted]


def test_a_walk_while_rows_change_misses_nothing_and_repeats_nothing(world):
    draw = random.Random(11)
    query = {"location_id": world.location(0), **WIDE}
    before = keys(everything(world.v3, "/appointments", **query))
    touched = []

    def change():
        touched.append(draw.choice(before))
        world.practice.update("appointment", touched[-1], Note=f"touched {len(touched)}")
        world.practice.appointment(1, AptDateTime="2020-01-02 09:00:00", ClinicNum=0)
        until(lambda: get(world.v2, "/appointments", foreign_id=str(touched[-1]), **WIDE)
              ["data"]["appointments"][0]["note"] == f"touched {len(touched)}", 10,
              "the change to be read")

    walked = keys(everything(world.v3, "/appointments", per_page=20, between=change, **query))
    assert len(touched) > 3 and len(walked) == len(set(walked))
    assert [one for one in walked if one in set(before)] == before

    # By updates: whatever changes meanwhile comes once more, behind everything, and nothing less.
    touched.clear()
    mark = utc(datetime.datetime(2000, 1, 1))
    walked = keys(everything(world.v3, "/appointments", per_page=20, between=change,
                             sort="updated_at", updated_since=mark, **query))
    assert set(before) <= set(walked)
    assert len(walked) - len(set(walked)) <= len(touched)


def test_updated_since_is_inclusive_and_sorts(world):
    query = {"location_id": world.location(2), **WIDE}
    key = appointments(world, 2)[0]
    world.practice.update("appointment", key, Note="the last one")
    row = until(lambda: next((row for row in everything(world.v3, "/appointments", **query)
                              if row["note"] == "the last one"), None),
                10, "the change to be read")
    since = get(world.v2, "/appointments", updated_since=row["updated_at"], **query)
    assert keys(since["data"]["appointments"]) == [key]
    later = row["updated_at"][:-5] + f".{int(row['updated_at'][-4:-1]) + 1:03}Z"
    if later < row["updated_at"][:-5] + ".999Z":
        assert get(world.v2, "/appointments", updated_since=later, **query)["count"] == 0
    falling = everything(world.v3, "/appointments", sort="-updated_at", per_page=9, **query)
    assert keys(falling)[0] == key
    times = [(one["updated_at"], one["id"]) for one in falling]
    assert times == sorted(times, reverse=True)
    assert keys(falling) == keys(everything(world.v3, "/appointments", sort="updated_at",
                                            per_page=9, **query))[::-1]


# ---- patients ------------------------------------------------------------------------------------


def words(text):
    plain = "".join(one for one in unicodedata.normalize("NFD", text.lower())
                    if not unicodedata.combining(one) and one != "'")
    return set("".join(one if one.isalnum() else " " for one in plain).split())


def test_patients_are_found_by_name_email_phone_and_birth(world):
    rows = world.practice.sql("SELECT * FROM patient ORDER BY PatNum")
    ids = world.ids("/patients")

    def wanted(means):
        return sorted((row["PatNum"] for row in rows if means(row)), key=lambda one: ids[str(one)])

    for name in ("ada", "NUNEZ", "José Núñez", "obrien", "smith", "Jones Zoe", "小明", "Mary",
                 "nobody", "mari", "o'brien, ZOË"):
        assert both(world, "patients", "/patients", name=name) == wanted(
            lambda row: words(name) <= words(row["FName"]) | words(row["LName"])), name
    for email in ("person3@example.ORG", "person3@example.com"):
        assert both(world, "patients", "/patients", email=email) == wanted(
            lambda row: row["Email"].lower() == email.lower())
    for phone in ("2125550103", "+1 (212) 555-0103", "5550103"):
        digits = "".join(one for one in phone if one.isdigit())[-10:]
        assert both(world, "patients", "/patients", phone_number=phone) == wanted(
            lambda row: digits in ("".join(c for c in row[column] if c.isdigit())
                                   for column in ("WirelessPhone", "HmPhone")))
    born = rows[4]["Birthdate"].isoformat()
    assert both(world, "patients", "/patients", date_of_birth=born,
                name=rows[4]["LName"]) == wanted(
                    lambda row: row["Birthdate"].isoformat() == born
                    and words(rows[4]["LName"]) <= words(row["LName"]))
    assert both(world, "patients", "/patients", inactive="true") == wanted(
        lambda row: row["PatStatus"] == 2)
    assert both(world, "patients", "/patients", location_strict="true",
                location_id=world.location(2)) == wanted(lambda row: row["ClinicNum"] == 2)
    assert both(world, "patients", "/patients") == wanted(lambda row: True)
    assert both(world, "patients", "/patients", foreign_id="7") == [7]


def test_a_patient_is_found_by_a_new_name_and_no_longer_by_the_old_one(world):
    world.practice.update("patient", 2, LName="Wilhelmsdotter")
    until(lambda: keys(get(world.v3, "/patients", name="wilhelmsdotter")["data"]) == [2],
          10, "the new name")
    world.practice.update("patient", 2, LName="Okafor")
    until(lambda: get(world.v3, "/patients", name="wilhelmsdotter")["data"] == [],
          10, "the old name to go")


def test_patients_have_the_shapes_of_both_versions(world):
    one = get(world.v3, "/patients", foreign_id="1")["data"][0]
    assert "location_ids" not in one and "balance" not in one and "hipaa" in one
    assert get(world.v3, f"/patients/{one['id']}")["data"]["location_ids"] != []
    old = get(world.v2, f"/patients/{one['id']}")["data"]
    assert {"balance", "location_ids", "preferred_locale", "unsubscribe_sms"} <= set(old)


# ---- procedures, coverages, the directory --------------------------------------------------------


def procedure_keys(world, **query):
    """The procedures have no foreign_id on the wire: told by code, patient and appointment."""
    rows = everything(world.v3, "/procedures", per_page=7, **query)
    assert rows == everything(world.v3, "/procedures", per_page=1000, **query)
    assert rows == numbered(world.v2, "/procedures", per_page=7, **query)
    return sorted((row["code"], row["patient_id"], row["provider_id"], row["appointment_id"])
                  for row in rows)


def test_procedures_are_filtered(world):
    patients, providers = world.ids("/patients"), world.ids("/providers")
    apps = {row["foreign_id"]: row["id"] for clinic in (0, 2) for row in everything(
        world.v3, "/appointments", location_id=world.location(clinic), **WIDE)}
    rows = world.practice.sql("SELECT * FROM procedurelog")

    def wanted(means):
        return sorted((("", "D1110", "D2740")[row["CodeNum"]], patients[str(row["PatNum"])],
                       providers[str(row["ProvNum"])], apps[str(row["AptNum"])])
                      for row in rows if means(row))

    assert procedure_keys(world, updated_since="2020-01-01") == wanted(lambda row: True)
    for key in (1, 2):
        assert procedure_keys(world, provider_id=providers[str(key)]) == wanted(
            lambda row: row["ProvNum"] == key)
    for row in rows[:5]:
        assert procedure_keys(world, patient_id=patients[str(row["PatNum"])]) == wanted(
            lambda other: other["PatNum"] == row["PatNum"])
        assert procedure_keys(world, appointment_id=apps[str(row["AptNum"])]) == wanted(
            lambda other: other["AptNum"] == row["AptNum"])
    shown = get(world.v3, "/procedures", updated_since="2020-01-01")["data"][0]
    one = get(world.v3, f"/procedures/{shown['id']}")["data"]
    assert one.pop("treatment_plan_ids") == [] and one == shown
    assert get(world.v2, f"/procedures/{shown['id']}")["data"] == shown
    get(world.v2, "/procedures", status=400, location_id=world.location(0))


def test_coverages_are_listed_by_patient_and_by_whether_they_go_on(world):
    patients = world.ids("/patients")
    active = everything(world.v3, "/insurance_coverages", per_page=3)
    ended = everything(world.v3, "/insurance_coverages", per_page=3, active="false")
    assert sorted(row["patient_id"] for row in active) == sorted(
        patients[str(one)] for one in range(3, 40, 4))
    assert sorted(row["patient_id"] for row in ended) == sorted(
        patients[str(one)] for one in range(1, 40, 4))
    assert all(row["active"] for row in active) and not any(row["active"] for row in ended)
    listed = get(world.v2, f"/patients/{patients['1']}/insurance_coverages")["data"]
    assert [row["subscriber_num"] for row in listed] == ["S1"] and "active" not in listed[0]
    one = get(world.v3, f"/insurance_coverages/{listed[0]['id']}")["data"]
    patient = get(world.v2, f"/patients/{patients['1']}")["data"]
    assert one["subscriber"] == {"id": patient["id"], "name": patient["name"],
                                 "date_of_birth": patient["bio"]["date_of_birth"]}
    since = get(world.v3, "/insurance_coverages", updated_since=active[0]["updated_at"],
                patient_id=active[0]["patient_id"])
    assert [row["id"] for row in since["data"]] == [active[0]["id"]]


def test_the_directory_is_that_of_the_practice(world):
    assert sorted(world.ids("/providers")) == ["1", "2"]
    assert both(world, None, "/operatories", location_id=world.location(2)) == [2]
    type_ = everything(world.v3, "/appointment_types")[0]
    assert (type_["name"], type_["minutes"]) == ("Recall", 40)
    for path, row in (("/providers", everything(world.v3, "/providers")[0]),
                      ("/operatories", everything(world.v3, "/operatories")[0]),
                      ("/appointment_types", type_)):
        assert get(world.v3, f"{path}/{row['id']}")["data"] == row


# ---- slots ---------------------------------------------------------------------------------------


def seed_schedules(practice):
    """Two providers through a change of the clock; lunch in one chair; a holiday."""
    for day in range(1, 13):
        practice.schedule(f"2031-03-{day:02}", "08:00:00", "16:00:00", [1])
        practice.schedule(f"2031-03-{day:02}", "09:00:00", "12:00:00", [2], ProvNum=2)
        practice.schedule(f"2031-03-{day:02}", "12:00:00", "12:45:00", [1], SchedType=2, ProvNum=0)
    practice.schedule("2031-03-05", "00:00:00", "00:00:00", SchedType=0, Status=2, ProvNum=0)
    practice.schedule("2031-03-06", "00:00:00", "00:00:00", SchedType=0, Status=0, ProvNum=0)
    practice.schedule("2031-03-07", "16:00:00", "20:00:00", [1], SchedType=3, ProvNum=0)


def slots_by_minutes(world, clinic, provider, operatory, length, interval):
    """The same by looking at each minute of the practice's tables, without any library of spans."""
    zone, practice = ZONES[clinic], world.practice

    def minute(day, clock):
        moment = datetime.datetime.combine(day, datetime.time()) + clock
        return int(moment.replace(tzinfo=zone).timestamp()) // 60

    taken = set()
    for row in practice.sql("SELECT * FROM appointment WHERE AptStatus IN (1, 2, 4)"):
        if row["ProvNum"] == provider or row["Op"] == operatory:
            start = int(start_of(row).timestamp()) // 60
            taken |= set(range(start, start + 5 * len(row["Pattern"])))
    for row in practice.sql("SELECT * FROM schedule WHERE SchedType = 0 AND Status > 0"):
        start = minute(row["SchedDate"], datetime.timedelta())
        taken |= set(range(start, start + 1440))
    for row in practice.sql("SELECT s.* FROM schedule s JOIN scheduleop o USING (ScheduleNum) "
                            "WHERE s.SchedType = 2 AND o.OperatoryNum = %s", (operatory,)):
        taken |= set(range(minute(row["SchedDate"], row["StartTime"]),
                           minute(row["SchedDate"], row["StopTime"])))
    found = []
    for row in practice.sql(
            "SELECT s.* FROM schedule s JOIN scheduleop o USING (ScheduleNum) "
            "WHERE s.SchedType = 1 AND s.SchedDate < '2031-03-15' AND s.ProvNum = %s "
            "AND o.OperatoryNum = %s ORDER BY s.SchedDate",
            (provider, operatory)):
        first = minute(row["SchedDate"], row["StartTime"])
        last = minute(row["SchedDate"], row["StopTime"])
        found += [at for at in range(first, last - length + 1, interval)
                  if not taken & set(range(at, at + length))]
    return [utc(datetime.datetime.fromtimestamp(60 * at, datetime.UTC)) for at in found]


def test_slots_are_the_minutes_that_the_tables_leave_free(world):
    seed_schedules(world.practice)
    providers, operatories = world.ids("/providers"), world.ids("/operatories")
    query = {"start_date": "2031-03-01", "days": 14,
             "lids": [world.location(0), world.location(2)]}
    type_ = everything(world.v3, "/appointment_types")[0]

    def offered(api, path, length, interval):
        rows = get(api, path, slot_length=length, slot_interval=interval, **query)["data"]
        return {(row["lid"], row["pid"], row["operatory_id"]):
                [one["time"] for one in row["slots"]] for row in rows}

    def wanted(length, interval):
        return {(world.location(clinic), providers[str(chair)], operatories[str(chair)]):
                slots_by_minutes(world, clinic, chair, chair, length, interval)
                for clinic, chair in ((0, 1), (2, 2))}

    # Scans may have read a part of the seed by now.
    until(lambda: offered(world.v2, "/appointment_slots", 30, 30) == wanted(30, 30), 10,
          "the schedules to be read")
    for length, interval in ((30, 30), (40, 10), (5, 5), (60, 7)):
        for api, path in ((world.v2, "/appointment_slots"), (world.v3, "/available_slots")):
            assert offered(api, path, length, interval) == wanted(length, interval)
    by_type = get(world.v2, "/appointment_slots", appointment_type_id=type_["id"], **query)["data"]
    assert by_type == get(world.v2, "/appointment_slots", slot_length=40, **query)["data"]
    some = get(world.v2, "/appointment_slots", pids=[providers["2"]], **query)["data"]
    assert {row["pid"] for row in some} == {providers["2"]}


# ---- other institutions --------------------------------------------------------------------------


def test_anothers_ids_cannot_be_told_from_absent_ones(world):
    blue = {"subdomain": "blue-dental"}
    paths = []
    for path in ("/patients", "/providers", "/operatories", "/appointment_types"):
        paths.append((path, everything(world.v3, path, **blue)[0]["id"]))
    paths.append(("/appointments", everything(
        world.v3, "/appointments", location_id=world.location(0, "blue-dental"), **WIDE,
        **blue)[0]["id"]))
    paths.append(("/procedures", everything(
        world.v3, "/procedures", updated_since="2020-01-01", **blue)[0]["id"]))
    paths.append(("/insurance_coverages", everything(
        world.v3, "/insurance_coverages", **blue)[0]["id"]))
    absent = 987654321
    for api in (world.v2, world.v3, world.green_only):
        for path, id_ in paths:
            hidden = api.get(f"{path}/{id_}", subdomain="green-dental")
            never = api.get(f"{path}/{absent}", subdomain="green-dental")
            assert hidden.status == 404 and hidden.raw == never.raw, path
    patient = dict(paths)["/patients"]
    assert world.v2.get(f"/patients/{patient}/insurance_coverages",
                        subdomain="green-dental").status == 404
    assert world.v2.get("/appointments", subdomain="green-dental", **WIDE,
                        location_id=world.location(0, "blue-dental")).status == 404
    for query in ({"patient_ids": [patient]}, {"provider_ids": [dict(paths)["/providers"]]}):
        assert get(world.v2, "/appointments", location_id=world.location(0), **WIDE,
                   **query)["count"] == 0
    assert get(world.v3, "/procedures", patient_id=patient)["data"] == []
    assert world.green_only.get("/patients", subdomain="blue-dental").status == 403
    assert world.green_only.get("/patients", subdomain="no-such").status == 403
