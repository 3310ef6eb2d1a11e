"""Patients send forms while the daemon is killed and the record system has its worst days.

Outside of the daemon this test knows which forms were asked for, what files the practice has, and
what was told: each form is completed once, told once, and its document is written once or said to
have failed.

CHARTBELL_FORM_KILLS says how often the daemon is killed, CHARTBELL_FORM_SEED the order of things.
"""
import collections
import http.client
import os
import random
import threading
import time

import pytest

from office import Office
from opendental_api import (AUTHORIZATION, BREAK, LATE, LOSE_AFTER, LOSE_BEFORE, OpenDentalApi,
                            REFUSE, THROTTLE)
from patient import Patient
from test_forms import PETS, asked, born, template
from test_writes import ids_of
from waiting import until

KILLS = int(os.environ.get("CHARTBELL_FORM_KILLS", 15))
SEED = int(os.environ.get("CHARTBELL_FORM_SEED", 20261127))
MOODS = [None, None, None, None, REFUSE, LOSE_AFTER, LOSE_BEFORE, LATE, BREAK, THROTTLE]
DEATH_WITHIN = 0.25  # seconds after the form is sent
LOST = (OSError, http.client.HTTPException)


@pytest.fixture
def world(mariadb, tmp_path):
    office = Office(mariadb, tmp_path / "office")
    dice = random.Random(SEED)
    api = OpenDentalApi(lambda: mariadb.connect(office.database), late_seconds=0.5,
                        mood=lambda: dice.choice(MOODS))
    source = office.config.institutions[0].sources[0]
    source.write_url, source.write_key, source.write_doubt = api.url, AUTHORIZATION, "2s"
    office.open()
    office.ids = ids_of(office)
    until(lambda: office.api.sync_status()[0]["write_status"] == "green", 20, "writes are green")
    office.pets = template(office, PETS)
    yield office, api
    office.close()
    api.close()


def now_at(office, request):
    """The link as it is after the daemon has started anew, elsewhere."""
    return office.daemon.url + request["url"][request["url"].index("/f/"):]


def try_to_send(office, request, story):
    """True where the patient was thanked, False where the link leads nowhere, None if nobody
    answered."""
    try:
        patient = Patient(now_at(office, request))
        if patient.say_birth(office.born).status != 303:
            return False
        page = patient.ask("GET")
        return patient.send(page, {"story": story}).status == 303
    except LOST:
        return None


def all_of(office, path, **query):
    out, cursor = [], {}
    while True:
        answer = office.api.get(path, subdomain=office.api.subdomain, limit=500, **query, **cursor)
        out += answer.data
        if not answer.json["page"]["has_more"]:
            return out
        cursor = {"cursor": answer.json["page"]["next_cursor"]}


def live(office, dice, open_requests, number):
    """One life: patients send what is open, and the daemon dies amid it."""
    for _ in range(dice.randrange(1, 3)):
        open_requests.append(asked(office, office.pets))
    thanked, threads = [], []
    for request in open_requests:
        def send(request=request):
            if try_to_send(office, request, f"story {number} of {request['id']}") is not None:
                thanked.append(request["id"])
        threads.append(threading.Thread(target=send))
    for thread in threads:
        thread.start()
    end = time.monotonic() + dice.random() * DEATH_WITHIN
    until(lambda: time.monotonic() >= end, 5, "the moment of death")
    office.daemon.kill()
    for thread in threads:
        thread.join()
    office.daemon.start_ready()
    done = {row["id"] for row in all_of(office, "/form_requests", status="completed")}
    assert set(thanked) <= done, "a patient was thanked for a form that is lost"
    open_requests[:] = [request for request in open_requests if request["id"] not in done]


def test_each_form_is_completed_and_written_once(world):
    office, api = world
    office.born = born(office)
    dice = random.Random(SEED + 1)
    open_requests = []
    for number in range(KILLS):
        live(office, dice, open_requests, number)
    for request in open_requests:
        assert try_to_send(office, request, "at last")
    api.mood = lambda: None
    until(lambda: all_of(office, "/form_responses", status="pending") == [], 180,
          lambda: all_of(office, "/form_responses", status="pending"))

    requests = all_of(office, "/form_requests")
    responses = all_of(office, "/form_responses")
    assert {row["status"] for row in requests} == {"completed"}
    assert sorted(row["form_request_id"].replace("-", "") for row in responses) == sorted(
        row["id"] for row in requests)

    contents = collections.Counter(row["content"] for row in api.documents)
    for response in responses:
        pdf = office.api.get(response["response_documents"][0]["pdf_url"]).raw
        written = contents.pop(pdf, 0)
        assert written == (1 if response["status"] == "complete" else 0), response
    assert not contents, "documents that no response explains"

    told = collections.Counter(event["resource_id"] for event in all_of(
        office, "/api/v1/events", event="form_request_completed"))
    assert len(told) == len(requests) and set(told.values()) == {1}, "told more than once"
    for status in ("complete", "failed"):
        ended = collections.Counter(event["resource_id"] for event in all_of(
            office, "/api/v1/events", event=f"form_response_insertion.{status}"))
        assert ended == {row["id"]: 1 for row in responses if row["status"] == status}

    def heard():
        return collections.Counter(event.name for event in office.inbox.events())
    until(lambda: heard()["form_request_completed"] == len(requests) and
          heard()["form_response_insertion.complete"] +
          heard()["form_response_insertion.failed"] == len(responses), 60, heard)
    office.inbox.drop()
    failed = sum(row["status"] == "failed" for row in responses)
    print(f"form storm: seed {SEED}, {KILLS} kills, {len(requests)} forms, "
          f"{len(responses) - failed} written, {failed} failed, faults: none")
