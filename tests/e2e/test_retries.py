"""What happens when a subscriber's server fails: its events wait, nobody else's do."""
import re
import threading

import pytest

from receiver import Answer

ONE_KIND = ("patient_updated",)


def change(office, email):
    office.practice.update("patient", 1, Email=email)
    office.inbox.take("patient_updated", email=email)


def failed_attempts(office):
    """The lines about an answer that only one test gives."""
    return [line for line in office.daemon.lines if re.search(r"\bstatus=507\b", line)]


def test_a_refused_delivery_holds_up_nobody(office):
    office.receiver.answer("/broken", Answer(500, b"no"))
    broken = office.subscribe("/broken", ONE_KIND)
    for number in range(20):
        change(office, f"{number}@example.org")
    office.fence()
    assert len(broken.events()) == 20
    assert len(office.receiver.at("/broken")) == 20, "tried again before 30 s"


def test_a_failed_attempt_is_one_line_of_the_log(office):
    before = len(failed_attempts(office))
    office.receiver.answer("/logged", Answer(507, b"no"))
    office.subscribe("/logged", ONE_KIND)
    change(office, "logged@example.org")
    office.receiver.wait(lambda: office.receiver.at("/logged"))
    office.fence()
    assert len(failed_attempts(office)) == before + 1


def test_a_server_that_never_answers_holds_up_nobody(office):
    hang = threading.Event()
    office.receiver.answer("/silent", Answer(hang=hang))
    office.subscribe("/silent", ONE_KIND)
    for number in range(40):
        change(office, f"silent-{number}@example.org")
    assert office.receiver.at("/silent")
    hang.set()


def test_a_redirect_is_a_failure_and_is_not_followed(office):
    elsewhere = office.receiver.url("/elsewhere")
    office.receiver.answer("/moved", Answer(302, headers=[f"location: {elsewhere}"]))
    office.subscribe("/moved", ONE_KIND)
    change(office, "moved@example.org")
    office.receiver.wait(lambda: office.receiver.at("/moved"))
    office.fence()
    assert office.receiver.at("/elsewhere") == []


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_a_success(office, status):
    path = f"/{status}"
    office.receiver.answer(path, Answer(status))
    office.subscribe(path, ONE_KIND)
    change(office, f"{status}@example.org")
    office.receiver.wait(lambda: office.receiver.at(path))
    office.fence()
    assert len(office.receiver.at(path)) == 1


@pytest.mark.slow
def test_the_second_attempt_comes_after_half_a_minute_with_the_same_id_and_body(offices):
    world = offices().open()
    world.receiver.answer("/flaky", Answer(500), Answer(200))
    world.subscribe("/flaky", ONE_KIND)
    change(world, "flaky@example.org")
    first, second = world.receiver.wait(lambda: two(world, "/flaky"), seconds=60)
    must_be_the_same(first, second)
    assert 25 <= second.arrived - first.arrived <= 45


@pytest.mark.slow
def test_a_retry_survives_a_kill(offices):
    world = offices().open()
    world.receiver.answer("/flaky", Answer(503), Answer(200))
    world.subscribe("/flaky", ONE_KIND)
    change(world, "flaky@example.org")
    world.receiver.wait(lambda: world.receiver.at("/flaky"))
    world.fence()
    world.daemon.kill()
    world.daemon.start_ready()
    first, second = world.receiver.wait(lambda: two(world, "/flaky"), seconds=60)
    must_be_the_same(first, second)


def two(world, path):
    requests = world.receiver.at(path)
    return requests if len(requests) == 2 else None


def must_be_the_same(first, second):
    assert first.webhook_id == second.webhook_id and first.body == second.body
    assert first.headers["timestamp"] < second.headers["timestamp"]
    assert first.headers["signature"] != second.headers["signature"]
