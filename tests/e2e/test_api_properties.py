"""Whatever is asked, by whomever: no fault of ours, no answer that is not documented, and nothing
of another's is read or changed.

CHARTBELL_API_EXAMPLES: how many requests each test makes (600), CHARTBELL_SEED: another run.
"""
import dataclasses
import http.client
import json
import os
import re
import urllib.parse

import pytest
from api_client import Answer, Api
from api_requests import Requests, is_for_users_alone
from contract import contract_at
from daemon import ApiKey, Config, Daemon, Institution, Location, Source
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from office import new_database

EXAMPLES = int(os.environ.get("CHARTBELL_API_EXAMPLES", 600))
SEED = int(os.environ.get("CHARTBELL_SEED", 1))
RUN = settings(max_examples=EXAMPLES, deadline=None, database=None, print_blob=False,
               suppress_health_check=list(HealthCheck))

COLORS = ("green", "blue")
SCOPES = ("read", "write", "webhooks.read", "webhooks", "operate")
IMPLIED = {"webhooks.read": "webhooks"}
NOWHERE = "https://127.0.0.1:9/"  # refused at once
UNSTEADY = re.compile(r"^(date|x-request-id)$")


@dataclasses.dataclass(frozen=True)
class Holder:
    """A key: whose, and what it may do."""
    color: str
    scopes: tuple

    @property
    def key(self):
        return f"key-of-{self.color}-{'-'.join(self.scopes) or 'victim'}-0123456789"

    def may(self, scope):
        return scope in self.scopes or IMPLIED.get(scope) in self.scopes


HOLDERS = [Holder(color, scopes) for color in COLORS
           for scopes in [SCOPES, *[(scope,) for scope in SCOPES]]]
ABLE = [holder for holder in HOLDERS if holder.scopes == SCOPES]
WORDS = ["Patient", "patient_created", "*", "latest", NOWHERE, "2020-01-01T00:00:00Z"]
VICTIMS = {color: Holder(color, ()) for color in COLORS}


def canary(color):
    """Stands in whatever belongs to an institution or to one of its accounts."""
    return f"{color}canary"


def institution(mariadb, color):
    name, practice = new_database(mariadb)
    practice.sql(f"UPDATE patient SET LName = CONCAT(LName, ' {canary(color)}')")
    return Institution(color, f"The {canary(color)} practice",
                       [Location(f"{canary(color)} street")],
                       [Source(mariadb.url(name), name=f"source-{color}", initial_events=True)])


