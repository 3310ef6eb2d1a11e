"""The webhook routes and their neighbours as the wire contract has them (sections 3 and 4)."""
import base64
import json

import pytest

from api_client import Api
from daemon import ApiKey, Config, Institution, Location, Source, one_source, status_of
from inbox import Inbox
from office import Office, new_database

ENDPOINT_KEYS = ["id", "target_url", "secret_key", "active", "created_at", "updated_at"]
SUBSCRIPTION_KEYS = ["id", "webhook_endpoint_id", "institution_id", "resource_type", "event",
                     "active", "created_at", "updated_at"]
HTTPS = "https://hooks.example.org/in"

FULL, GREEN_ONLY = "key-of-all-0123456789", "key-of-green-9876543210"
PRODUCTION = "production-key-" + 4 * "0123456789abcdef"


@pytest.fixture(scope="module")
def world(mariadb, tmp_path_factory):
    """Two institutions, one key for both and one for the first only."""
    folder = tmp_path_factory.mktemp("api")
    config = Config(folder, [
        Institution(sources=[Source(url="")]),
        Institution("blue-dental", "Blue Dental", [Location("Elm Street", foreign_id="7")]),
    ], [ApiKey("all", FULL), ApiKey("green", GREEN_ONLY, institutions=["green-dental"])])
    office = Office(mariadb, folder, config=config)
    config.institutions[0].sources[0].url = office.url
    office.daemon.start_ready()
    yield office
    office.close()


@pytest.fixture
def api(world):
    return world.api


@pytest.fixture
def other(world):
    """The key that sees one institution, an account of its own."""
    return Api(lambda: world.daemon.url, GREEN_ONLY)


@pytest.fixture
def endpoint(api):
    return api.new_endpoint(HTTPS)


def subscriptions_path(endpoint, subscription=None):
    path = f"/webhook_endpoints/{endpoint['id']}/webhook_subscriptions"
    return path if subscription is None else f"{path}/{subscription['id']}"


def must_fail(answer, status, says=""):
    """The envelope of every error."""
    assert answer.status == status, answer.raw
    body = answer.json
    assert body["code"] is False and body["data"] is None
    assert body["error"] and all(isinstance(line, str) for line in body["error"])
    assert says in " ".join(body["error"])


def must_succeed(answer, status=200):
    assert answer.status == status, answer.raw
    assert "json" in answer.headers["content-type"]
    body = answer.json
    assert body["code"] is True and body["error"] == []
    assert "description" in body
    return body["data"]


# ---- authentication and versions ----------------------------------------------------------------

def test_a_key_becomes_a_token(api):
    answer = api.call("POST", "/authenticates")
    assert answer.status == 201
    body = answer.json
    assert (body["code"], body["description"], body["error"]) == (True, "Authenticated", [])
    parts = answer.data["token"].split(".")
    head, claims = (json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
                    for part in parts[:2])
    assert head["alg"] == "HS256" and len(parts) == 3
    assert claims["scp"] == "api_user" and claims["sub"] and claims["jti"]
    assert claims["exp"] - claims["iat"] in (3600, 24 * 3600)


@pytest.mark.parametrize("form", ["Bearer {token}", "{key}", "Bearer {key}"])
def test_a_token_and_the_key_itself_open_the_routes(api, form):
    value = form.format(token=api.token(), key=FULL)
    must_succeed(api.call("GET", "/webhook_endpoints", headers={"Authorization": value}))


@pytest.mark.parametrize("value", [None, "", "wrong", "Bearer wrong", "Bearer a.b.c", "Basic Zm9v"])
def test_anything_else_is_401(api, value):
    must_fail(api.call("GET", "/webhook_endpoints", headers={"Authorization": value}), 401)
    must_fail(api.call("POST", "/authenticates", headers={"Authorization": value}), 401)


