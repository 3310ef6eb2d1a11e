"""The suite's own instruments, tried without the daemon: what judges must be able to fail."""
import base64
import dataclasses
import hashlib
import hmac
import http.client
import json
import random
import tomllib

import pymysql
import pytest

import changes
import office
import opendental
import oracle
import shape
import signatures
import wire
from daemon import MAPPING
from mariadb import READER, READER_PASSWORD
from oracle import Kill, judge
from receiver import Answer, Receiver, Request, read_journal

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


# ---- receiver -----------------------------------------------------------------------------------

@pytest.fixture
def receiver(tmp_path):
    server = Receiver(tmp_path / "journal")
    yield server
    server.close()


def signed(body, name="evt_1"):
    """Headers as a sender makes them, by hand."""
    stamp = "2026-01-02T03:04:05.678Z"
    vendor = hmac.new(SECRET.encode(), stamp.encode() + b"." + base64.b64encode(body),
                      hashlib.sha256).hexdigest()
    key = b"0123456789abcdef0123456789abcdef"
    standard = hmac.new(key, name.encode() + b".1767323045." + body, hashlib.sha256).digest()
    return {"Content-Type": "application/json", "timestamp": stamp, "signature": vendor,
            "webhook-id": name, "webhook-timestamp": "1767323045",
            "webhook-signature": "v1," + base64.b64encode(standard).decode()}


def post(receiver, path, body, headers):
    connection = http.client.HTTPConnection(receiver.url()[7:-1])
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    return connection, answer.status, answer.read()


def test_receiver_verifies_a_signed_request_and_finds_each_spoiled_part(receiver):
    body = '{"name":"王 🦷"}'.encode()
    post(receiver, "/a", body, signed(body))
    request = receiver.at("/a")[0]
    assert request.problems(SECRET) == [] and request.body == body
    assert request.problems("whsec_" + base64.b64encode(b"x" * 32).decode())
    for header in ("signature", "timestamp", "webhook-id", "webhook-timestamp"):
        spoiled = {**request.headers, header: request.headers[header][:-1] + "0"}
        assert signatures.problems(SECRET, spoiled, body), header
    assert signatures.problems(SECRET, request.headers, body + b" ")
    assert signatures.problems(SECRET, {}, body)


def test_receiver_answers_by_script_on_one_connection_and_its_journal_holds_all(receiver):
    receiver.answer("/a", Answer(500), Answer(200, b"fine"), Answer(204))
    connection, first, _ = post(receiver, "/a", b"1", {})
    statuses = [first]
    for body in (b"2", b"3", b"4"):
        connection.request("POST", "/a", body)
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
    assert statuses == [500, 200, 204, 204]
    journal = read_journal(receiver.journal_path)
    assert [(r.body, r.status) for r in journal] == [
        (b"1", 500), (b"2", 200), (b"3", 204), (b"4", 204)]


def test_a_request_that_ends_early_is_not_counted(receiver):
    connection = http.client.HTTPConnection(receiver.url()[7:-1])
    connection.putrequest("POST", "/a")
    connection.putheader("content-length", "10")
    connection.endheaders(b"123")
    connection.close()
    post(receiver, "/a", b"whole", {})
    assert [r.body for r in receiver.at("/a")] == [b"whole"]


def test_the_vector_of_the_contract():
    body = (b'{"institution_id":1,"subdomain":"test-subdomain","webhook_subscription_id":2,'
            b'"resource_type":"SyncStatus","event_name":"sync_status_read_change.green",'
            b'"event_time":"2024-03-21T17:52:47.824Z","data":{}}')
    assert len(body) == 201
    assert signatures.vendor_signature("NArWk7gdI96Bdn", "2024-03-21T17:52:48.001Z", body) == (
        "a92229de91ee3f6e83ba1c78fa66356b111c4f49ea068ebcadddc714e112a04d")


# ---- shape and values ---------------------------------------------------------------------------

def test_every_sample_has_its_own_shape():
    for path in shape.SAMPLES.glob("*.json"):
        sample = shape.sample(path.stem)
        assert shape.differences(sample, sample) == []


@pytest.mark.parametrize("spoil", [
    lambda e: e.pop("subdomain"),
    lambda e: e.update(more=1),
    lambda e: e.update(subdomain=e.pop("subdomain")),  # another order
    lambda e: e["data"]["patients"][0].update(id="415"),
    lambda e: e["data"]["patients"][0].update(inactive=0),
    lambda e: e["data"]["patients"][0].update(bio=None),
    lambda e: e["data"]["patients"][0]["bio"].update(date_of_birth="05/03/1964"),
    lambda e: e["data"]["patients"][0]["balance"].update(amount=62.0),
    lambda e: e["data"]["patients"][0]["balance"].update(amount="62.0"),
    lambda e: e["data"]["patients"][0].update(created_at="2020-06-05T20:16:57Z"),
    lambda e: e["data"]["patients"][0].update(location_ids=["1"]),
    lambda e: e["data"].update(patients=e["data"]["patients"][0]),
])
def test_the_shape_comparison_finds_a_spoiled_event(spoil):
    event = shape.sample("patient_created")
    spoil(event)
    assert shape.differences(shape.sample("patient_created"), event)