class World:
    """Two institutions, each with holders of every scope and a victim that nobody may touch."""

    def __init__(self, mariadb, folder):
        keys = [ApiKey(holder.key, holder.key, institutions=[holder.color],
                       scopes=list(holder.scopes) or None)
                for holder in [*HOLDERS, *VICTIMS.values()]]
        self.daemon = Daemon(Config(folder, [institution(mariadb, color) for color in COLORS],
                                    keys))
        self.daemon.start_ready()
        self.contract = contract_at(self.daemon.url)
        self.own = {}  # an endpoint of each who may have one
        self.ids, self.texts = set(range(1, 4)), {"none", "evt_0_1_1"}
        for victim in VICTIMS.values():
            self._furnish(victim)
        for holder in HOLDERS:
            if "webhooks" in holder.scopes:
                self.own[holder] = self._endpoint(holder)["id"]
        self.ids |= set(self.own.values())
        self.before = {color: self.belongings(color) for color in COLORS}
        self._requests = {holder: self._tasteful(holder) for holder in HOLDERS}
        url = urllib.parse.urlsplit(self.daemon.url)
        self._connection = http.client.HTTPConnection(url.hostname, url.port, timeout=20)

    def _tasteful(self, holder):
        """Requests in which what is the holder's own comes up more often than the rest."""
        events = self.api(VICTIMS[holder.color]).get("/api/v1/events", subdomain=holder.color).data
        own = [self.own[holder]] * 40 if holder in self.own else []
        return Requests(self.contract, [holder.color] * 8 + [*COLORS, "nobody", ""],
                        own + sorted(self.ids),
                        [event["id"] for event in events[:5]] * 4 + WORDS + sorted(self.texts))

    def records(self, color):
        """An id of the victim's institution behind each list of records: {"/patients": 7, …}."""
        api = self.api(VICTIMS[color])
        place = api.get("/institutions").data[0]["locations"][0]["id"]
        out = {}
        for name in self.contract.document["paths"]:
            whole = re.fullmatch(r"(/\w+)/\{\w+\}", name)
            if whole and whole[1] in self.contract.document["paths"]:
                answer = api.get(whole[1], subdomain=color, location_id=place,
                                 start="2000-01-01", end="2100-01-01")
                if answer.status == 200 and (rows := rows_in(answer.data)):
                    out[whole[1]] = rows[0]["id"]
        return out

    def requests(self, holder):
        return self._requests[holder]

    def api(self, holder):
        return Api(lambda: self.daemon.url, holder.key, holder.color)

    def _endpoint(self, holder):
        return self.api(holder).new_endpoint(f"{NOWHERE}{canary(holder.color)}", active=False)

    def _furnish(self, victim):
        api, endpoint = self.api(victim), self._endpoint(victim)
        subscription = api.subscribe(endpoint["id"], "Patient", "patient_created")
        replay = api.call("POST", f"/api/v1/endpoints/{endpoint['id']}/replays",
                          {"subdomain": victim.color, "after_sequence": 0})
        self.ids |= {endpoint["id"], subscription["id"]}
        if replay.status == 201:
            self.ids.add(replay.data["id"])
        events = api.get("/api/v1/events", subdomain=victim.color, limit=20).data
        assert events, "nothing that could be told to the wrong one"
        self.texts |= {events[0]["id"], f"source-{victim.color}"}
        self.ids |= {event["resource_id"] for event in events}
        for place in api.get("/institutions").data:
            self.ids |= {place["id"], *[location["id"] for location in place["locations"]]}

    def belongings(self, color):
        """What the victim has; nothing that anybody else does may change it."""
        api = self.api(VICTIMS[color])
        endpoints = api.get("/webhook_endpoints").data
        lists = [[api.get(f"/webhook_endpoints/{endpoint['id']}/webhook_subscriptions").data,
                  api.get(f"/api/v1/endpoints/{endpoint['id']}/replays").data,
                  api.get(f"/api/v1/endpoints/{endpoint['id']}/dead_letters").data]
                 for endpoint in endpoints]
        return json.dumps([endpoints, lists])

    def send(self, holder, asked):
        headers = {"Authorization": holder.key, **asked.headers}
        try:
            self._connection.request(asked.method, asked.target, asked.body, headers)
            got = self._connection.getresponse()
        except http.client.RemoteDisconnected:
            self._connection.close()
            return self.send(holder, asked)
        return Answer(got.status, {name.lower(): value for name, value in got.getheaders()},
                      got.read())


def rows_in(data):
    """Of a list in the vendor's third edition, or under a name in its second."""
    return next((held for held in data.values() if isinstance(held, list)), []) if isinstance(
        data, dict) else data


@pytest.fixture(scope="module")
def world(mariadb, tmp_path_factory):
    made = World(mariadb, tmp_path_factory.mktemp("properties"))
    yield made
    complaints = made.daemon.complaints()
    made.daemon.stop()
    assert complaints == []


def needed(operation):
    """The scope that the document names for an operation."""
    for scheme in operation["security"]:
        if "key" in scheme:
            return scheme["key"][0] if scheme["key"] else None
    return None


def check_scope(holder, asked, answer):
    scope = needed(asked.operation)
    if is_for_users_alone(asked.operation):
        assert answer.status in (400, 403, 413, 415)
    elif scope is None or holder.may(scope):
        assert answer.status != 403 or b"lacks the scope" not in answer.raw
    elif answer.status not in (400, 413, 415):
        assert answer.status == 403 and f"the scope {scope}".encode() in answer.raw


