"""Bookings through Open Dental's interface on its worst days, while the daemon is killed.

Outside of the daemon this test knows what was accepted, what rows the practice has, and what was
told: no booking is written twice, none is lost, and each ends as complete or failed exactly once.

CHARTBELL_WRITE_KILLS says how often the daemon is killed, CHARTBELL_WRITE_SEED the order of things.
"""
import collections
import datetime
import os
import random

import pytest

from office import Office
from opendental_api import (AUTHORIZATION, BREAK, LATE, LOSE_AFTER, LOSE_BEFORE, OpenDentalApi,
                            REFUSE, THROTTLE)
from test_writes import ids_of
from waiting import until

KILLS = int(os.environ.get("CHARTBELL_WRITE_KILLS", 20))
SEED = int(os.environ.get("CHARTBELL_WRITE_SEED", 20261126))
BOOKINGS_A_LIFE = 6
LATE_SECONDS = 0.5
DOUBT = "2s"


@pytest.fixture
def world(mariadb, tmp_path):
    office = Office(mariadb, tmp_path / "office")
    dice = random.Random(SEED)
    api = OpenDentalApi(lambda: mariadb.connect(office.database), late_seconds=LATE_SECONDS,
                        mood=lambda: dice.choice([None, None, None, REFUSE, LOSE_AFTER,
                                                  LOSE_BEFORE, LATE, BREAK, THROTTLE]))
    source = office.config.institutions[0].sources[0]
    source.write_url, source.write_key, source.write_doubt = api.url, AUTHORIZATION, DOUBT
    office.open()
    office.ids = ids_of(office)
    until(lambda: office.api.sync_status()[0]["write_status"] == "green", 20, "writes are green")
    yield office, api
    office.close()
    api.close()


def start_of(number):
    return datetime.datetime(2032, 1, 1) + datetime.timedelta(minutes=45 * number)


def book(office, number):
    """Whether it was accepted; nothing is known of an answer that never came."""
    body = {"appt": {"patient_id": office.ids["patient"], "provider_id": office.ids["provider"],
                     "operatory_id": office.ids["operatory"],
                     "start_time": start_of(number).isoformat()}}
    try:
        answer = office.api.call("POST", "/appointments", body, {
            "subdomain": office.api.subdomain, "location_id": office.ids["location"]})
    except OSError:
        return None
    if answer.status == 503:  # its write status is red
        return False
    assert answer.status == 201, answer.raw
    return answer.data["appt"]["id"]


def writes_of(office):
    out, cursor = {}, {}
    while True:
        answer = office.api.get("/api/v1/writes", subdomain=office.api.subdomain, limit=500,
                                **cursor)
        out.update({write["resource_id"]: write for write in answer.data})
        if not answer.json["page"]["has_more"]:
            return out
        cursor = {"cursor": answer.json["page"]["next_cursor"]}


def test_each_booking_is_written_once_or_said_to_have_failed(world):
    office, api = world
    dice = random.Random(SEED + 1)
    accepted, number = set(), 0
    for _ in range(KILLS):
        for _ in range(dice.randrange(1, BOOKINGS_A_LIFE + 1)):
            booked = book(office, number)
            number += 1
            if booked:
                accepted.add(booked)
        pause = dice.random() * 0.6
        until_time = datetime.datetime.now() + datetime.timedelta(seconds=pause)
        until(lambda end=until_time: datetime.datetime.now() >= end, 5, "a moment")
        office.daemon.kill()
        office.daemon.start_ready()
    api.mood = lambda: None
    until(lambda: all(write["status"] in ("complete", "failed")
                      for write in writes_of(office).values()), 120,
          lambda: [w for w in writes_of(office).values()
                   if w["status"] not in ("complete", "failed")])
    writes = writes_of(office)
    assert accepted <= set(writes), "accepted and lost"
    rows = collections.Counter(str(row["AptDateTime"]) for row in office.practice.sql(
        "SELECT AptDateTime FROM appointment WHERE AptDateTime >= '2032-01-01'"))
    complete = [write for write in writes.values() if write["status"] == "complete"]
    assert max(rows.values(), default=0) <= 1, "written twice"
    assert sum(rows.values()) == len(complete), "rows that no write explains, or none for one"

    def told():
        out = collections.defaultdict(list)
        for event in office.inbox.events():
            if event.body["resource_type"] == "Appointment":
                out[event.object["id"]].append(event.name)
        return out
    until(lambda: sum(len(names) for names in told().values()) >= len(writes) + len(complete), 60,
          lambda: f"{len(writes)} writes, {len(complete)} complete, "
                  f"{sum(len(names) for names in told().values())} events")
    for resource, write in writes.items():
        wanted = (["appointment_insertion.complete", "appointment_created"]
                  if write["status"] == "complete" else ["appointment_insertion.failed"])
        assert sorted(told()[resource]) == sorted(wanted), write
    print(f"write storm: seed {SEED}, {KILLS} kills, {len(writes)} bookings, "
          f"{len(complete)} written, {len(api.calls)} calls, faults: none")
