"""People who sign in, on the real daemon: the first one, passwords, codes, roles, locks, ends.

That a session ends by its age is shown by the unit tests alone: it takes a quarter of an hour.
"""
import http.client
import re
import sqlite3
import time
import urllib.parse

import pytest
from api_client import Api
from browser import STEP, Browser, code_of
from daemon import ApiKey, Config, Daemon, Institution, run_command
from waiting import until

PASSWORD = "four words or something"
OTHER_PASSWORD = "five words or something else"
ENDPOINT = {"target_url": "http://127.0.0.1:9/"}


class World:
    """A daemon with an admin; every browser is of one address, so `wrong_keys_per_minute` is 0."""

    def __init__(self, folder, **config):
        self.config = Config(folder, [Institution()], **config)
        self.daemon = Daemon(self.config).start_ready()
        self.admin = self.browser()

    def browser(self):
        return Browser(lambda: self.daemon.url)

    def set_up(self):
        answer = self.admin.call("POST", "/api/v1/setup", {
            "token": self.daemon.setup_token, "name": "ada", "display_name": "Ada Lovelace",
            "password": PASSWORD})
        assert answer.status == 201, answer.raw
        return self

    def add(self, name, role):
        answer = self.admin.call("POST", "/api/v1/users", {
            "name": name, "display_name": name.title(), "role": role, "password": PASSWORD})
        assert answer.status == 201, answer.raw
        return answer.data

    def signed_in(self, name, role):
        self.add(name, role)
        browser = self.browser()
        assert browser.sign_in(name, PASSWORD).status == 200
        return browser

    def run(self, *words):
        return run_command("users", *words, "-c", str(self.config.write()))

    def acts(self, **query):
        return [(row["who"], row["act"], row["about"])
                for row in self.admin.get("/api/v1/audit", **query).data]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("sign-in")).set_up()
    yield made
    made.daemon.stop()


def test_the_setup_token_makes_one_user(tmp_path):
    world = World(tmp_path)
    token = world.daemon.setup_token
    assert re.fullmatch(r"[0-9a-f]{32}", token)
    body = {"token": "0" * 32, "name": "eve", "display_name": "Eve", "password": PASSWORD}
    assert world.browser().call("POST", "/api/v1/setup", body).status == 403
    assert world.admin.get("/api/v1/session").status == 401
    world.set_up()
    assert world.admin.get("/api/v1/session").data["user"]["role"] == "admin"
    assert world.browser().call("POST", "/api/v1/setup", {**body, "token": token}).status == 409
    world.daemon.stop()
    world.daemon.start_ready()
    assert world.admin.get("/api/v1/session").status == 200, "a session outlives a restart"
    assert not any("setup token" in line for line in world.daemon.output().splitlines())
    world.daemon.stop()


def test_a_password_and_a_code_sign_in(world):
    first = world.signed_in("carol", "operator")
    wrong = world.browser()
    assert wrong.sign_in("carol", "not her password").status == 401
    assert wrong.sign_in("carola", PASSWORD).errors == ["Wrong name or password"]
    assert wrong.cookie is None
    offer = first.call("POST", "/api/v1/users/me/second_factor", {"password": PASSWORD})
    assert offer.status == 201
    secret, step = offer.data["secret"], int(time.time()) // STEP
    confirmed = first.call("POST", "/api/v1/users/me/second_factor/confirm",
                           {"code": code_of(secret, step)})
    assert confirmed.status == 200, confirmed.raw
    codes = confirmed.data["recovery_codes"]

    browser = world.browser()
    half = browser.sign_in("carol", PASSWORD)
    assert half.status == 401 and half.headers["x-chartbell-sign-in"] == "second_factor"
    assert browser.get("/institutions").status == 401
    between = browser.copy()
    assert browser.give_code(code_of(secret, step)).status == 401, "it was used"
    assert browser.give_code(code_of(secret, step + 1)).status == 200
    assert browser.cookie != between.cookie
    assert between.get("/api/v1/session").status == 401
    assert browser.get("/institutions").status == 200
    lost = world.browser()
    lost.sign_in("carol", PASSWORD)
    assert lost.give_code(codes[3].upper()).status == 200
    again = world.browser()
    again.sign_in("carol", PASSWORD)
    assert again.give_code(codes[3]).status == 401


