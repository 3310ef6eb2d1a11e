"""Chartbell's own routes (docs/api.md): events, deliveries, retries, the feed and the stream."""
import http.client
import json
import urllib.parse

import pytest

from office import Office
from receiver import Answer
from waiting import until

EVENTS = 1000
GREEN = {"subdomain": "green-dental"}


@pytest.fixture(scope="module")
def world(mariadb, tmp_path_factory):
    made = Office(mariadb, tmp_path_factory.mktemp("own")).open()
    yield made
    made.close()


def got(answer, status=200):
    assert answer.status == status, answer.raw
    return answer.json


def change(world, **columns):
    """A change of patient 1; its event as the usual subscriber got it."""
    world.practice.update("patient", 1, **columns)
    return world.inbox.take("patient_updated", email=columns["Email"])


def deliveries(world, endpoint, **query):
    return got(world.api.get(f"/api/v1/endpoints/{endpoint['id']}/deliveries", **query))["data"]


def feed(world, **query):
    return got(world.api.get("/api/v1/events/feed", **GREEN, **query))


class Stream:
    """A client of server-sent events, as a browser's EventSource."""

    def __init__(self, world, headers=None, **query):
        url = urllib.parse.urlsplit(world.daemon.url)
        self._connection = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
        self._connection.request(
            "GET", "/api/v1/events/stream?" + urllib.parse.urlencode({**GREEN, **query}),
            headers={"Authorization": world.config.api_keys[0].key, **(headers or {})})
        self._answer = self._connection.getresponse()
        self.status = self._answer.status
        self.headers = self._answer.headers

    def take(self):
        """The next message's fields; comments and other fields are passed over."""
        fields = {}
        while True:
            line = self._answer.readline().decode().rstrip("\n")
            if not line and "data" in fields:
                return fields
            name, _, value = line.partition(": ")
            if name in ("id", "event", "data"):
                fields[name] = value

    def close(self):
        self._connection.close()


def test_events_are_listed_filtered_and_shown(world):
    delivered = change(world, Email="shown@example.org")
    listed = got(world.api.get("/api/v1/events", **GREEN, limit=1))
    row = listed["data"][0]
    assert row["id"] == delivered.request.webhook_id
    assert row["event"] == "patient_updated" and row["resource_type"] == "Patient"
    assert row["resource_id"] == delivered.object["id"]
    assert "payload" not in row and "shown@example.org" not in json.dumps(listed)

    change(world, Email="shown-2@example.org")
    of_patient = got(world.api.get("/api/v1/events", **GREEN, resource_id=row["resource_id"]))
    assert len(of_patient["data"]) >= 2
    assert {event["resource_id"] for event in of_patient["data"]} == {row["resource_id"]}
    none = got(world.api.get("/api/v1/events", **GREEN, event="procedure_created",
                             resource_id=row["resource_id"]))
    assert none["data"] == [] and none["page"] == {"next_cursor": None, "has_more": False}

    shown = got(world.api.get(f"/api/v1/events/{row['id']}"))["data"]
    assert shown["payload"] == {**delivered.body, "webhook_subscription_id": None}
    assert list(shown["payload"]) == list(delivered.body)
    endpoint = world.endpoints["/events"]["id"]
    assert [d["endpoint_id"] for d in shown["deliveries"]] == [endpoint]
    until(lambda: delivery_state(world, row["id"], endpoint) == "delivered", 10, "never delivered")


def delivery_state(world, event, endpoint):
    shown = got(world.api.get(f"/api/v1/events/{event}"))["data"]
    return next((d["state"] for d in shown["deliveries"] if d["endpoint_id"] == endpoint), None)


def test_a_failed_delivery_is_found_and_asked_for_once_more(world):
    world.receiver.answer("/flaky", Answer(500, b"not today"), Answer(200))
    inbox = world.subscribe("/flaky", ("patient_updated",))
    endpoint = world.endpoints["/flaky"]
    change(world, Email="flaky@example.org")
    event = inbox.take("patient_updated", email="flaky@example.org").request.webhook_id
    failed = until(lambda: deliveries(world, endpoint, status="failed"), 10, "no failure recorded")
    assert [(row["event_id"], row["status"], row["attempt"], row["response_excerpt"])
            for row in failed] == [(event, 500, 1, "not today")]
    sent = world.receiver.at("/flaky")[0].headers
    told = failed[0]["request_headers"]
    assert told == {name: sent.get(name) for name in told}
    assert {"timestamp", "webhook-id", "webhook-timestamp", "chartbell-attempt"} < set(told)
    assert delivery_state(world, event, endpoint["id"]) == "retrying"
    waiting = got(world.api.get(f"/api/v1/endpoints/{endpoint['id']}/retries"))["data"]
    assert [row["event_id"] for row in waiting] == [event]
    health = got(world.api.get(f"/api/v1/endpoints/{endpoint['id']}/health"))["data"]
    assert health["retries_waiting"] == {"count": 1, "more": False}

    answer = got(world.api.call("POST", f"/api/v1/endpoints/{endpoint['id']}/retry",
                                {"event_id": event}))["data"]
    assert answer["state"] == "retrying"
    world.receiver.wait(lambda: len(world.receiver.at("/flaky")) == 2)
    done = until(lambda: deliveries(world, endpoint, status="delivered"), 10, "no success recorded")
    assert [row["event_id"] for row in done] == [event]
    assert [row["status"] for row in deliveries(world, endpoint)] == [200, 500]
    until(lambda: delivery_state(world, event, endpoint["id"]) == "delivered", 10, "still waiting")


