"""Benchmarks of deliveries: real store, real HTTP, bench_sink at the other end.

deliver          rate, against wrk on the same sink
deliver_latency  on disk → received, at 1,000 and at 10,000 events a second
isolation        healthy endpoints beside ones that hang and ones that fail
dead             one healthy endpoint beside a thousand dead ones
scale            millions of retries, and a log of millions of events
tls              rate over TLS against plain, new connections, memory of kept ones
duplicates       a million deliveries: none twice, none missing

BENCH_ROUNDS (3), and for each: BENCH_SECONDS, BENCH_RETRIES, BENCH_LOG, BENCH_EVENTS.
"""
import array
import os
import shutil
import socket
import statistics
import subprocess
import time

from tools import ROUNDS, Sink, figure, program, sample_data, spread, verdict, wrk

SEQ_BITS = 40


def from_environment(name, default):
    return int(os.environ.get(f"BENCH_{name}", default))


# ---- rate ----------------------------------------------------------------------------------------

def deliver(folder):
    data = sample_data(folder)
    with Sink() as sink:
        for fanout, events in ((1, 60_000), (5, 20_000)):
            ratios, rates, cpu = [], [], []
            for round_ in range(ROUNDS):
                ceiling = wrk(sink.port, folder)
                out = delivered(folder, f"deliver-{fanout}-{round_}", body=data, fanout=fanout,
                                events=events, url=f"http://127.0.0.1:{sink.port}")
                rates.append(figure("rate", out))
                cpu.append(figure("cpu_us", out))
                ratios.append(rates[-1] / ceiling)
                print(f"fan-out {fanout}  wrk {ceiling:9,.0f}/s  {out.strip()}  "
                      f"ratio {ratios[-1]:.2f}", flush=True)
            print(f"fan-out {fanout}  deliveries/s {spread(rates)}")
            print(f"fan-out {fanout}  CPU µs each  {spread(cpu, 1)}")
            print(f"fan-out {fanout}  of wrk       {spread(ratios, 2)}")


def delivered(folder, name, **arguments):
    """What bench_deliver says of a store of its own, which is gone afterwards."""
    store = folder / name
    store.mkdir()
    try:
        return program("deliver", folder=store, **arguments)
    finally:
        shutil.rmtree(store)


# ---- at a steady rate ----------------------------------------------------------------------------

class Run:
    """One run of bench_paced against a sink of its own, and what both recorded.

    `groups` are (endpoints, events a second, what to do with them): ok, hang, fail, or refuse for
    a port where nobody listens. Only events planned in the last `seconds` are looked at.
    """

    def __init__(self, folder, groups, seconds, warm_up, shared=0, **arguments):
        store = folder / "paced"
        store.mkdir()
        nobody = socket.socket()
        nobody.bind(("127.0.0.1", 0))
        try:
            with Sink(record=folder / "received", seconds=seconds + warm_up + 60) as sink:
                urls = {"refuse": f"http://127.0.0.1:{nobody.getsockname()[1]}/ok"}
                group = [f"{count},{rate}," + urls.get(what, f"http://127.0.0.1:{sink.port}/{what}")
                         for count, rate, what in groups]
                out = program("paced", folder=store, out=folder / "committed", group=group,
                              body=sample_data(folder), seconds=seconds + warm_up, shared=shared,
                              **arguments)
            self.cpu_seconds = figure("cpu_s", out)
            self._join(table(folder / "committed", 4), table(folder / "received", 3), shared,
                       groups[0][0], warm_up)
        finally:
            nobody.close()
            shutil.rmtree(store)

    def _join(self, committed, received, shared, healthy, warm_up):
        """The first receipts of each event by the endpoints of the first group."""
        receipts = {}
        for at, endpoint, seq in received:
            if endpoint <= healthy:
                receipts.setdefault(endpoint << SEQ_BITS | seq, at)
        begin = min(planned for planned, *_ in committed) + warm_up * 1_000_000
        self.waits, self.whole, self.missing = [], [], 0
        for planned, on_disk, institution, seq in committed:
            if planned < begin or (institution > healthy and not shared):
                continue
            at = receipts.get(institution << SEQ_BITS | seq)
            if at is None:
                self.missing += 1
                continue
            self.waits.append((at - on_disk) / 1000)
            self.whole.append((at - planned) / 1000)
        self.waits.sort()
        self.whole.sort()

    def share(self, share):
        """Milliseconds from on disk to received that this share of events stayed within."""
        return part(self.waits, share)

    def line(self):
        return (f"{len(self.waits):9,} received  missing {self.missing}  ms: p50 "
                f"{self.share(.5):.2f}  p99 {self.share(.99):.2f}  p99.9 {self.share(.999):.2f}  "
                f"max {self.share(1):.1f}; planned to received p50 {part(self.whole, .5):.2f}  "
                f"p99 {part(self.whole, .99):.2f}; CPU {self.cpu_seconds:.1f} s")


