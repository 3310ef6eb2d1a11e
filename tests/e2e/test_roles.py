"""Every route that may change something, as the server's own document lists them, called directly:
by each role, from other sites, without the session's token.

A route that is new is in here by itself: unless a row below says otherwise, it takes an operator.
"""
import contextlib
import http.client
import json
import re
import urllib.parse

import pytest

from api_client import Api
from contract import contract_at
from daemon import ApiKey, Config, Daemon, Institution, PushedSource
from browser import Browser

PASSWORD = "four words or something"
NEW_PASSWORD = "five words or something else"
ROLES = ["viewer", "operator", "admin"]
NEVER = 987_654_321  # an id that nothing has

# What takes another role than operator. Nobody has a role before they sign in.
NOBODY = {"POST /api/v1/setup", "POST /api/v1/session", "POST /api/v1/session/second_factor"}
VIEWER = {"DELETE /api/v1/session", "POST /api/v1/users/me/password",
          "POST /api/v1/users/me/second_factor", "POST /api/v1/users/me/second_factor/confirm",
          "DELETE /api/v1/users/me/second_factor"}
ADMIN = {"POST /api/v1/users", "PATCH /api/v1/users/{id}", "DELETE /api/v1/users/{id}"}
KEYS_ALONE = {"POST /authenticates", "POST /api/v1/tokens/revoke"}


def least(route):
    if route in NOBODY:
        return None
    return "viewer" if route in VIEWER else "admin" if route in ADMIN else "operator"


def lets(role, route):
    return route not in KEYS_ALONE and ROLES.index(role) >= ROLES.index(least(route))


def concrete(route):
    """Method and path, with ids that nothing has."""
    method, path = route.split(" ")
    return method, re.sub(r"\{\w+\}", lambda hole: str(NEVER), path)


class World:
    def __init__(self, folder):
        sources = [PushedSource(), PushedSource("book:", name="desk", locations=["2"])]
        self.config = Config(folder, [
            Institution(sources=sources[:1]),
            Institution("red-dental", "Red Dental", sources=[PushedSource(name="other")])],
            [ApiKey(), ApiKey("green", "green-key-0123456789", institutions=["green-dental"])])
        self.daemon = Daemon(self.config).start_ready()
        self.api = Api(lambda: self.daemon.url, self.config.api_keys[0].key)
        self.routes = [f"{method.upper()} {path}" for path, method, _
                       in contract_at(self.daemon.url).operations() if method != "get"]
        self.admin = self.browser()
        made = self.admin.call("POST", "/api/v1/setup", {
            "token": self.daemon.setup_token, "name": "ada", "display_name": "Ada",
            "password": PASSWORD})
        assert made.status == 201, made.raw
        for role in ROLES:
            added = self.admin.call("POST", "/api/v1/users", {
                "name": f"the-{role}", "display_name": role, "role": role, "password": PASSWORD})
            assert added.status == 201, added.raw

    def browser(self):
        return Browser(lambda: self.daemon.url)

    def signed_in(self, role):
        out = self.browser()
        assert out.sign_in(f"the-{role}", PASSWORD).status == 200
        return out

    def raw(self, browser, route, **fields):
        """(status, body) of a request exactly as it is said here, without a token."""
        method, path = concrete(route)
        host = urllib.parse.urlsplit(self.daemon.url)
        with contextlib.closing(http.client.HTTPConnection(host.netloc, timeout=20)) as wire:
            wire.request(method, path, b"", {"Cookie": browser.cookie or "", **fields})
            answer = wire.getresponse()
            return answer.status, answer.read()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("roles"))
    yield made
    made.daemon.stop()


def test_the_rows_above_are_routes(world):
    assert len(world.routes) > 40
    assert (NOBODY | VIEWER | ADMIN | KEYS_ALONE) <= set(world.routes)


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_not_is_refused_whatever_the_page_shows(world, role):
    wrong = []
    browser = world.signed_in(role)
    for route in world.routes:
        if route in NOBODY:
            continue
        answer = browser.call(*concrete(route))
        if (answer.status != 403) != lets(role, route) or answer.status in (401, 500):
            wrong.append((route, answer.status, answer.raw))
        if route == "DELETE /api/v1/session":
            browser = world.signed_in(role)
    assert wrong == []


def test_nothing_that_changes_is_open_without_a_session(world):
    for route in set(world.routes) - NOBODY:
        assert world.raw(world.browser(), route)[0] == 401, route


FOREIGN = {
    "another site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    "another port": {"Sec-Fetch-Site": "same-site"},
    "an origin alone": {"Origin": "http://127.0.0.1:1"},
    "an origin that is hidden": {"Origin": "null"},
    "a site of the same beginning": {"Origin": "http://127.0.0.1.evil.example"},
}