def test_what_failed_since_is_asked_for_at_once(world):
    world.receiver.answer("/down", Answer(503), Answer(503), Answer(200))
    inbox = world.subscribe("/down", ("patient_updated",))
    endpoint = world.endpoints["/down"]
    for number in range(2):
        change(world, Email=f"down-{number}@example.org")
        inbox.take("patient_updated", email=f"down-{number}@example.org")
    path = f"/api/v1/endpoints/{endpoint['id']}"
    until(lambda: len(got(world.api.get(f"{path}/retries"))["data"]) == 2, 10, "not both failed")
    answer = got(world.api.call("POST", f"{path}/retry_failed", {"since": "2020-01-01T00:00:00Z"}))
    assert answer["data"] == {"count": 2}
    world.receiver.wait(lambda: len(world.receiver.at("/down")) == 4)


def test_the_feed_has_no_gap_over_a_thousand_events(world):
    start = feed(world)
    assert start["data"] == [] and start["page"]["has_more"] is False
    first = got(world.api.get("/api/v1/events", **GREEN, limit=1))["data"][0]["sequence"] + 1
    names = [f"Feed{number:04}" for number in range(EVENTS)]
    for name in names:
        world.practice.patient(LName=name, FName="Wilhelmina")
    cursor, rows = start["page"]["next_cursor"], []
    while len(rows) < EVENTS:
        page = feed(world, cursor=cursor, wait=10, limit=137)
        assert page["data"], f"only {len(rows)} of {EVENTS} events"
        rows += page["data"]
        cursor = page["page"]["next_cursor"]
    assert [row["sequence"] for row in rows] == list(range(first, first + EVENTS))
    told = [row["payload"]["data"]["patients"][0]["last_name"] for row in rows]
    assert sorted(told) == names
    again = feed(world, cursor=first - 1, limit=3)
    assert [row["sequence"] for row in again["data"]] == [first, first + 1, first + 2]
    world.inbox.drop()


def test_a_stream_goes_on_behind_the_last_event_it_told(world):
    stream = Stream(world)
    assert stream.status == 200 and stream.headers["content-type"] == "text/event-stream"
    change(world, Email="stream-1@example.org")
    first = stream.take()
    stream.close()
    assert first["event"] == "patient_updated"
    assert json.loads(first["data"])["data"]["patient"]["email"] == "stream-1@example.org"

    for number in (2, 3):
        change(world, Email=f"stream-{number}@example.org")
    again = Stream(world, {"Last-Event-ID": first["id"]})
    messages = [again.take() for _ in range(2)]
    change(world, Email="stream-4@example.org")
    messages.append(again.take())
    again.close()
    assert [int(m["id"]) - int(first["id"]) for m in messages] == [1, 2, 3]
    assert [json.loads(m["data"])["data"]["patient"]["email"] for m in messages] == [
        f"stream-{number}@example.org" for number in (2, 3, 4)]


def test_an_endpoint_is_shown_with_its_options_and_a_replay_is_kept(world):
    endpoint = world.api.new_endpoint("https://hooks.example.org/own", max_in_flight=4,
                                      headers={"X-Practice": "green"}, ed25519=True)
    assert endpoint["max_in_flight"] == 4 and endpoint["ed25519_public_key"].startswith("whpk_")
    path = f"/api/v1/endpoints/{endpoint['id']}"
    shown = got(world.api.get(path))["data"]
    assert shown["headers"] == {"X-Practice": "green"} and shown["health"]["backlog"] == 0
    rotated = got(world.api.call("POST", f"/webhook_endpoints/{endpoint['id']}/rotate_secret"))
    assert rotated["data"]["secret_key"] != endpoint["secret_key"]
    assert len(got(world.api.get(path))["data"]["retired_secrets"]) == 1
    made = got(world.api.call("POST", f"{path}/replays", {**GREEN, "after_sequence": 0}), 201)
    replay = f"/api/v1/replays/{made['data']['id']}"
    assert got(world.api.get(replay))["data"]["total"] > 0
    # Nothing of it is owed, so it may have come to its end before it could be cancelled.
    assert got(world.api.call("DELETE", replay))["data"]["done_at"] is not None


def test_a_test_event_says_what_came_of_it(world):
    endpoint = world.endpoints["/events"]
    answer = world.api.call("POST", f"/api/v1/endpoints/{endpoint['id']}/test",
                            {"resource_type": "Patient", "event": "patient_created"})
    if answer.status == 503:
        pytest.skip("no sender of test events in this build")
    assert got(answer)["data"]["outcome"] == "delivered"
