"""Captures against a real server: what they find, how soon, and what the auditor makes good."""
import statistics
import time

import pytest

from waiting import until

# Each change waits for half a second's round and for the server's whole seconds.
POLL_MEDIAN_SECONDS = 1.1
CHANGES = 20
# What costs the practice more than an index's end rests twenty times as long as it took, thirty
# seconds at most: on a busy machine one slow round keeps a removal waiting that long.
TURN_SECONDS = 45


@pytest.fixture
def polled(offices):
    return offices(capture="poll").open()


def source(world):
    return world.api.sources()[0]


def test_auto_says_what_it_took_and_why(offices):
    """The practice's server has its binary log off, as servers are installed."""
    world = offices(capture="auto").open()
    capture = source(world)["capture"]
    assert capture["mode"] == "poll"
    assert capture["reason"]
    until(lambda: source(world)["capture"]["phase"] == "live", 20, world.daemon.output)
    assert "capture_chosen" in world.daemon.output()


def test_a_poll_finds_what_came_changed_and_went(polled):
    patient = polled.practice.patient(FName="Poll")
    polled.inbox.take("patient_created", foreign_id=str(patient))
    polled.practice.update("patient", patient, FName="Polled")
    event = polled.inbox.take("patient_updated", TURN_SECONDS, foreign_id=str(patient))
    assert event.previous["first_name"] == "Poll"
    appointment = polled.practice.appointment(patient)
    polled.inbox.take("appointment_created", foreign_id=str(appointment))
    polled.practice.delete("appointment", appointment)
    polled.inbox.take("appointment_updated", TURN_SECONDS, foreign_id=str(appointment),
                      deleted=True)


def test_a_poll_goes_on_where_it_was(polled):
    polled.daemon.stop()
    polled.practice.update("patient", 1, FName="Meanwhile")
    gone = polled.practice.row("appointment", 2)["AptNum"]
    polled.practice.delete("appointment", gone)
    polled.daemon.start_ready()
    polled.inbox.take("patient_updated", TURN_SECONDS, foreign_id="1", first_name="Meanwhile")
    polled.inbox.take("appointment_updated", TURN_SECONDS, foreign_id=str(gone), deleted=True)


def test_half_of_the_changes_arrive_within_the_polls_goal(polled):
    """From the commit to the subscriber."""
    taken = []
    for number in range(CHANGES):
        polled.practice.update("appointment", 1 + number % 5, Note=f"change {number}")
        began = time.monotonic()
        polled.inbox.take("appointment_updated", TURN_SECONDS, note=f"change {number}")
        taken.append(time.monotonic() - began)
    print(f"poll: p50 {statistics.median(taken):.3f} s, max {max(taken):.3f} s")
    assert statistics.median(taken) <= POLL_MEDIAN_SECONDS


def test_the_auditor_finds_what_no_wake_up_told(offices):
    """Every wake-up is lost on purpose, so that the auditor alone tells: each change, once.

    Tables without a stamp that were made a moment ago are read whole by the first rounds: those
    must be over.
    """
    world = offices(capture="poll", audit_interval="1s", drop_wakeups=1.0).open()
    until(lambda: source(world)["audit"]["passes"] > 4, 20, world.daemon.output)
    for number in range(1, 6):
        world.practice.update("patient", number, Email=f"lost-{number}@example.org")
    for number in range(1, 6):
        world.inbox.take("patient_updated", email=f"lost-{number}@example.org")
    until(lambda: source(world)["missed_by_wakeups"] == 5, 20, lambda: source(world))


def test_the_auditor_counts_nothing_that_is_only_under_way(offices):
    world = offices(capture="poll", audit_interval="1s").open()
    for number in range(60):
        world.practice.update("patient", 1 + number % 5, Email=f"{number}@example.org")
        world.inbox.take("patient_updated", email=f"{number}@example.org")
    passes = source(world)["audit"]["passes"]
    until(lambda: source(world)["audit"]["passes"] > passes + 1, 30, lambda: source(world))
    assert source(world)["missed_by_wakeups"] == 0


def many_people(practice):
    import opendental
    opendental.seed_directory(practice)
    for number in range(200):
        practice.patient(FName=f"Person {number}")


def test_withheld_removals_are_confirmed_over_the_api(offices):
    world = offices(seed=many_people, capture="poll").open()
    world.practice.sql("DELETE FROM patient WHERE PatNum <= 60")
    world.wait_read_status("red")
    until(lambda: source(world)["withheld_removals"], 20, lambda: source(world))
    assert source(world)["withheld_removals"] == [
        {"resource": "patient", "missing": 60, "stored": 200}]
    assert world.inbox.untaken() == []
    assert world.api.confirm_removals(59).status == 409
    assert world.api.confirm_removals(60).status == 202
    for number in range(1, 61):
        world.inbox.take("patient_updated", foreign_id=str(number), inactive=True)
    world.wait_read_status("green")
    world.inbox.take("sync_status_read_change.green")
    assert source(world)["withheld_removals"] == []
    assert world.api.confirm_removals(60).status == 409