@pytest.mark.parametrize("foreign", FOREIGN)
def test_another_site_makes_a_browser_change_nothing(world, foreign):
    browser = world.signed_in("admin")
    for route in world.routes:
        if route in KEYS_ALONE:
            continue
        token = {"X-Chartbell-Csrf": browser.csrf}
        for kind in ("application/json", "application/x-www-form-urlencoded", "text/plain"):
            status, body = world.raw(browser, route,
                                     **{"Content-Type": kind, **token, **FOREIGN[foreign]})
            assert status == 403 and b"Another site" in body, (route, kind, status, body)
    assert browser.get("/api/v1/session").status == 200


def test_a_change_without_the_sessions_own_token_is_refused(world):
    browser, other = world.signed_in("admin"), world.signed_in("admin")
    for route in set(world.routes) - NOBODY - KEYS_ALONE:
        for token in ({}, {"X-Chartbell-Csrf": ""}, {"X-Chartbell-Csrf": "x" * 43},
                      {"X-Chartbell-Csrf": other.csrf}, {"X-Chartbell-Csrf": browser.csrf[:-1]}):
            status, body = world.raw(browser, route, **token)
            assert status == 403 and b"X-Chartbell-Csrf" in body, (route, token, status, body)


def test_reading_for_another_site_is_refused_too(world):
    browser = world.signed_in("admin")
    for path in ("/institutions", "/api/v1/users", "/api/v1/audit", "/api/v1/events/feed"):
        for headers in FOREIGN.values():
            assert browser.call("GET", path, headers=headers).status == 403, path


def test_an_id_that_a_browser_brought_is_never_adopted(world):
    planted, attacker = world.browser(), world.signed_in("viewer")
    planted.cookie = "chartbell=" + "A" * 43
    assert planted.sign_in("the-operator", PASSWORD).status == 200
    assert planted.cookie != "chartbell=" + "A" * 43
    ghost = world.browser()
    ghost.cookie = "chartbell=" + "A" * 43
    assert ghost.get("/api/v1/session").status == 401

    victim = attacker.copy()  # the attacker's own session, planted into a victim's browser
    victim.csrf = None
    assert victim.sign_in("the-admin", PASSWORD).status == 200
    assert victim.cookie != attacker.cookie
    known = attacker.get("/api/v1/session")
    assert known.status == 401 or known.data["user"]["name"] == "the-viewer"
    assert attacker.get("/api/v1/users").status in (401, 403)


def test_the_id_changes_with_the_password_and_ends_with_the_role(world):
    added = world.admin.call("POST", "/api/v1/users", {
        "name": "changing", "display_name": "C", "role": "viewer", "password": PASSWORD}).data
    browser = world.browser()
    browser.sign_in("changing", PASSWORD)
    before = browser.copy()
    assert browser.call("POST", "/api/v1/users/me/password", {
        "current_password": PASSWORD, "password": NEW_PASSWORD}).status == 200
    assert browser.cookie != before.cookie and browser.csrf != before.csrf
    assert before.get("/api/v1/session").status == 401
    path = f"/api/v1/users/{added['id']}"
    assert world.admin.call("PATCH", path, {"role": "admin"}).status == 200
    assert browser.get("/api/v1/session").status == 401, "no session grows with its user's role"


def test_what_is_anothers_is_not_there(world):
    """A key that sees one institution, and a user at one institution: the other's ids are 404."""
    subdomain = "red-dental"
    pushed = world.api.call(
        "PUT", "/api/v1/sources/other/resources/patient/p-1",
        {"revision": 1, "data": {"first_name": "Rosa", "last_name": "Rot"}},
        {"subdomain": subdomain})
    assert pushed.status == 200, pushed.raw
    patient = pushed.data["id"]
    event = world.api.get("/api/v1/events", subdomain=subdomain).data[0]
    theirs = world.api.new_endpoint("http://127.0.0.1:9/")["id"]
    green = Api(lambda: world.daemon.url, "green-key-0123456789")
    user = world.signed_in("operator")

    assert green.get(f"/api/v1/events/{event['id']}").status == 404
    assert user.get(f"/api/v1/events/{event['id']}").status == 200, "users see all institutions"
    for caller in (green, user):
        assert caller.get(f"/patients/{patient}", subdomain="green-dental").status == 404
        assert caller.call("POST", f"/api/v1/requests/{patient}/accept",
                           query={"subdomain": "green-dental"}).status == 404
    assert green.get(f"/patients/{patient}", subdomain=subdomain).status == 403
    mine = {"X-Chartbell-Account": "green"}
    for method, path in (("GET", f"/api/v1/endpoints/{theirs}"),
                         ("PATCH", f"/webhook_endpoints/{theirs}"),
                         ("DELETE", f"/webhook_endpoints/{theirs}"),
                         ("POST", f"/webhook_endpoints/{theirs}/rotate_secret"),
                         ("GET", f"/api/v1/endpoints/{theirs}/deliveries"),
                         ("POST", f"/api/v1/endpoints/{theirs}/retry")):
        body = None if method == "GET" else json.loads('{"active": false, "event_id": "evt_x_1_1"}')
        assert green.call(method, path, body).status == 404, path
        assert user.call(method, path, body, headers=mine).status == 404, path
    assert world.api.get(f"/api/v1/endpoints/{theirs}").data["active"]