def part(values, share):
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("inf")


def table(path, columns):
    """Rows of 64-bit integers."""
    numbers = array.array("q", path.read_bytes())
    return list(zip(*[iter(numbers)] * columns))


def deliver_latency(folder):
    seconds = from_environment("SECONDS", 30)
    for rate, batch, p50, p99 in ((1_000, 1, 0.3, 3), (10_000, 10, 0.6, 10)):
        runs = []
        for _ in range(ROUNDS):
            runs.append(Run(folder, [(100, rate, "ok")], seconds, warm_up=2, batch=batch))
            print(f"{rate:6,}/s by {batch}  {runs[-1].line()}", flush=True)
        verdict(f"{rate:6,}/s  p50 ms", [run.share(.5) for run in runs], p50)
        verdict(f"{rate:6,}/s  p99 ms", [run.share(.99) for run in runs], p99)
        print(f"{rate:6,}/s  max ms  {spread([run.share(1) for run in runs], 1)}")


def compared(folder, what, base, other, p99, throughput=None, **arguments):
    """Two runs by turns; the healthy endpoints of `other` against those of `base`."""
    slower, kept = [], []
    for _ in range(ROUNDS):
        runs = [Run(folder, groups, **{**arguments, **more}) for groups, more in (base, other)]
        for name, run in zip(("alone", what), runs):
            print(f"{name:12} {run.line()}", flush=True)
        slower.append(runs[1].share(.99) / runs[0].share(.99))
        kept.append(len(runs[1].waits) / len(runs[0].waits))
    verdict(f"{what}: p99 of alone", slower, p99)
    if throughput:
        verdict(f"{what}: throughput of alone", kept, throughput, at_most=False)


# Sooner than the vendor's, so that retries come while it is measured.
RETRY_SECONDS = [3, 8, 18, 38, 78, 600]