def check_nothing_of_others(holder, asked, answer):
    other = COLORS[1 - COLORS.index(holder.color)]
    assert canary(other).encode() not in answer.raw, f"{asked.method} {asked.target}: {answer.raw}"
    if asked.name != "/openapi.json" and not holder.may("webhooks"):
        assert b"whsec_" not in answer.raw, f"{asked.method} {asked.target}: {answer.raw}"


def check_answer(world, holder, asked, answer):
    path = urllib.parse.unquote(asked.path)
    assert answer.status < 500 or asked.name == "/readyz", f"{asked}: {answer.raw}"
    assert answer.headers["x-request-id"]
    world.contract.check_answer(asked.method, path, answer)
    check_scope(holder, asked, answer)
    check_nothing_of_others(holder, asked, answer)


def test_no_request_is_answered_wrongly_or_reads_what_is_anothers(world):
    seen = set()

    @seed(SEED)
    @RUN
    @given(st.sampled_from(HOLDERS + 4 * ABLE), st.data())
    def ask(holder, data):
        asked = data.draw(world.requests(holder).any())
        answer = world.send(holder, asked)
        seen.add((asked.method, asked.name, answer.status))
        check_answer(world, holder, asked, answer)

    ask()
    good = {(method, name) for method, name, status in seen if status < 300}
    assert len(good) > 10 or EXAMPLES < 600, f"hardly anything was right: {sorted(good)}"
    for color in COLORS:
        assert world.belongings(color) == world.before[color], f"what is {color}'s was changed"


def steady(answer):
    return {name: value for name, value in answer.headers.items() if not UNSTEADY.match(name)}


def test_what_is_anothers_is_answered_as_what_is_not_there(world):
    """Byte for byte, but for the names of the request and of the moment."""
    theirs = {}
    for color in COLORS:
        api = world.api(VICTIMS[color])
        endpoint = api.get("/webhook_endpoints").data[0]["id"]
        theirs[color] = {
            "/webhook_endpoints": endpoint, "/api/v1/endpoints": endpoint,
            "/api/v1/replays": api.get(f"/api/v1/endpoints/{endpoint}/replays").data[0]["id"],
            "/api/v1/events": api.get("/api/v1/events", subdomain=color).data[0]["id"],
            "/api/v1/sources": f"source-{color}", **world.records(color),
            "/locations": api.get("/institutions").data[0]["locations"][0]["id"]}
    absent = {int: 2 ** 62 + 1, str: "evt_0123456789ab_1_1"}
    compared = 0

    @seed(SEED)
    @RUN
    @given(st.sampled_from(ABLE), st.data())
    def ask(holder, data):
        nonlocal compared
        other = theirs[COLORS[1 - COLORS.index(holder.color)]]
        operation = data.draw(st.sampled_from(
            [one for one in world.requests(holder).operations if prefix_of(one[0], other)]))
        asked = data.draw(world.requests(holder).of(operation))
        prefix = prefix_of(operation[0], other)
        answers = [world.send(holder, dataclasses.replace(asked, path=with_hole(
            asked.path, prefix, value))) for value in (other[prefix], absent[type(other[prefix])])]
        assert answers[0].status >= 400, f"{asked}: {answers[0].raw}"
        assert answers[0].status == answers[1].status
        assert answers[0].raw == answers[1].raw, asked
        assert steady(answers[0]) == steady(answers[1])
        compared += answers[0].status == 404

    ask()
    assert compared > EXAMPLES / 4, "hardly any of them was looked for"
    for color in COLORS:
        assert world.belongings(color) == world.before[color], f"what is {color}'s was changed"


def prefix_of(name, holes):
    """The one of `holes` whose first hole is in that path."""
    return next((prefix for prefix in holes if name.startswith(prefix + "/{")), None)


def with_hole(path, prefix, value):
    rest = path[len(prefix) + 1:].split("/")[1:]
    return "/".join([prefix, urllib.parse.quote(str(value), safe=""), *rest])
