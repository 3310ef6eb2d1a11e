"""Measures Chartbell against its limits, in the same run, and prints what it saw.

    bench/run.py [scan] [deliver] [latency] [memory] [guard]   all of them without a name

scan     1 M appointments in a real MariaDB: bare SELECT, baseline, a diff that finds nothing.
deliver  events on disk → signed POST → 2xx → result on disk, against wrk on the same sink.
latency  change committed in MariaDB → verified delivery, scan_interval 1s, the whole daemon.
memory   resident memory of the daemon, idle and with 1 M resources.
guard    the egress filter against a second writing of it: all 2^32 IPv4 addresses, 1 M of IPv6.

Figures and their spread go into docs/benchmarks.md, with the command that gives them.
"""
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/e2e"))

BIN = ROOT / "build/release/bench"
MAPPING = ROOT / "mappings/opendental.toml"
SAMPLE = ROOT / "tests/conformance/payloads/appointment_created.json"
ROWS = int(os.environ.get("BENCH_ROWS", 1_000_000))
ROUNDS = 3

FILL = """
INSERT INTO patient (PatNum, LName, FName, Guarantor, Birthdate, Address, City, State, Zip, HmPhone,
                     DateFirstVisit)
  SELECT seq, CONCAT('Example', seq), 'Ada', seq, '1980-05-03', '1 Main St', 'New York', 'NY',
         '10001', '(212)555-0101', '2020-01-02' FROM seq_1_to_50000;
INSERT INTO appointment (AptNum, PatNum, AptStatus, Pattern, Confirmed, Op, Note, ProvNum,
                         AptDateTime, SecDateTEntry)
  SELECT seq, 1 + seq % 50000, 1 + seq % 2, '//XXXX//', IF(seq % 3, 21, 24), 1 + seq % 6,
         CONCAT('Recall and cleaning, note ', seq), 1 + seq % 2,
         '2020-01-01' + INTERVAL (seq * 10 % 3000000) MINUTE, '2020-01-01'
    FROM seq_1_to_{rows};
"""


def practice(rows):
    """A running MariaDB with a practice of `rows` appointments."""
    import mariadb
    import opendental
    mariadb.FAST[:] = [option for option in mariadb.FAST if "key-buffer" not in option]
    mariadb.FAST.append("--key-buffer-size=256M")
    server = mariadb.MariaDb().start()
    server.create_database("practice", opendental.DDL)
    opendental.seed_directory(opendental.OpenDental(server.connect("practice")))
    if rows:
        server.run("INSTALL SONAME 'ha_sequence'") if not _has_sequence(server) else None
        server.run(FILL.format(rows=rows), "practice")
    return server


def _has_sequence(server):
    engines = server.run("SHOW ENGINES")
    return any(engine["Engine"].upper() == "SEQUENCE" for engine in engines)


class Sink:
    """bench_sink, until it is closed."""

    def __init__(self, threads=1, seconds=300):
        self._process = subprocess.Popen([BIN / "bench_sink", str(threads), str(seconds)],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self._process.stdout.readline().split()[1])

    def close(self):
        self._process.stdin.close()
        self._process.wait()


def wrk(port, folder, seconds=4):
    """Requests a second that wrk posts of the sample body."""
    (folder / "body").write_text(json.dumps(json.loads(SAMPLE.read_text()), separators=(",", ":")))
    (folder / "post.lua").write_text(
        'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\n'
        f'local file = io.open("{folder}/body")\nwrk.body = file:read("*a")\n')
    out = subprocess.run(["wrk", "-t2", "-c64", f"-d{seconds}", "-s", folder / "post.lua",
                          f"http://127.0.0.1:{port}/"], capture_output=True, text=True, check=True)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out.stdout).group(1))


def spread(values, digits=0):
    values = sorted(values)
    shown = [f"{value:,.{digits}f}" for value in (values[0], statistics.median(values), values[-1])]
    return f"min {shown[0]}  median {shown[1]}  max {shown[2]}"


