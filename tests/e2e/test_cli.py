"""The commands that speak to a running server, as somebody types them."""
import json
import subprocess

import pytest

from daemon import BINARY
from office import Office

SUBDOMAIN = ("--subdomain", "green-dental")


@pytest.fixture(scope="module")
def world(mariadb, tmp_path_factory):
    made = Office(mariadb, tmp_path_factory.mktemp("cli")).open()
    yield made
    made.close()


def run(world, *words, key=None, code=0):
    key = world.config.api_keys[0].key if key is None else key
    done = subprocess.run([BINARY, *map(str, words), "--url", world.daemon.url, "--key", key],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout if code == 0 else done.stderr


def data(world, *words):
    return json.loads(run(world, *words, "--json"))


def change(world, email):
    world.practice.update("patient", 1, Email=email)
    return world.inbox.take("patient_updated", email=email)


def test_events_are_tailed_and_shown(world):
    delivered = change(world, "tailed@example.org")
    lines = run(world, "events", "tail", *SUBDOMAIN, "--from", "earliest", "--count", 1)
    assert lines.split()[0] == "1"
    assert "@example.org" not in lines, "a payload on the terminal"
    shown = run(world, "events", "show", delivered.request.webhook_id)
    assert "patient_updated" in shown and "next attempt at" in shown


def test_endpoints_are_made_listed_tested_and_turned_off(world):
    target = data(world, "endpoints", "list")[0]["target_url"]
    made = data(world, "endpoints", "create", "--target-url", target + "/cli")
    assert made["secret_key"].startswith("whsec_")
    tried = run(world, "endpoints", "test", made["id"], "--resource-type", "Patient", "--event",
                "patient_updated")
    assert "outcome" in tried and "status" in tried
    assert "false" in run(world, "endpoints", "disable", made["id"])
    assert "true" in run(world, "endpoints", "enable", made["id"])
    assert target + "/cli" in run(world, "endpoints", "list")


def test_a_part_of_the_log_is_replayed(world):
    change(world, "replayed@example.org")
    endpoint = data(world, "endpoints", "list")[0]["id"]
    last = data(world, "events", "tail", *SUBDOMAIN, "--from", "earliest", "--count", 1)["sequence"]
    said = run(world, "events", "replay", endpoint, *SUBDOMAIN, "--after", 0, "--to", last)
    assert "replay" in said and "failed 0" in said
    listed = run(world, "deliveries", "list", endpoint, "--limit", 5)
    assert "delivered" in listed


def test_what_is_wrong_is_said_in_one_line(world):
    assert "does not know this key" in run(world, "endpoints", "list", key="nobody", code=1)
    nobody = subprocess.run([BINARY, "endpoints", "list", "--url", "http://127.0.0.1:1", "--key",
                             "k"], capture_output=True, text=True, timeout=60)
    assert nobody.returncode == 1 and "no answer from http://127.0.0.1:1" in nobody.stderr


def test_a_command_that_is_none_is_named():
    def said(*words):
        done = subprocess.run([BINARY, *words], capture_output=True, text=True, timeout=60)
        assert done.returncode != 0
        return done.stderr

    assert said("serv").startswith('chartbell: no command "serv"; there is serve, ')
    assert said("events", "tial") == 'chartbell: no command "tial"; there is tail, show, replay\n'
    assert "Subcommands:" in said()
    assert said("serve", "--nope").startswith("--config is required")