def test_the_cookie_is_as_browsers_should_hold_it(tmp_path):
    world = World(tmp_path, edits=[("[store]", 'public_url = "https://bell.example"\n[store]')])
    answer = world.set_up().browser().sign_in("ada", PASSWORD)
    assert re.fullmatch(r"__Host-chartbell=[\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Secure",
                        answer.headers["set-cookie"])
    assert world.admin.get("/institutions").status == 200
    world.daemon.stop()


def test_a_change_needs_the_token_and_no_other_site(world):
    browser = world.signed_in("dora", "operator")

    def post(**headers):
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return browser.call("POST", "/webhook_endpoints", ENDPOINT, headers=fields).status
    assert post() == 201
    assert post(X_Chartbell_Csrf=None) == 403
    assert post(X_Chartbell_Csrf="x" * 43) == 403
    assert post(X_Chartbell_Csrf=world.admin.csrf) == 403
    assert post(Sec_Fetch_Site="cross-site") == 403
    assert post(Sec_Fetch_Site="same-site") == 403
    assert post(Origin="https://evil.example") == 403
    assert post(Origin="null") == 403
    assert post(Origin=world.daemon.url, Sec_Fetch_Site="same-origin") == 201
    victim = world.browser()
    assert victim.call("POST", "/api/v1/session", {"name": "dora", "password": PASSWORD},
                       headers={"Origin": "https://evil.example"}).status == 403
    assert victim.cookie is None


def test_what_a_role_may_not_is_refused_by_the_server(world):
    viewer, operator = world.signed_in("vic", "viewer"), world.signed_in("otto", "operator")
    confirm = "/api/v1/sources/front-office/confirm_removals"
    for method, path, body, least in (
            ("GET", "/institutions", None, "viewer"),
            ("GET", "/webhook_endpoints", None, "viewer"),
            ("POST", "/webhook_endpoints", ENDPOINT, "operator"),
            ("POST", "/patients", {"subdomain": "green-dental"}, "operator"),
            ("POST", confirm, {"subdomain": "green-dental", "removals": 1}, "operator"),
            ("POST", "/api/v1/audit/reveals", {"resource_type": "Patient", "id": 1}, "operator"),
            ("GET", "/api/v1/users", None, "admin"),
            ("GET", "/api/v1/audit", None, "admin"),
            ("PATCH", "/api/v1/users/1", {"role": "viewer"}, "admin"),
            ("DELETE", "/api/v1/users/1", None, "admin")):
        for browser, role in ((viewer, "viewer"), (operator, "operator")):
            lets = ["viewer", "operator", "admin"].index(role) >= ["viewer", "operator",
                                                                   "admin"].index(least)
            answer = browser.call(method, path, body)
            assert (answer.status != 403) == lets, (role, method, path, answer.raw)
    assert operator.call("POST", "/authenticates").status == 403
    key = Api(lambda: world.daemon.url, world.config.api_keys[0].key)
    assert key.get("/api/v1/users").status == 403


def test_another_role_or_password_ends_what_was_open(world):
    browser = world.signed_in("erin", "operator")
    elsewhere = world.browser()
    elsewhere.sign_in("erin", PASSWORD)
    users = world.admin.get("/api/v1/users").data
    path = f"/api/v1/users/{next(user['id'] for user in users if user['name'] == 'erin')}"
    before = browser.copy()
    assert browser.call("POST", "/api/v1/users/me/password", {
        "current_password": PASSWORD, "password": OTHER_PASSWORD}).status == 200
    assert [b.get("/api/v1/session").status for b in (browser, before, elsewhere)] == [200, 401,
                                                                                     401]
    assert world.admin.call("PATCH", path, {"role": "viewer"}).status == 200
    assert browser.get("/api/v1/session").status == 401
    assert browser.sign_in("erin", OTHER_PASSWORD).data["scopes"] == ["read",
                                                                            "webhooks.read"]
    assert world.admin.call("PATCH", path, {"disabled": True}).status == 200
    assert browser.get("/api/v1/session").status == 401
    assert browser.sign_in("erin", OTHER_PASSWORD).status == 401


