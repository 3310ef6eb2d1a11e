"""Sources that are pushed: a vendor sends snapshots, a subscriber gets signed events."""
import gzip
import http.client
import json
import os
import random
import threading
import time

import pytest

from vendor import LINES, Vendor
from waiting import until

KILLS = int(os.environ.get("CHARTBELL_KILLS", 10))


@pytest.fixture(scope="module")
def vendor(tmp_path_factory):
    world = Vendor(tmp_path_factory.mktemp("vendor")).open()
    yield world
    untaken = world.inbox.drop()
    world.close()
    assert untaken == [], "events that no push explains"


@pytest.fixture
def vendors(tmp_path):
    made = []

    def make(*sources):
        made.append(Vendor(tmp_path / f"vendor-{len(made)}", *sources))
        return made[-1]
    yield make
    for world in made:
        world.daemon.kill()
        world.receiver.close()


def status(answer):
    assert answer.status == 200, answer.raw
    return answer.data["status"]


# ---- what a vendor does -------------------------------------------------------------------------

def test_three_kinds_are_pushed_and_told_as_those_of_other_sources(vendor):
    assert status(vendor.push("provider", "dr", 1, name="Dr. Who")) == "applied"
    patient = vendor.push("patient", "p-1", 1, first_name="Ada", bio={"city": "London"})
    visit = vendor.push("appointment", 17, 1, patient_id="p-1", provider_id="dr",
                        start_time="2031-07-01T13:00:00Z", location_id="2",
                        descriptors=[{"foreign_id": 9, "code": "D1110", "name": "Cleaning"}])
    procedure = vendor.push("procedure", "x", 1, appointment_id=17, patient_id="p-1",
                            code="D1110", status="scheduled", fee={"amount": "12.5"})
    created = vendor.inbox.take("patient_created", foreign_id="p-1")
    assert created.object["id"] == patient.data["id"]
    assert created.object["bio"]["city"] == "London"
    told = vendor.inbox.take("appointment_created", foreign_id="17").object
    assert told["patient"]["first_name"] == "Ada" and told["patient_id"] == patient.data["id"]
    assert told["start_time"] == "2031-07-01T13:00:00.000Z"
    assert (told["timezone"], told["timezone_offset"]) == ("Europe/Berlin", "+2:00")
    assert [one["code"] for one in told["descriptors"]] == ["D1110"]
    done = vendor.inbox.take("procedure_created", id=procedure.data["id"]).object
    assert done["appointment_id"] == visit.data["id"] and done["fee"]["amount"] == "12.50"

    assert status(vendor.push("appointment", 17, 2, patient_id="p-1", provider_id="dr",
                              start_time="2031-07-01T14:00:00Z", location_id="2")) == "applied"
    moved = vendor.inbox.take("appointment_updated", foreign_id="17")
    assert moved.previous == {"start_time": "2031-07-01T13:00:00.000Z"}


def test_what_is_gone_is_told_as_a_row_that_vanished(vendor):
    vendor.push("appointment", "gone", 1, start_time="2031-07-01T13:00:00Z")
    vendor.inbox.take("appointment_created", foreign_id="gone")
    assert status(vendor.remove("appointment", "gone", 2)) == "applied"
    told = vendor.inbox.take("appointment_updated", foreign_id="gone")
    assert told.object["deleted"] and told.object["cancelled"]
    assert status(vendor.push("appointment", "gone", 1)) == "stale"
    assert status(vendor.remove("appointment", "gone", 2)) == "unchanged"


def test_revisions_order_what_comes_in_any_order(vendor):
    assert status(vendor.push("patient", "r", 5, email="5@example.org")) == "applied"
    vendor.inbox.take("patient_created", foreign_id="r")
    stale = vendor.push("patient", "r", 4, email="4@example.org")
    assert (status(stale), stale.data["revision"]) == ("stale", 5)
    assert status(vendor.push("patient", "r", 5, email="5@example.org")) == "unchanged"
    conflict = vendor.push("patient", "r", 5, email="other@example.org")
    assert conflict.status == 409
    assert conflict.errors == ["revision 5 is stored with other content"]