def scan(folder):
    server = practice(ROWS)
    try:
        subprocess.run([BIN / "bench_scan", MAPPING, server.url("practice"), "appointment", folder],
                       check=True)
    finally:
        server.remove()


def deliver(folder):
    data = json.dumps(json.loads(SAMPLE.read_text())["data"], separators=(",", ":"))
    (folder / "data").write_text(data)
    sink = Sink()
    try:
        for fanout, events in ((1, 60_000), (5, 20_000)):
            ratios, rates, cpu = [], [], []
            for round_ in range(ROUNDS):
                ceiling = wrk(sink.port, folder)
                store = folder / f"deliver-{fanout}-{round_}"
                store.mkdir()
                out = subprocess.run(
                    [BIN / "bench_deliver", store, folder / "data", str(sink.port), "100",
                     str(fanout), str(events)], capture_output=True, text=True, check=True).stdout
                rates.append(float(re.search(r"rate ([\d.]+)", out).group(1)))
                cpu.append(float(re.search(r"cpu_us ([\d.]+)", out).group(1)))
                ratios.append(rates[-1] / ceiling)
                print(f"fan-out {fanout}  wrk {ceiling:9,.0f}/s  {out.strip()}  "
                      f"ratio {ratios[-1]:.2f}", flush=True)
                shutil.rmtree(store)
            print(f"fan-out {fanout}  deliveries/s {spread(rates)}")
            print(f"fan-out {fanout}  CPU µs each  {spread(cpu, 1)}")
            print(f"fan-out {fanout}  of wrk       {spread(ratios, 2)}")
    finally:
        sink.close()


def daemon_on(server, folder, interval):
    """The daemon on the database "practice", not started yet."""
    import daemon
    config = daemon.one_source(folder, server.url("practice"), scan_interval=interval)
    return daemon.Daemon(config)


def latency(folder):
    """One change at a time, so that each waits for the next scan and for nothing else."""
    import mariadb
    import office
    server = mariadb.MariaDb().start()
    try:
        world = office.Office(server, folder)
        world.config.institutions[0].sources[0].scan_interval = "1s"
        world.open()
        waited = []
        for number in range(40):
            email = f"latency-{number}@example.org"
            start = time.monotonic()
            world.practice.update("patient", 1 + number % 10, Email=email)
            world.inbox.take("patient_updated", email=email)
            waited.append((time.monotonic() - start) * 1000)
            time.sleep(0.137 * (number % 7))
        world.daemon.stop()
        print(f"commit → receipt, ms  {spread(waited)}")
    finally:
        server.remove()


def resident_mib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


def memory(folder):
    for rows in (0, ROWS):
        server = practice(rows)
        try:
            watcher = daemon_on(server, folder / str(rows), "5s")
            watcher.start()
            until_ready(watcher)
            time.sleep(20)
            print(f"{rows:9,} appointments  RSS {resident_mib(watcher.pid):.0f} MiB", flush=True)
            watcher.stop()
        finally:
            server.remove()


def guard_(folder):
    import guard
    start = time.monotonic()
    runs, looked_at, different = guard.compare(BIN / "bench_guard")
    print(f"IPv4  {2**32:,} addresses  {len(runs)} runs differ")
    print(f"IPv6  {looked_at:,} addresses  {len(different)} differ")
    print(f"in {time.monotonic() - start:.0f} s")
    if runs or different:
        sys.exit(f"the filters differ: {sorted(runs)[:5]} {different[:5]}")


def until_ready(watcher, seconds=300):
    """The first reading of a large practice takes longer than any test would wait."""
    import daemon
    deadline = time.monotonic() + seconds
    while daemon.status_of(f"{watcher.url}/readyz") != 200:
        if time.monotonic() > deadline or not watcher.running:
            sys.exit(watcher.output())
        time.sleep(0.5)


def main(names):
    parts = {"scan": scan, "deliver": deliver, "latency": latency, "memory": memory,
             "guard": guard_}
    for name in names or parts:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="chartbell-bench-"))
        print(f"== {name}  ({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})", flush=True)
        try:
            parts[name](folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])