def test_a_stream_ends_with_its_session(world):
    browser = world.signed_in("finn", "viewer")
    url = urllib.parse.urlsplit(world.daemon.url)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
    connection.request("GET", "/api/v1/events/stream?subdomain=green-dental",
                       headers={"Cookie": browser.cookie})
    stream = connection.getresponse()
    assert stream.status == 200 and stream.headers["content-type"] == "text/event-stream"
    assert browser.copy().call("DELETE", "/api/v1/session").status == 200
    started = time.monotonic()
    stream.read()  # to its end
    assert time.monotonic() - started < 5
    assert browser.get("/api/v1/events/feed", subdomain="green-dental", wait=20).status == 401
    connection.close()


def test_guesses_lock_a_name_and_not_the_others(world):
    world.add("gwen", "viewer")
    guesser = world.browser()
    statuses = [guesser.sign_in("gwen", f"guess number {n}").status for n in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    locked = guesser.sign_in("gwen", PASSWORD)
    assert locked.status == 429 and 1 <= int(locked.headers["retry-after"]) <= 90
    nobody = [guesser.sign_in("nobody-at-all", "x").status for _ in range(11)]
    assert nobody == [401] * 10 + [429]
    assert world.signed_in("hugo", "viewer").get("/api/v1/session").status == 200


def test_an_address_is_locked_where_that_is_asked_for(tmp_path):
    world = World(tmp_path, wrong_keys_per_minute=10).set_up()
    statuses = [world.browser().sign_in(f"name-{n}", "x").status for n in range(31)]
    # Making the first user was a try that nobody gave back.
    assert statuses.count(401) in (29, 30) and statuses[-1] == 429
    world.daemon.stop()


def test_signing_out_ends_one_session_or_all(world):
    one = world.signed_in("iris", "viewer")
    others = [world.browser() for _ in range(2)]
    for browser in others:
        assert browser.sign_in("iris", PASSWORD).status == 200
    kept = one.copy()
    assert one.call("DELETE", "/api/v1/session").status == 200
    assert kept.get("/api/v1/session").status == 401
    assert others[0].get("/api/v1/session").status == 200
    kept = others[0].copy()
    assert others[0].call("DELETE", "/api/v1/session", {"everywhere": True}).status == 200
    assert kept.get("/api/v1/session").status == 401
    assert others[1].get("/api/v1/session").status == 401


def test_what_people_did_is_put_down_and_nothing_of_a_patient(world):
    browser = world.signed_in("jack", "operator")
    endpoint = browser.call("POST", "/webhook_endpoints", ENDPOINT).data["id"]
    assert browser.call("DELETE", f"/webhook_endpoints/{endpoint}").status == 204
    assert browser.call("POST", "/api/v1/audit/reveals",
                        {"resource_type": "Patient", "id": 41}).status == 201
    browser.sign_in("jack", "not his password")
    jack = world.admin.get("/api/v1/audit", act="revealed").data[0]["user_id"]
    # Of a wrong password it is put down without being waited for.
    until(lambda: world.acts(user_id=jack, act="sign_in_refused"), 5, "no row of it")
    assert world.acts(user_id=jack) == [
        ("jack", "sign_in_refused", ""), ("jack", "revealed", "Patient 41"),
        ("jack", "DELETE /webhook_endpoints/{}", str(endpoint)),
        ("jack", "POST /webhook_endpoints", ""), ("jack", "signed_in", "")]
    first = world.admin.get("/api/v1/audit", limit=2).json
    rest = world.admin.get("/api/v1/audit", limit=2, cursor=first["page"]["next_cursor"]).json
    assert [row["id"] for row in first["data"]] > [row["id"] for row in rest["data"]]


def test_users_are_made_beside_a_running_server(world):
    code, out, errors = world.run("add", "kate", "--role", "operator", "--display-name", "Kate")
    assert code == 0, errors
    password = out.strip()
    browser = world.browser()
    assert browser.sign_in("kate", password).status == 200
    listed = world.run("list")[1]
    assert re.search(r"^kate +Kate +operator +\S+ +active$", listed, re.M), listed
    assert world.run("add", "kate", "--role", "viewer")[0] != 0
    code, _, errors = world.run("add", "lars", "--role", "boss")
    assert code != 0 and "viewer, operator, admin" in errors
    code, out, _ = world.run("reset", "kate")
    assert code == 0
    assert browser.get("/api/v1/session").status == 401
    assert browser.sign_in("kate", password).status == 401
    assert browser.sign_in("kate", out.strip()).status == 200
    assert world.run("disable", "kate")[0] == 0
    assert browser.get("/api/v1/session").status == 401
    assert world.run("enable", "kate")[0] == 0
    assert browser.sign_in("kate", out.strip()).status == 200
    code, _, errors = world.run("disable", "ada")
    assert code != 0 and "last admin" in errors
    assert ("command line", "added_user") in [act[:2] for act in world.acts()]


def test_in_production_an_admin_turns_on_a_second_factor_first(tmp_path):
    key_file, store_key = tmp_path / "key", tmp_path / "store" / "chartbell.key"
    store_key.parent.mkdir()
    for path, text in ((key_file, "test-key-1234567890abcdef"), (store_key, "ab" * 32)):
        path.write_text(text)
        path.chmod(0o600)
    world = World(tmp_path, mode="production",
                  api_keys=[ApiKey(key=None, key_file=str(key_file))]).set_up()
    refused = world.admin.get("/api/v1/users")
    assert refused.status == 403 and refused.errors == ["Turn on a second factor first"]
    assert world.admin.get("/institutions").status == 403
    assert world.admin.get("/api/v1/session").data["second_factor_missing"]
    offer = world.admin.call("POST", "/api/v1/users/me/second_factor", {"password": PASSWORD})
    code = code_of(offer.data["secret"], int(time.time()) // STEP)
    assert world.admin.call("POST", "/api/v1/users/me/second_factor/confirm",
                            {"code": code}).status == 200
    assert world.admin.get("/api/v1/users").status == 200
    world.daemon.stop()


def test_an_unknown_name_takes_as_long_as_a_wrong_password(world):
    names = [f"timed-{n}" for n in range(8)]
    for name in names[:4]:
        world.add(name, "viewer")

    def seconds(name):
        started = time.monotonic()
        assert world.browser().sign_in(name, "not the password").status == 401
        return time.monotonic() - started
    rounds = [(seconds(known), seconds(unknown))
              for _ in range(5) for known, unknown in zip(names[:4], names[4:])]
    known, unknown = (sorted(column)[len(rounds) // 2] for column in zip(*rounds))
    assert 0.5 < known / unknown < 2, (known, unknown)


def test_no_password_code_or_token_is_in_the_log_or_the_store(world):
    browser = world.signed_in("mona", "operator")
    offer = browser.call("POST", "/api/v1/users/me/second_factor", {"password": PASSWORD})
    browser.sign_in("mona", "a wrong password to look for")
    world.daemon.stop()
    said = world.daemon.output()
    files = b"".join(path.read_bytes() for path in world.config.store_folder.rglob("*")
                     if path.is_file() and path.suffix != ".key")
    hidden = [PASSWORD, "a wrong password to look for", offer.data["secret"],
              browser.cookie.split("=")[1], browser.csrf, "$argon2id$"]
    for text in hidden:
        assert text not in said
        assert text.encode() not in files
    database = sqlite3.connect(world.config.store_folder / "chartbell.db")
    assert database.execute("SELECT count(*) FROM user WHERE name='mona'").fetchone() == (1,)
    database.close()
    world.daemon.start_ready()