def test_a_batch_is_answered_line_by_line(vendor):
    answer = vendor.batch([
        {"type": "patient", "foreign_id": "b-1", "revision": 1, "data": {"email": "1@b.c"}},
        {"type": "patient", "foreign_id": "b/2", "revision": 1, "data": {"frst_name": "Ada"}},
        {"type": "patient", "foreign_id": "b/3", "revision": 1, "data": {}},
        {"type": "patient", "foreign_id": "b-1", "revision": 2, "deleted": True}])
    assert answer.status == 200, answer.raw
    assert [line["status"] for line in answer.data["lines"]] == [
        "applied", "refused", "applied", "applied"]
    assert answer.data["lines"][1]["reason"] == (
        'data.frst_name: the resource has no such field; did you mean "first_name"?')
    assert (answer.data["applied"], answer.data["refused"]) == (3, 1)
    vendor.inbox.take("patient_created", foreign_id="b-1")
    vendor.inbox.take("patient_created", foreign_id="b/3")
    vendor.inbox.take("patient_updated", foreign_id="b-1", inactive=True)


def test_a_baseline_is_silent(vendor):
    lines = [{"type": "patient", "foreign_id": f"old-{n}", "revision": 1, "data": {}}
             for n in range(2000)]
    answer = vendor.batch(lines, baseline="true")
    assert answer.data["applied"] == 2000
    assert status(vendor.push("patient", "old-7", 2, email="new@example.org")) == "applied"
    told = vendor.inbox.take("patient_updated", foreign_id="old-7")
    assert told.previous == {"email": None}


def test_the_source_shows_itself(vendor):
    source = vendor.api.sources()[0]
    assert source["capture"]["mode"] == "push" and source["read_status"] == "green"
    assert source["pushed"]["applied"] > 0
    assert vendor.api.sync_status()[0]["emr"]["name"] == "push"


# ---- hostile bodies -----------------------------------------------------------------------------

