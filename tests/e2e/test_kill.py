"""SIGKILL at any moment loses no change, invents none, and repeats only what was in flight.

Seeds are fixed; CHARTBELL_SEED tries another run, CHARTBELL_KILLS a longer one.
"""
import os
import random
import time

import pytest

import opendental
import oracle
from changes import Changes
from receiver import read_journal
from waiting import until

KILLS = int(os.environ.get("CHARTBELL_KILLS", 50))
CHANGES = 20 * KILLS
BASE_ROWS_EACH = 100
OPEN_MAX = 40  # changes that were made and not yet seen delivered
# What may be repeated after one kill: the requests in flight and those whose success was not yet
# written down.
REPEATS_MAX = 64
# How long after its start the daemon is killed, at most: its own start and a few scans.
SCANS_BEFORE_KILL = 0.8
DRAIN_SECONDS = 60


def seed_of_run():
    return int(os.environ.get("CHARTBELL_SEED", "20260101"))


class KillRun:
    """Makes changes and kills, side by side in one thread; all that is random has one seed."""

    def __init__(self, world, random_):
        self.world, self.random = world, random_
        self.changes = Changes(world.practice, random_, patients=range(1, len(opendental.PEOPLE)))
        self.kills = []
        self._seen = 0

    def begin(self):
        """Rows that are old, the daemon's first look at them, a subscriber."""
        self.changes.adopt(BASE_ROWS_EACH)
        begin = time.monotonic()
        self.world.open()
        self._start_seconds = min(time.monotonic() - begin, 2.0)

    def run(self):
        for number in range(KILLS):
            self._live_and_die(CHANGES * (number + 1) // KILLS)
        self.world.daemon.start_ready()
        self._drain()
        self.world.fence()

    def _live_and_die(self, made_by_then):
        """One life of the daemon, with its share of the changes spread over it."""
        life = self.random.uniform(0, self._start_seconds + SCANS_BEFORE_KILL)
        share = max(0, made_by_then - len(self.changes.made))
        moments = sorted(self.random.uniform(0, life) for _ in range(share))
        begin = time.monotonic()
        if not self.world.daemon.running:
            self.world.daemon.start()
        for moment in moments:
            self._wait_until(begin + moment)
            self._change()
        self._wait_until(begin + life)
        before = time.monotonic()
        self.world.daemon.kill()
        self.kills.append(oracle.Kill(before, time.monotonic()))

    def _wait_until(self, moment):
        until(lambda: time.monotonic() >= moment, 30, "the clock")

    def _change(self):
        self._note_deliveries()
        if len(self.changes.open) < OPEN_MAX and len(self.changes.made) < CHANGES:
            self.changes.make()

    def _drain(self):
        """What does not come in time is lost, and the oracle will say so."""
        deadline = time.monotonic() + DRAIN_SECONDS
        until(lambda: self._finish() or time.monotonic() > deadline, DRAIN_SECONDS + 5, "the clock")

    def _finish(self):
        """The rest of the changes, then until all of them were seen."""
        self._change()
        return len(self.changes.made) == CHANGES and not self.changes.open

    def _note_deliveries(self):
        requests = self.world.receiver.at("/events")
        for request in requests[self._seen:]:
            self.changes.delivered(oracle.claim_of(request.body))
        self._seen = len(requests)


def is_fence(request):
    """The last two events of a run are not changes of it."""
    kind, _, thing, _ = oracle.parse(request.body)
    return kind == "appointment" and str(thing["note"]).startswith("fence")


@pytest.mark.parametrize("capture", ["scan", "log"])
def test_a_thousand_changes_and_fifty_kills(request, offices, capsys, capture):
    server = request.getfixturevalue("logging_mariadb" if capture == "log" else "mariadb")
    world = offices(server, capture=capture)
    run = KillRun(world, random.Random(seed_of_run()))
    run.begin()
    run.run()
    requests = [r for r in read_journal(world.receiver.journal_path) if not is_fence(r)]
    verdict = oracle.judge(run.changes.made, requests, run.kills, run.changes.final(), REPEATS_MAX)
    with capsys.disabled():
        print("\n" + summary(run, requests, verdict))
    assert verdict.faults() == {}, f"CHARTBELL_SEED={seed_of_run()}"
    assert len(run.changes.made) == CHANGES and len(run.kills) == KILLS


def summary(run, requests, verdict):
    repeats = sum(verdict.repeats_of_kill.values())
    faults = {rule: len(found) for rule, found in verdict.faults().items()}
    return (f"kill test: seed {seed_of_run()}, {len(run.changes.made)} changes, "
            f"{len(run.kills)} kills, {len(requests)} requests, {repeats} repeats, at most "
            f"{max(verdict.repeats_of_kill.values(), default=0)} of one kill, "
            f"faults: {faults or 'none'}")


# ---- during the first look ----------------------------------------------------------------------

MANY = 3000
BASELINE_KILLS = 8


def _many_patients(practice):
    opendental.seed(practice)
    practice.sql(f"INSERT INTO patient (LName, Address2) "
                 f"SELECT CONCAT('Row ', seq), CONCAT('old ', seq) FROM seq_1_to_{MANY}")
    practice.sql(f"INSERT INTO appointment (PatNum, AptStatus, Pattern, ProvNum, AptDateTime, "
                 f"Note) SELECT seq, 1, 'XX', 1, '2031-07-01 09:00:00', CONCAT('old ', seq) "
                 f"FROM seq_1_to_{MANY}")


def test_a_kill_during_the_first_look_loses_and_invents_nothing(offices):
    """Each row that was there is known, once: a change of all of them is an update of each."""
    world = offices(seed=_many_patients)
    random_ = random.Random(seed_of_run())
    for _ in range(BASELINE_KILLS):
        world.daemon.start()
        moment = time.monotonic() + random_.uniform(0, 0.6)
        until(lambda moment=moment: time.monotonic() >= moment, 10, "the clock")
        world.daemon.kill()
    world.open()
    world.expect_silence()
    before = len(world.inbox.events())
    world.practice.sql("UPDATE patient SET Address2 = CONCAT('new ', PatNum)")
    world.practice.sql(
        "UPDATE appointment SET Note = CONCAT('new ', AptNum) WHERE Note LIKE 'old%'")
    rows = MANY + len(opendental.PEOPLE) + MANY
    world.receiver.wait(lambda: len(world.receiver.at("/events")) >= before + rows, 60,
                        lambda: f"{len(world.receiver.at('/events')) - before} of {rows}")
    world.fence()
    told = [oracle.claim_of(request.body) for request in world.receiver.at("/events")[before:]
            if not is_fence(request)]
    patients = MANY + len(opendental.PEOPLE)
    wanted = [("patient_updated", f"new {n}", False) for n in range(1, patients + 1)]
    wanted += [("appointment_updated", note["Note"], False) for note in
               world.practice.sql("SELECT Note FROM appointment WHERE Note LIKE 'new%'")]
    assert sorted(told) == sorted(wanted)