def test_previous_attributes_must_be_keys_of_the_object_in_its_order():
    thing = {"a": 1, "bio": {"x": 1, "y": 2}, "c": 3}
    assert shape.strange_previous({"a": 0, "bio": {"y": 1}}, thing) == []
    assert shape.strange_previous({"bio": {}, "a": 0}, thing)
    assert shape.strange_previous({"bio": {"z": 1}}, thing)


def test_leaves_and_nested_are_inverse():
    thing = shape.sample("patient_created")["data"]["patients"][0]
    assert wire.nested(wire.leaves(thing)) == thing


# ---- practice database --------------------------------------------------------------------------

def mapping_queries():
    with open(MAPPING, "rb") as file:
        mapping = tomllib.load(file)
    for resource in mapping["resource"]:
        where = " WHERE " + resource["where"] if "where" in resource else ""
        order = f" ORDER BY {resource['key']} LIMIT 100"
        yield resource["kind"], resource["select"] + where + order
        for child in resource.get("child", []):
            yield child["kind"], child["select"].replace(":keys", "1, 2, 3, 4, 5")


@pytest.mark.parametrize("kind,query", list(mapping_queries()), ids=lambda v: v.split()[0])
def test_the_mapping_reads_the_practice(mariadb, kind, query):
    name, _ = office.new_database(mariadb)
    with mariadb.connect(name) as connection, connection.cursor() as cursor:
        cursor.execute("SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT'")
        cursor.execute(query)
        assert cursor.fetchall(), kind
        cursor.execute("SHOW WARNINGS")
        assert cursor.fetchall() == ()


def test_a_killed_server_comes_back_with_its_rows(mariadb):
    name, _ = office.new_database(mariadb)
    mariadb.kill()
    mariadb.start()
    practice = opendental.OpenDental(mariadb.connect(name))
    people = [practice.row("patient", number + 1) for number in range(len(opendental.PEOPLE))]
    assert [(p["FName"], p["LName"]) for p in people] == opendental.PEOPLE


@pytest.mark.parametrize("password,fine", [(READER_PASSWORD, True), ("wrong", False), ("", False)])
def test_the_reader_needs_the_password_and_cannot_write(mariadb, password, fine):
    def query(sql):
        with pymysql.connect(unix_socket=str(mariadb.socket), user=READER, password=password,
                             database="mysql") as connection, connection.cursor() as cursor:
            cursor.execute(sql)
    if fine:
        query("SELECT 1")
    with pytest.raises(pymysql.err.OperationalError, match="denied"):
        query("CREATE TABLE mysql.mine (a int)")


# ---- oracle -------------------------------------------------------------------------------------

class MadeUpRun:
    """A faultless run on paper, of random changes in a real database; tests spoil it."""

    def __init__(self, practice, count=200):
        made = changes.Changes(practice, random.Random(7), patients=[1, 2, 3])
        made.adopt(10)
        self.requests = []
        self._ids = {}
        while len(made.made) < count:
            made.make()
            if len(made.open) > 20:
                self._deliver(next(iter(made.open.values())))
                made.delivered(next(iter(made.open)))
        for change in list(made.open.values()):
            self._deliver(change)
        self.changes, self.final, self.kills = made.made, made.final(), []
        self._restate()

    def judge(self, repeats_max=3):
        return judge(self.changes, self.requests, self.kills, self.final, repeats_max).faults()

    def body(self, index):
        return json.loads(self.requests[index].body)

    def replace(self, index, **fields):
        if "body" in fields:
            fields["body"] = json.dumps(fields["body"]).encode()
        self.requests[index] = dataclasses.replace(self.requests[index], **fields)

    def repeat(self, index, arrived):
        self.requests.append(dataclasses.replace(self.requests[index], arrived=arrived))

    def index_of(self, op, kind=None):
        return next(i for i, c in enumerate(self._order)
                    if c.op == op and kind in (None, c.kind))

    def _deliver(self, change):
        number = len(self.requests)
        self._order = getattr(self, "_order", []) + [change]
        self.requests.append(Request("/", b"", {"webhook-id": f"evt_{number}"},
                                     json.dumps(self._event(change)).encode(), float(number), 200))

    def _event(self, change):
        sample = shape.sample(change.claim[0])
        kind, key = oracle.OBJECT[change.claim[0]]
        thing = sample["data"][key]
        thing = thing[0] if isinstance(thing, list) else thing
        thing["id"] = self._ids.setdefault((kind, change.key), len(self._ids) + 1)
        _write(kind, thing, change.marker, change.op == "delete")
        if change.op != "insert":
            sample["data"]["previous_attributes"] = (
                {"x": 1} if change.op == "delete" else _previous(kind, change.old_marker))
        return sample

    def _restate(self):
        """The samples' other values are not the practice's: what the claim holds is compared."""
        for (kind, _), leaves in self.final.items():
            if leaves is not None:
                kept = {"patient": ("inactive", "bio.address_line_2"), "appointment": ("note",),
                        "coverage": ("subscriber_num",), "procedure": ("fee.amount",)}[kind]
                for path in set(leaves) - set(kept):
                    del leaves[path]