def test_a_token_with_a_changed_claim_is_401(api):
    head, claims, signature = api.token().split(".")
    spoiled = claims[:-2] + ("AA" if claims[-2:] != "AA" else "BB")
    bearer = {"Authorization": f"Bearer {head}.{spoiled}.{signature}"}
    must_fail(api.call("GET", "/webhook_endpoints", headers=bearer), 401)
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    bearer = {"Authorization": f"Bearer {unsigned}.{claims}."}
    must_fail(api.call("GET", "/webhook_endpoints", headers=bearer), 401)


@pytest.mark.parametrize("headers", [
    {"Accept": "application/vnd.Nexhealth+json;version=2"},
    {"Accept": "application/vnd.Nexhealth+json; version=2"},
    {"Accept": "application/json"}, {"Accept": "*/*"}, {"Accept": None},
    {"Accept": None, "Nex-Api-Version": "v3.0.0"}, {"Accept": None, "Nex-Api-Version": "v20240412"},
    {"Accept": None, "Nex-Api-Version": "v2"}, {"Accept": None, "Nex-Api-Version": "v2.2.2"}])
def test_both_versions_are_spoken(api, headers):
    assert isinstance(must_succeed(api.call("GET", "/webhook_endpoints", headers=headers)), list)


def test_errors_have_the_envelope_too(api):
    must_fail(api.get("/no_such_thing"), 404)
    must_fail(api.get("/webhook_endpoints/999999999/webhook_subscriptions",
                      subdomain="green-dental"), 404)
    must_fail(api.call("POST", "/webhook_endpoints", b"{not json",
                       headers={"Content-Type": "application/json"}), 400)


def test_unknown_parameters_never_fail(api, endpoint):
    must_succeed(api.get("/webhook_endpoints", page=1, per_page=5, nobody="knows"))
    made = api.call("POST", "/webhook_endpoints", {"target_url": HTTPS, "nobody": "knows"},
                    {"what": "ever"})
    must_succeed(made, 201)
    must_succeed(api.get(subscriptions_path(endpoint), subdomain="green-dental", nobody="knows"))


# ---- endpoints ----------------------------------------------------------------------------------

@pytest.mark.parametrize("form", [False, True])
def test_an_endpoint_is_made_listed_changed_and_removed(api, form):
    answer = api.call("POST", "/webhook_endpoints", {"target_url": HTTPS}, form=form)
    made = must_succeed(answer, 201)
    assert list(made) == ENDPOINT_KEYS
    assert made["active"] is True and made["target_url"] == HTTPS and len(made["secret_key"]) >= 14
    assert made in must_succeed(api.get("/webhook_endpoints"))
    path = f"/webhook_endpoints/{made['id']}"
    changed = must_succeed(api.call("PATCH", path, {"target_url": HTTPS + "2"}, form=form))
    assert changed == {**made, "target_url": HTTPS + "2", "updated_at": changed["updated_at"]}
    gone = api.call("DELETE", path)
    assert (gone.status, gone.raw) == (204, b"")
    assert made["id"] not in [e["id"] for e in must_succeed(api.get("/webhook_endpoints"))]
    for answer in (api.call("PATCH", path, {"active": True}), api.call("DELETE", path)):
        must_fail(answer, 404)


def test_every_endpoint_has_a_secret_of_its_own(api):
    assert api.new_endpoint(HTTPS)["secret_key"] != api.new_endpoint(HTTPS)["secret_key"]


@pytest.mark.parametrize("form", [False, True])
@pytest.mark.parametrize("value,active", [("true", True), ("false", False)])
def test_active_may_be_a_text(api, value, active, form):
    made = must_succeed(api.call("POST", "/webhook_endpoints",
                                 {"target_url": HTTPS, "active": value}, form=form), 201)
    assert made["active"] is active
    changed = api.call("PATCH", f"/webhook_endpoints/{made['id']}",
                       {"active": "true" if not active else "false"}, form=form)
    assert must_succeed(changed)["active"] is not active