def isolation(folder):
    rate = from_environment("RATE", 5_000)
    healthy, tenth = (80, rate * 8 // 10), rate // 10
    compared(folder, "20 of 100 ill", ([(*healthy, "ok"), (20, tenth * 2, "ok")], {}),
             ([(*healthy, "ok"), (10, tenth, "hang"), (10, tenth, "fail")], {}), p99=1.2,
             throughput=0.95, seconds=from_environment("SECONDS", 20), warm_up=10,
             deadline_ms=5_000, retry_s=RETRY_SECONDS)


def dead(folder):
    seconds = from_environment("SECONDS", 12)
    thousand = [(500, 100, "refuse"), (500, 100, "hang")]
    for what, shared in (("1,000 dead, logs of their own", 0), ("1,000 dead, one log", 1)):
        compared(folder, what, ([(1, 200, "ok")], {}),
                 ([(1, 200, "ok"), *thousand], {"shared": shared}), p99=2, seconds=seconds,
                 warm_up=8, deadline_ms=3_000, retry_s=RETRY_SECONDS)


# ---- much of everything --------------------------------------------------------------------------

def scale(folder):
    retries(folder)
    long_log(folder)


def retries(folder):
    count = from_environment("RETRIES", 10_000_000)
    store = folder / "retries"
    store.mkdir()
    print(program("retries", mode="make", folder=store, body=sample_data(folder),
                  retries=count).strip(), flush=True)
    opened = []
    for round_ in range(ROUNDS):
        opened.append(program("retries", mode="open", folder=store, round=round_,
                              due=count // 100))
        print(opened[-1].strip(), flush=True)
    read = program("retries", mode="read", folder=store, rounds=ROUNDS)
    size = sum(file.stat().st_size for file in store.iterdir()) / 2**20
    shutil.rmtree(store)
    print(f"{count:,} retries, {size:,.0f} MiB on disk")
    verdict("RSS, MiB", [figure("rss_mib", out) for out in opened], 256, digits=0)
    verdict("open to first, s", [figure("first_s", out) for out in opened], 2)
    verdict("read, retries/s", [figure("rate", line) for line in read.splitlines()], 300_000,
            digits=0, at_most=False)
    left = max(count // 100 - figure("retries", out) for out in opened)
    verdict("due and left behind, worst round", [max(0, left)], 0, digits=0)
    print(f"whole dispatcher, retries/s  {spread([figure('rate', out) for out in opened])}")


def long_log(folder):
    log, events = from_environment("LOG", 10_000_000), 40_000
    data = sample_data(folder)
    store = folder / "long"
    store.mkdir()
    with Sink(seconds=900) as sink:
        common = {"body": data, "url": f"http://127.0.0.1:{sink.port}"}
        start = time.monotonic()
        program("deliver", folder=store, log=log, events=640, **common)
        print(f"log of {log:,} events of 64 bytes made in {time.monotonic() - start:.0f} s, "
              f"{(store / 'bench.db').stat().st_size / 2**20:,.0f} MiB", flush=True)
        ratios, opened = [], []
        for round_ in range(ROUNDS):
            new = delivered(folder, "new", events=events, **common)
            old = program("deliver", folder=store, events=events, **common)
            ratios.append(figure("rate", old) / figure("rate", new))
            opened.append(figure("opened_s", old))
            print(f"new {new.strip()}\nold {old.strip()}", flush=True)
    shutil.rmtree(store)
    verdict("deliveries/s, old of new", ratios, 0.9, at_most=False)
    print(f"old: open, s  {spread(opened, 2)}")


# ---- TLS -----------------------------------------------------------------------------------------

def tls(folder):
    certificate(folder)
    shown = {"certificate": folder / "leaf.pem", "key": folder / "leaf.key"}
    data = sample_data(folder)
    with Sink() as plain, Sink(**shown) as resuming, Sink(tickets=0, **shown) as forgetful:
        def rate(what, sink, events, path=""):
            scheme = "http" if sink is plain else "https"
            out = delivered(folder, "tls", body=data, events=events, trust=folder / "ca.pem",
                            url=f"{scheme}://127.0.0.1:{sink.port}{path}")
            print(f"{what:28} {out.strip()}", flush=True)
            return figure("rate", out)

        warm, cold = [], {"plain": [], "resumed": [], "full": []}
        for _ in range(ROUNDS):
            warm.append(rate("TLS, kept", resuming, 40_000) / rate("plain, kept", plain, 40_000))
            cold["plain"].append(rate("plain, new each", plain, 20_000, "/close"))
            cold["resumed"].append(rate("TLS, new each, resumed", resuming, 5_000, "/close"))
            cold["full"].append(rate("TLS, new each, in full", forgetful, 2_500, "/close"))
        verdict("kept connections, TLS of plain", warm, 0.7, at_most=False)
        for what, rates in cold.items():
            print(f"new connection each, {what:8} deliveries/s {spread(rates)}")
        for scheme, sink in (("http", plain), ("https", resuming)):
            idle = [idle_kib(scheme, sink, folder) for _ in range(ROUNDS)]
            print(f"idle connection, {scheme:6} KiB each {spread(idle, 1)}", flush=True)


def idle_kib(scheme, sink, folder):
    """Resident KiB for each connection from the first 500 to the last."""
    out = program("idle", url=f"{scheme}://127.0.0.1:{sink.port}/", trust=folder / "ca.pem")
    points = [line.split() for line in out.splitlines()]
    counts, sizes = [int(point[1]) for point in points], [float(point[3]) for point in points]
    return statistics.linear_regression(counts, sizes).slope


def certificate(folder):
    """An authority in ca.pem, and 127.0.0.1's leaf.pem and leaf.key by it."""
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    for line in ("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
                 "-subj /CN=authority -keyout ca.key -out ca.pem",
                 "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=leaf "
                 "-keyout leaf.key -out leaf.csr",
                 "x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 "
                 "-extfile names -out leaf.pem"):
        subprocess.run(["openssl", *line.split()], cwd=folder, check=True, capture_output=True)


# ---- exactly as often as it should ---------------------------------------------------------------

def duplicates(folder):
    events, endpoints = from_environment("EVENTS", 1_000_000), 100
    record = folder / "received"
    with Sink(record=record, seconds=1800) as sink:
        out = delivered(folder, "duplicates", body=sample_data(folder), events=events,
                        endpoints=endpoints, url=f"http://127.0.0.1:{sink.port}")
    print(out.strip(), flush=True)
    owed = int(figure("deliveries", out))
    keys = [endpoint << SEQ_BITS | seq for _, endpoint, seq in table(record, 3)]
    seen = set(keys)
    ends = {endpoint: 0 for endpoint in range(1, endpoints + 1)}
    for key in seen:
        endpoint, seq = key >> SEQ_BITS, key & (1 << SEQ_BITS) - 1
        ends[endpoint] = max(ends[endpoint], seq)
    verdict("received twice", [len(keys) - len(seen)], 0, digits=0)
    verdict("missing", [abs(sum(ends.values()) - len(seen)) + abs(owed - len(seen))], 0, digits=0)


PARTS = {"deliver": deliver, "deliver_latency": deliver_latency, "isolation": isolation,
         "dead": dead, "scale": scale, "tls": tls, "duplicates": duplicates}
