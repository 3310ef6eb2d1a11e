"""Benchmarks of live capture on a real MariaDB: a practice of 50 k patients, BENCH_ROWS (1.2 M)
appointments and procedures.

live       a change answered → its event in the log → received, by log
live_poll  the same by poll
burden     what the practice's own program feels of Chartbell

BENCH_ROUNDS (3), BENCH_SECONDS, BENCH_ENGINES (MyISAM InnoDB).
"""
import contextlib
import os
import pathlib
import subprocess
import time

import daemon
import practice
from delivery import from_environment, part, table
from tools import BIN, ROOT, ROUNDS, Sink, figure, program, spread, verdict

MAPPING = ROOT / "mappings/opendental.toml"
ENGINES = os.environ.get("BENCH_ENGINES", "MyISAM InnoDB").split()


@contextlib.contextmanager
def large_practice(engine):
    """A logging server with five appointments to seven procedures."""
    rows = from_environment("ROWS", 1_200_000)
    server = practice.practice(rows * 5 // 12, rows * 7 // 12, practice.logged(engine))
    try:
        yield server
    finally:
        server.remove()


# ---- how soon ------------------------------------------------------------------------------------

# What to print, CAPTURE,ROWS,RATE and how long, AUDIT; goals for answered → event in the log
# (p50, p99) and answered → received (p50), in ms.
LOG_RUNS = [
    ("log, 100/s", "log,all,100", 10, 0, (1.5, 10, 4)),
    ("log, one at a time", "log,all,0", 5, 0, (1.5, 10, 4)),
    ("log, 100/s, audit beside", "log,all,100", 10, 1, (1.5, 10, 4)),
]
POLL_RUNS = [
    ("poll, new rows", "poll,new,20", 8, 0, (1_100, None, None)),
    ("poll, of the last 1,500 rows", "poll,recent,20", 8, 0, (1_100, None, None)),
]
# Once: its turns come seldom.
POLL_ALL_RUNS = [("poll, of all rows", "poll,all,20", 100, 0, (1_100, None, None))]


class LiveRun:
    """Milliseconds of one run, ascending; without end for what was not noticed."""

    def __init__(self, changes, received):
        noticed = [change for change in changes if change[3]]
        self.missing = len(changes) - len(noticed)
        self.took = sorted((answered - asked) / 1000 for _, asked, answered, _, _ in changes)
        self.noticed = sorted((on_disk - answered) / 1000
                              for _, _, answered, on_disk, _ in noticed)
        self.noticed += [float("inf")] * self.missing
        arrived = [(received[seq] - answered) / 1000 for _, _, answered, _, seq in noticed
                   if seq in received]
        self.received = sorted(arrived) + [float("inf")] * (len(changes) - len(arrived))
        self.unreceived = len(noticed) - len(arrived)

    def line(self):
        shown = [f"{name} p50 {part(values, .5):.2f} p99 {part(values, .99):.2f} "
                 f"max {part(values, 1):.1f}"
                 for name, values in (("change", self.took), ("event", self.noticed),
                                      ("received", self.received))]
        return (f"{'; '.join(shown)}; {len(self.took)} changes, missing {self.missing}, "
                f"not received {self.unreceived}")


def live(folder):
    for engine in ENGINES:
        with large_practice(engine) as server:
            measure(engine, server, folder / engine, LOG_RUNS * ROUNDS)


def live_poll(folder):
    with large_practice("MyISAM") as server:
        measure("MyISAM", server, folder, POLL_RUNS * ROUNDS + POLL_ALL_RUNS)


def measure(engine, server, folder, runs):
    """One run after the other, over one store."""
    store = folder / "store"
    store.mkdir(parents=True)
    seconds = from_environment("SECONDS", 0)
    plans = [f"{how},{seconds or length},{audit}" for _, how, length, audit, _ in runs]
    record, out = folder / "received", folder / "changes"
    with Sink(record=record, seconds=1800) as sink:
        said = program("live", folder=store, mapping=MAPPING, url=server.url("practice"),
                       writer=practice.writer_url(server), out=out, run=plans,
                       sink=f"http://127.0.0.1:{sink.port}")
    print(said, end="", flush=True)
    receipts = {}
    for at, _, seq in table(record, 3):
        receipts.setdefault(seq, at)
    changes = table(out, 5)
    done = [LiveRun([change for change in changes if change[0] == number], receipts)
            for number in range(len(plans))]
    for number, run in enumerate(done):
        print(f"{engine}, {runs[number][0]:30} {run.line()}", flush=True)
    for name, goals in {run[0]: run[4] for run in runs}.items():
        judge(f"{engine}, {name}", [one for one, run in zip(done, runs) if run[0] == name], *goals)


def judge(name, runs, event_p50, event_p99, received_p50):
    print(name)
    for what, values, goal in (
            ("  event in the log, p50", [part(run.noticed, .5) for run in runs], event_p50),
            ("  event in the log, p99", [part(run.noticed, .99) for run in runs], event_p99),
            ("  event in the log, max", [part(run.noticed, 1) for run in runs], None),
            ("  received, p50", [part(run.received, .5) for run in runs], received_p50),
            ("  received, p99", [part(run.received, .99) for run in runs], None)):
        if goal is None:
            print(f"{what:34} {spread(values, 2)}", flush=True)
        else:
            verdict(what, values, goal)


# ---- what the practice feels ---------------------------------------------------------------------

class Updater:
    """bench_updater at work until it is closed, or for its `seconds`."""

    def __init__(self, server, **arguments):
        words = [f"{name}={value}" for name, value in arguments.items()]
        self._process = subprocess.Popen(
            [BIN / "bench_updater", f"writer={practice.writer_url(server)}", *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def close(self):
        """What it printed."""
        self._process.stdin.close()
        return self.wait()

    def wait(self):
        out = self._process.stdout.read()
        if self._process.wait():
            raise SystemExit("bench_updater failed")
        return out


def burden(folder):
    for engine in ENGINES:
        with large_practice(engine) as server:
            config = daemon.one_source(folder / engine, server.url("practice"), capture="log")
            watcher = daemon.Daemon(config)
            try:
                stalls(engine, server, watcher)
                rates(engine, server, watcher)
            finally:
                watcher.kill()


def stalls(engine, server, watcher):
    """The longest of updates that come every two milliseconds."""
    every = {"every_us": 2_000}
    print(f"{engine}, alone           {Updater(server, seconds=20, **every).wait()}", end="")
    updater = Updater(server, **every)
    start = time.monotonic()
    watcher.start()
    until_ready(watcher)
    out = updater.close()
    print(f"{engine}, first reading   {out}", end="", flush=True)
    print(f"{engine}, first reading took {time.monotonic() - start:.0f} s")
    verdict(f"{engine}, worst beside a first reading", [figure("max_ms", out)], 20, digits=1)
    catch_up(server)
    worst = []
    for _ in range(ROUNDS):
        out = Updater(server, seconds=15, **every).wait()
        print(f"{engine}, log and audit   {out}", end="", flush=True)
        worst.append(figure("max_ms", out))
    verdict(f"{engine}, worst beside an audit, ms", worst, 20, digits=1)


def rates(engine, server, watcher):
    """Changes a second by turns with Chartbell and without it, and how long one takes."""
    seconds = from_environment("SECONDS", 20)
    for name, every, length, measure_ in (("as fast as it can", 0, seconds, "rate"),
                                          ("each 5 ms", 5_000, seconds // 2, "p50_ms")):
        slower = []
        for _ in range(ROUNDS):
            with_it = figure(measure_, shown(engine, "with", server, length, every))
            watcher.stop()
            without = figure(measure_, shown(engine, "without", server, length, every))
            watcher.start()
            until_ready(watcher)
            catch_up(server)
            slower.append(without / with_it - 1 if measure_ == "rate" else with_it / without - 1)
        verdict(f"{engine}, {name}: slower by", slower, 0.03, digits=3)


def shown(engine, what, server, seconds, every):
    """What the updater printed, with the server's own time for each update."""
    before = server_cpu_seconds(server)
    out = Updater(server, seconds=seconds, every_us=every).wait().rstrip()
    used = (server_cpu_seconds(server) - before) * 1e6 / figure("updates", out)
    print(f"{engine}, {what:8} {out} server_cpu_us {used:.0f}", flush=True)
    return out


def server_cpu_seconds(server):
    pid = (server.folder / "pid").read_text().strip()
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def catch_up(server, quiet_seconds=3, most_seconds=120):
    """Until the server has been asked next to nothing for a while."""
    deadline, asked = time.monotonic() + most_seconds, selects(server)
    while time.monotonic() < deadline:
        time.sleep(quiet_seconds)
        before, asked = asked, selects(server)
        # An audit asks six times a second at most.
        if asked - before < 20 * quiet_seconds:
            return


def selects(server):
    return int(server.run("SHOW GLOBAL STATUS LIKE 'Com_select'")[0]["Value"])


def until_ready(watcher, seconds=300):
    """The first reading of a large practice takes longer than any test would wait."""
    deadline = time.monotonic() + seconds
    while daemon.status_of(f"{watcher.url}/readyz") != 200:
        if time.monotonic() > deadline or not watcher.running:
            raise SystemExit(watcher.output())
        time.sleep(0.5)


PARTS = {"live": live, "live_poll": live_poll, "burden": burden}