def test_the_list_is_filtered_by_active(api):
    on, off = api.new_endpoint(HTTPS)["id"], api.new_endpoint(HTTPS, active=False)["id"]
    listed = {value: [e["id"] for e in must_succeed(api.get("/webhook_endpoints", active=value))]
              for value in ("true", "false")}
    assert on in listed["true"] and on not in listed["false"]
    assert off in listed["false"] and off not in listed["true"]


def test_a_missing_target_is_named(api):
    must_fail(api.call("POST", "/webhook_endpoints", {}), 400, "Missing parameter target_url")
    must_fail(api.call("POST", "/webhook_endpoints"), 400, "Missing parameter target_url")


@pytest.mark.parametrize("url", [
    "http://hooks.example.org/in", "http://10.0.0.1/in", "http://127.0.0.1.example.org/",
    "ftp://127.0.0.1/", "not a url", "https://",
    "javascript:alert(1)", "http://127.0.0.1:99999/"])
def test_a_target_must_be_https_or_loopback(api, url):
    must_fail(api.call("POST", "/webhook_endpoints", {"target_url": url}), 400)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/in", "http://localhost:9/in", HTTPS])
def test_loopback_may_be_http_in_development(api, url):
    assert api.new_endpoint(url)["target_url"] == url


def test_production_wants_https(mariadb, tmp_path, daemons):
    """The key file of the store is made in development; production refuses to run without one."""
    name, _ = new_database(mariadb)
    config = one_source(tmp_path, mariadb.url(name))
    daemon = daemons(config).start_ready()
    daemon.stop()
    key_file = tmp_path / "integration.key"
    key_file.write_text(PRODUCTION + "\n")
    key_file.chmod(0o600)
    config.mode = "production"
    config.api_keys = [ApiKey(key=None, key_file=str(key_file))]
    daemon.start_ready()
    api = Api(lambda: daemon.url, PRODUCTION)
    must_fail(api.call("POST", "/webhook_endpoints", {"target_url": "http://127.0.0.1:9/"}), 400)
    must_succeed(api.call("POST", "/webhook_endpoints", {"target_url": HTTPS}), 201)
    daemon.stop()


def test_another_keys_endpoint_is_not_there(api, other, endpoint):
    assert endpoint["id"] not in [e["id"] for e in must_succeed(other.get("/webhook_endpoints"))]
    path = f"/webhook_endpoints/{endpoint['id']}"
    pair = {"resource_type": "Patient", "event": "patient_created"}
    green = {"subdomain": "green-dental"}
    must_fail(other.call("PATCH", path, {"active": False}), 404)
    must_fail(other.call("DELETE", path), 404)
    must_fail(other.call("GET", subscriptions_path(endpoint), query=green), 404)
    must_fail(other.call("POST", subscriptions_path(endpoint), pair, green), 404)
    assert endpoint in must_succeed(api.get("/webhook_endpoints"))


# ---- subscriptions ------------------------------------------------------------------------------

@pytest.mark.parametrize("form", [False, True])
def test_a_subscription_is_made_listed_changed_and_removed(api, endpoint, form):
    green = {"subdomain": "green-dental"}
    made = must_succeed(api.call("POST", subscriptions_path(endpoint), {
        "resource_type": "appointment", "event": "appointment_created"}, green, form=form), 201)
    assert list(made) == SUBSCRIPTION_KEYS
    assert made["webhook_endpoint_id"] == endpoint["id"] and made["active"] is True
    assert (made["resource_type"], made["event"]) == ("Appointment", "appointment_created")
    assert must_succeed(api.call("GET", subscriptions_path(endpoint), query=green)) == [made]
    path = subscriptions_path(endpoint, made)
    off = must_succeed(api.call("PATCH", path, {"active": "false"}, green, form=form))
    assert off == {**made, "active": False, "updated_at": off["updated_at"]}
    gone = api.call("DELETE", path, query=green)
    assert (gone.status, gone.raw) == (204, b"")
    assert must_succeed(api.call("GET", subscriptions_path(endpoint), query=green)) == []
    must_fail(api.call("DELETE", path, query=green), 404)