def _write(kind, thing, marker, removed):
    if kind == "patient":
        thing["bio"]["address_line_2"], thing["inactive"] = marker, removed
    elif kind == "appointment":
        thing["note"], thing["deleted"] = marker, removed
    elif kind == "coverage":
        thing["subscriber_num"] = marker
        thing["expiration_date"] = "2026-01-01" if removed else None
    else:
        thing["fee"]["amount"], thing["status"] = marker, "inactive" if removed else "planned"


def _previous(kind, marker):
    return {"patient": {"bio": {"address_line_2": marker}}, "appointment": {"note": marker},
            "coverage": {"subscriber_num": marker}, "procedure": {"fee": {"amount": marker}}}[kind]


@pytest.fixture
def run(mariadb):
    _, practice = office.new_database(mariadb)
    return MadeUpRun(practice)


def test_oracle_finds_nothing_wrong_with_a_faultless_run(run):
    assert run.judge() == {}
    assert {change.op for change in run.changes} == {"insert", "update", "delete"}
    assert {change.kind for change in run.changes} == set(changes.KINDS)


def test_oracle_finds_a_lost_change(run):
    del run.requests[42]
    assert set(run.judge()) >= {"lost"}


def test_oracle_finds_an_invented_event(run):
    body = run.body(run.index_of("insert", "appointment"))
    body["data"]["appointments"][0]["note"] = "nobody wrote this"
    run.requests.append(dataclasses.replace(
        run.requests[0], headers={"webhook-id": "evt_x"}, body=json.dumps(body).encode()))
    assert set(run.judge()) == {"invented"}


def test_oracle_finds_one_change_told_twice(run):
    run.requests.append(dataclasses.replace(
        run.requests[5], headers={"webhook-id": "evt_x"}, arrived=900.0))
    assert set(run.judge()) == {"invented"}


def test_oracle_finds_a_row_made_twice_instead_of_changed(run):
    index = run.index_of("update", "patient")
    body = run.body(index)
    body["event_name"] = "patient_created"
    body["data"] = {"patients": [body["data"]["patient"]]}
    run.replace(index, body=body)
    assert set(run.judge()) == {"lost", "invented"}


def test_oracle_excuses_what_a_kill_caught_and_nothing_else(run):
    run.kills = [Kill(50.0, 50.01)]
    run.repeat(49, 50.5)
    assert run.judge() == {}
    run.repeat(60, 300.0)
    assert set(run.judge()) == {"unexcused"}


def test_oracle_finds_a_repeat_before_any_kill(run):
    run.kills = [Kill(50.0, 50.01)]
    run.repeat(10, 20.5)
    assert set(run.judge()) == {"unexcused"}


def test_oracle_finds_too_many_repeats_of_one_kill(run):
    run.kills = [Kill(50.0, 50.01)]
    for index in range(46, 50):
        run.repeat(index, 51.0)
    assert run.judge(repeats_max=4) == {}
    assert set(run.judge(repeats_max=3)) == {"unexcused"}


def test_oracle_finds_a_repeat_with_another_body(run):
    run.kills = [Kill(50.0, 50.01)]
    run.repeat(49, 50.5)
    run.requests[-1] = dataclasses.replace(run.requests[-1], body=run.requests[-1].body + b" ")
    assert set(run.judge()) == {"two_bodies"}


def test_oracle_finds_wrong_previous_attributes(run):
    index = run.index_of("update", "procedure")
    body = run.body(index)
    body["data"]["previous_attributes"] = {"status": "planned"}
    run.replace(index, body=body)
    assert set(run.judge()) == {"wrong_previous"}


def test_oracle_finds_an_id_that_changed(run):
    rows = [(c.kind, c.key) for c in run._order]
    index = next(i for i, place in enumerate(rows) if place in rows[:i])
    body = run.body(index)
    kind, key = oracle.OBJECT[body["event_name"]]
    body["data"][key]["id"] += 1000
    run.replace(index, body=body)
    assert set(run.judge()) == {"wrong_ids"}


def test_oracle_finds_a_final_state_that_is_not_the_tables(run):
    place = next(place for place, leaves in run.final.items() if leaves)
    run.final[place] = {**run.final[place], "id": -1}
    assert set(run.judge()) == {"wrong_state"}