ONE_MEGABYTE = 1024 * 1024
DEEP = b"[" * 500 + b"]" * 500
HOSTILE = {
    "no JSON": (b"{", 400),
    "deep": (b'{"revision":1,"data":' + DEEP + b"}", 413),
    "NaN": (b'{"revision":1,"data":{"bio":{"new_patient":NaN}}}', 400),
    "infinite": (b'{"revision":1e999,"data":{}}', 422),
    "a number of a thousand digits": (b'{"revision":' + b"9" * 1000 + b',"data":{}}', 422),
    "a key twice": (b'{"revision":1,"data":{"email":"a","email":"b"}}', 422),
    "invalid UTF-8": (b'{"revision":1,"data":{"email":"\xff\xfe"}}', 400),
    "half a surrogate": (b'{"revision":1,"data":{"email":"\\ud800"}}', 400),
    "a long text": (b'{"revision":1,"data":{"email":"' + b"x" * 300_000 + b'"}}', 413),
    "too long for the server": (b"x" * (ONE_MEGABYTE + 1), 413),
    "an array": (b"[]", 400),
    "no revision": (b'{"data":{}}', 422),
    "a leaf of Chartbell's": (b'{"revision":1,"data":{"id":1}}', 422),
    "an unknown leaf": (b'{"revision":1,"data":{"bio":{"cty":"x"}}}', 422),
    "a wrong type": (b'{"revision":1,"data":{"inactive":"yes"}}', 422),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_is_refused_and_named(vendor, name):
    body, wanted = HOSTILE[name]
    answer = vendor.api.call("PUT", vendor.path("patient", "hostile"), body, vendor.query(),
                             {"Content-Type": "application/json"})
    assert answer.status == wanted, answer.raw
    assert answer.json["code"] is False and len(answer.errors) == 1


BOMB = gzip.compress(b" " * (64 * ONE_MEGABYTE))
HOSTILE_BATCHES = {
    "a bomb": (BOMB, True, 413),
    "a bomb within the size": (gzip.compress(b"x" * (8 * ONE_MEGABYTE)), True, 413),
    "no gzip": (b"{}", True, 400),
    "cut off": (gzip.compress(b"{}\n" * 1000)[:-9], True, 400),
    "something behind it": (gzip.compress(b"{}") + b"x", True, 400),
    "too many lines": (b"\n" * 10_001, False, 413),
}


@pytest.mark.parametrize("name", HOSTILE_BATCHES)
def test_a_hostile_batch_is_refused_whole(vendor, name):
    body, packed, wanted = HOSTILE_BATCHES[name]
    headers = {**LINES, **({"Content-Encoding": "gzip"} if packed else {})}
    answer = vendor.api.call("POST", vendor.path(), body, vendor.query(), headers)
    assert answer.status == wanted, answer.raw


LONG = b'{"type":"patient","foreign_id":"' + random.Random(1).randbytes(ONE_MEGABYTE // 2
                                                                        ).hex().encode() + b'"}'


def test_a_hostile_line_harms_no_other(vendor):
    good = {"type": "patient", "foreign_id": "among-thieves", "revision": 1, "data": {}}
    lines = [DEEP, b"\xff" * 100, LONG, json.dumps(good).encode(), b'{"revision":NaN}', b"{}" * 10]
    answer = vendor.batch(b"\n".join(lines))
    assert [line["status"] for line in answer.data["lines"]] == [
        "refused", "refused", "refused", "applied", "refused", "refused"]
    vendor.inbox.take("patient_created", foreign_id="among-thieves")


def test_other_sources_and_types_are_refused(vendor):
    other = vendor.api.call("PUT", "/api/v1/sources/nobody/resources/patient/1",
                            {"revision": 1, "data": {}}, vendor.query())
    assert other.status == 404
    answer = vendor.push("pacient", 1, 1)
    assert answer.status == 422 and 'did you mean "patient"?' in answer.errors[0]
    csv = vendor.api.call("POST", vendor.path(), b"a,b", vendor.query(),
                          {"Content-Type": "text/csv"})
    assert csv.status == 415


# ---- kills --------------------------------------------------------------------------------------

class Storm:
    """Workers that push revisions one after the other, and what was acknowledged to each."""

    def __init__(self, world, workers, random_):
        self.world, self.random = world, random_
        self.acknowledged = {f"s-{n}": set() for n in range(workers)}
        self.sent = {key: 0 for key in self.acknowledged}

    def rage(self, seconds):
        """Until the daemon is killed, after that time."""
        threads = [threading.Thread(target=self._push, args=(key,)) for key in self.acknowledged]
        for thread in threads:
            thread.start()
        moment = time.monotonic() + seconds
        until(lambda: time.monotonic() >= moment, seconds + 5, "the clock")
        self.world.daemon.kill()
        for thread in threads:
            thread.join()

    def _push(self, key):
        try:
            wire = self.world.wire()
            while True:
                self.sent[key] += 1
                answer = wire.push("patient", key, self.sent[key], email=f"{self.sent[key]}@b.c")
                assert answer.status == 200, answer.raw
                assert answer.data["status"] == "applied"
                self.acknowledged[key].add(self.sent[key])
        except (OSError, http.client.HTTPException):
            pass


def emails(events, key):
    """What the log tells of one patient, in its order."""
    out = []
    for event in events:
        data = event["payload"]["data"]
        thing = data.get("patient") or data["patients"][0]
        if thing["foreign_id"] == key:
            out.append(int(thing["email"].removesuffix("@b.c")))
    return out


def test_a_storm_and_kills_lose_nothing_that_was_acknowledged(vendors):
    world = vendors().open()
    storm = Storm(world, 8, random.Random(20260101))
    for _ in range(KILLS):
        storm.rage(storm.random.uniform(0.05, 0.5))
        world.daemon.start_ready()
    events = world.events()
    total = 0
    for key, acknowledged in storm.acknowledged.items():
        told = emails(events, key)
        total += len(told)
        assert told == sorted(set(told)), "an event twice, or out of order"
        assert acknowledged <= set(told) <= set(range(1, storm.sent[key] + 1))
        again = world.push("patient", key, told[-1], email=f"{told[-1]}@b.c")
        assert status(again) == "unchanged"
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    print(f"\n{KILLS} kills, {total} pushes told, "
          f"{sum(map(len, storm.acknowledged.values()))} acknowledged")