def test_the_same_subscription_again_is_the_one_that_exists(api, endpoint):
    first = api.subscribe(endpoint["id"], "Patient", "patient_created")
    assert api.subscribe(endpoint["id"], "patient", "patient_created")["id"] == first["id"]
    assert len(api.get(subscriptions_path(endpoint), subdomain="green-dental").data) == 1


def test_subscriptions_are_filtered(api, endpoint):
    made = [api.subscribe(endpoint["id"], *pair) for pair in (
        ("Patient", "patient_created"), ("Patient", "patient_updated"),
        ("Procedure", "procedure_created"))]
    def ids(**query):
        listed = api.get(subscriptions_path(endpoint), subdomain="green-dental", **query)
        return {subscription["id"] for subscription in must_succeed(listed)}
    assert ids() == {s["id"] for s in made}
    assert ids(resource_type="Patient") == {made[0]["id"], made[1]["id"]}
    assert ids(event="procedure_created") == {made[2]["id"]}


@pytest.mark.parametrize("body,missing", [
    ({"event": "patient_created"}, "resource_type"), ({"resource_type": "Patient"}, "event")])
def test_a_missing_parameter_of_a_subscription_is_named(api, endpoint, body, missing):
    answer = api.call("POST", subscriptions_path(endpoint), body, {"subdomain": "green-dental"})
    must_fail(answer, 400, f"Missing parameter {missing}")


def test_a_missing_subdomain_is_named(api, endpoint):
    pair = {"resource_type": "Patient", "event": "patient_created"}
    answer = api.call("POST", subscriptions_path(endpoint), pair)
    must_fail(answer, 400, "Missing parameter subdomain")


@pytest.mark.parametrize("resource_type,event", [
    ("Patient", "appointment_created"), ("Patient", "patient_deleted"),
    ("Nobody", "patient_created"), ("Appointment", "appointment_insertion.complete")])
def test_a_wrong_pair_is_refused(api, endpoint, resource_type, event):
    answer = api.call("POST", subscriptions_path(endpoint),
                      {"resource_type": resource_type, "event": event},
                      {"subdomain": "green-dental"})
    must_fail(answer, 400)


def test_a_subscription_moves_to_another_endpoint(api, endpoint):
    green = {"subdomain": "green-dental"}
    target = api.new_endpoint(HTTPS)
    made = api.subscribe(endpoint["id"], "Patient", "patient_created")
    moved = must_succeed(api.call("PATCH", subscriptions_path(endpoint, made),
                                  {"new_endpoint_id": target["id"]}, green))
    assert (moved["id"], moved["webhook_endpoint_id"]) == (made["id"], target["id"])
    must_fail(api.call("PATCH", subscriptions_path(endpoint, made), {"active": True}, green), 404)
    must_succeed(api.call("PATCH", subscriptions_path(target, made), {"active": True}, green))


def test_a_subscription_does_not_move_to_another_keys_endpoint(api, other, endpoint):
    foreign = other.new_endpoint(HTTPS)
    made = api.subscribe(endpoint["id"], "Patient", "patient_created")
    answer = api.call("PATCH", subscriptions_path(endpoint, made),
                      {"new_endpoint_id": foreign["id"]}, {"subdomain": "green-dental"})
    must_fail(answer, 404)


def test_a_key_without_access_to_the_institution_is_403(other):
    own = other.new_endpoint(HTTPS)
    blue = {"subdomain": "blue-dental"}
    pair = {"resource_type": "Patient", "event": "patient_created"}
    must_fail(other.call("POST", subscriptions_path(own), pair, blue), 403)
    must_fail(other.call("GET", subscriptions_path(own), query=blue), 403)
    must_fail(other.call("GET", "/sync_status", query=blue), 403)
    must_fail(other.call("GET", "/sync_status", query={"subdomain": "nobody-dental"}), 403)


# ---- what deliveries do after a call ------------------------------------------------------------

