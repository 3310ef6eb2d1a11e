"""Keys of the command line and the configuration: scopes, end, limits; what the log says."""
import datetime
import re

import pytest
from api_client import Api
from daemon import ApiKey, Config, Daemon, Institution, run_command

WRONG = "wrong-key-0123456789"


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    config = Config(tmp_path_factory.mktemp("accounts"), [Institution()], [
        ApiKey(),
        ApiKey("slow", "slow-key-0123456789", requests_per_second=5)])
    config.wrong_keys_per_minute = 10
    running = Daemon(config).start_ready()
    yield running
    running.stop()


def api(daemon, key):
    return Api(lambda: daemon.url, key)


def made(daemon, name, *arguments):
    code, out, errors = run_command("keys", "create", "-c", str(daemon.config.write()), "--name",
                                    name, "--institution", "green-dental", *arguments)
    assert code == 0, errors
    return out.strip()


def test_a_key_made_beside_the_server_has_its_scopes_at_once(daemon):
    key = made(daemon, "reader", "--scope", "read")
    assert api(daemon, key).get("/institutions").status == 200
    refused = api(daemon, key).get("/webhook_endpoints")
    assert refused.status == 403 and refused.errors == ["This key lacks the scope webhooks.read"]


def test_a_key_ends_at_its_time_and_at_its_revocation(daemon):
    past = datetime.datetime(2020, 1, 1).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert api(daemon, made(daemon, "old", "--expires-at", past)).get("/institutions").status == 401
    key = made(daemon, "short")
    token = api(daemon, key).token()
    config = str(daemon.config.write())
    assert "short" in run_command("keys", "list", "-c", config)[1]
    assert run_command("keys", "revoke", "-c", config, "--name", "short")[0] == 0
    assert api(daemon, key).get("/institutions").status == 401
    assert api(daemon, token).get("/institutions").status == 401


def test_a_wrong_scope_or_time_is_named(daemon):
    config = str(daemon.config.write())
    for arguments, said in ((["--scope", "reads"], "webhooks.read, webhooks, operate"),
                            (["--expires-at", "soon"], "2027-03-31T00:00:00Z")):
        code, _, errors = run_command("keys", "create", "-c", config, "--name", "x",
                                      "--institution", "*", *arguments)
        assert code != 0 and said in errors


def test_a_key_beyond_its_limit_is_told_when_to_come_back(daemon):
    slow = api(daemon, "slow-key-0123456789")
    statuses = [slow.get("/institutions") for _ in range(12)]
    over = [answer for answer in statuses if answer.status == 429]
    assert over and over[0].headers["retry-after"] == "1"
    assert api(daemon, daemon.config.api_keys[0].key).get("/institutions").status == 200


def test_the_log_has_a_line_for_each_request_and_nothing_else_of_it(daemon):
    client = api(daemon, daemon.config.api_keys[0].key)
    client.call("GET", "/webhook_endpoints/4711/webhook_subscriptions",
                query={"event": "canary-in-the-query"}, headers={"X-Request-Id": "order-7"})
    daemon.stop()
    lines = [line for line in daemon.lines if "id=order-7" in line]
    daemon.start_ready()
    assert len(lines) == 1
    assert re.search(r" request method=GET route=/webhook_endpoints/\{\}/webhook_subscriptions "
                     r"status=404 us=\d+ bytes=\d+ account=1 id=order-7$", lines[0])
    assert "canary" not in lines[0] and "4711" not in lines[0]


def test_an_address_that_is_wrong_too_often_is_told_to_wait(daemon):
    statuses = [api(daemon, WRONG).get("/institutions").status for _ in range(15)]
    assert statuses[0] == 401 and statuses[-1] == 429
    assert api(daemon, daemon.config.api_keys[0].key).get("/institutions").status == 200