def test_deliveries_stop_with_the_endpoint_or_the_subscription(world, api):
    kept = world.subscribe("/kept")
    events = ("patient_updated",)
    paths = ["/removed", "/removed-subscription", "/off", "/moved"]
    boxes = {path: world.subscribe(path, events) for path in paths}
    world.practice.update("patient", 1, Email="1@example.org")
    for box in (kept, *boxes.values()):
        box.take("patient_updated", email="1@example.org")
    green = {"subdomain": "green-dental"}
    def only(path):
        return api.get(subscriptions_path(world.endpoints[path]), **green).data[0]
    api.call("DELETE", f"/webhook_endpoints/{world.endpoints['/removed']['id']}")
    gone = world.endpoints["/removed-subscription"]
    api.call("DELETE", subscriptions_path(gone, only("/removed-subscription")), query=green)
    api.call("PATCH", f"/webhook_endpoints/{world.endpoints['/off']['id']}", {"active": False})
    moved = only("/moved")
    target = world.endpoint_at("/target")
    api.call("PATCH", subscriptions_path(world.endpoints["/moved"], moved),
             {"new_endpoint_id": target["id"]}, green)
    world.practice.update("patient", 1, Email="2@example.org")
    kept.take("patient_updated", email="2@example.org")
    at_target = Inbox(world.receiver, "/target").take("patient_updated", email="2@example.org")
    assert at_target.body["webhook_subscription_id"] == moved["id"]
    world.fence(kept)
    assert [box.untaken() for box in boxes.values()] == [[], [], [], []]


def test_a_new_subscription_is_owed_only_what_comes_after_it(world):
    world.practice.update("patient", 2, Email="before@example.org")
    early = world.subscribe("/early")
    world.fence(early)
    late = world.subscribe("/late", ("patient_updated", "appointment_created",
                                     "appointment_updated"))
    world.fence(late)
    assert late.untaken() == []


# ---- directory ----------------------------------------------------------------------------------

def test_institutions_and_locations_are_those_of_the_key(api, other):
    everything = must_succeed(api.get("/institutions"))
    assert {i["subdomain"] for i in everything} == {"green-dental", "blue-dental"}
    green = must_succeed(other.get("/institutions"))
    assert [i["subdomain"] for i in green] == ["green-dental"]
    blue_id = next(i["id"] for i in everything if i["subdomain"] == "blue-dental")
    assert must_succeed(api.get(f"/institutions/{blue_id}"))["name"] == "Blue Dental"
    assert other.get(f"/institutions/{blue_id}").status in (403, 404)
    nested = must_succeed(other.get("/locations", subdomain="green-dental"))
    assert [place["name"] for i in nested for place in i["locations"]] == ["Main Street", "Hafen"]
    place = nested[0]["locations"][0]
    one = must_succeed(other.get(f"/locations/{place['id']}", subdomain="green-dental"))
    assert (one["id"], one["name"], one["tz"]) == (place["id"], "Main Street", "America/New_York")


def test_sync_status_has_a_row_for_each_source(api):
    row, = api.sync_status()
    assert row["sync_source_type"] == "DataSource" and row["sync_source_name"] == "front-office"
    assert row["emr"]["name"] == "opendental" and row["read_status"] == "green"
    must_fail(api.get("/sync_status"), 400, "Missing parameter subdomain")


def test_health_needs_no_key(world):
    assert status_of(world.daemon.url + "/healthz") == 200
    assert status_of(world.daemon.url + "/readyz") == 200


def test_endpoints_and_subscriptions_survive_a_restart(world, api):
    endpoint = api.new_endpoint(HTTPS)
    made = api.subscribe(endpoint["id"], "Patient", "patient_created")
    token = api.token()
    world.daemon.kill()
    world.daemon.start_ready()
    assert endpoint in must_succeed(api.get("/webhook_endpoints"))
    assert api.get(subscriptions_path(endpoint), subdomain="green-dental").data == [made]
    bearer = {"Authorization": f"Bearer {token}"}
    must_succeed(api.call("GET", "/webhook_endpoints", headers=bearer))
