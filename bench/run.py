"""Measures Chartbell against its limits, in the same run, and prints what it saw.

    bench/run.py [name…]        all of them without a name

scan     1 M appointments in a real MariaDB: bare SELECT, baseline, a diff that finds nothing.
binlog   row events a second of a real binary log: read alone, and down to dirty keys;
         and how long a commit takes to become one.
latency  change committed in MariaDB → verified delivery, scan_interval 1s, the whole daemon.
memory   resident memory of the daemon, idle and with 1 M resources.
guard    the egress filter against a second writing of it: all 2^32 IPv4, 1 M IPv6 addresses.

Those of live capture are in bench/live.py: live, live_poll, burden; of reading in bench/reads.py:
reads; of bookings in bench/booking.py: booking; of pushing in bench/push.py: push; of the
operator's pages in bench/dashboard.py: dashboard; of what stands
in front of the API in bench/front.py: slow_clients, access_log, access. Those of deliveries alone
are in bench/delivery.py: deliver, deliver_latency, isolation, dead, scale, tls, duplicates.

Figures and their spread go into docs/benchmarks.md, with the command that gives them.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import delivery
import tools
from tools import BIN, ROOT, spread

sys.path.insert(0, str(ROOT / "tests/e2e"))

import booking  # noqa: E402: what these import is found there
import dashboard  # noqa: E402
import front  # noqa: E402
import live  # noqa: E402
import practice  # noqa: E402
import push  # noqa: E402
import reads  # noqa: E402

MAPPING = ROOT / "mappings/opendental.toml"
ROWS = int(os.environ.get("BENCH_ROWS", 1_000_000))
LOG_ROWS = int(os.environ.get("BENCH_LOG_ROWS", 200_000))


def scan(folder):
    server = practice.practice(ROWS)
    try:
        subprocess.run([BIN / "bench_scan", MAPPING, server.url("practice"), "appointment", folder],
                       check=True)
    finally:
        server.remove()


# Each row a group of its own, as a practice's programs write them.
TOUCH = """
CREATE PROCEDURE touch(count INT)
BEGIN
  DECLARE i INT DEFAULT 1;
  WHILE i <= count DO
    UPDATE appointment SET Confirmed = 43 - Confirmed, Note = CONCAT('Touched ', i)
     WHERE AptNum = i;
    SET i = i + 1;
  END WHILE;
END;
CREATE FUNCTION touch_one(n INT) RETURNS INT MODIFIES SQL DATA
BEGIN
  UPDATE appointment SET Confirmed = 43 - Confirmed WHERE AptNum = n;
  RETURN n;
END
"""


def binlog(folder):
    import mariadb
    import opendental
    options = [*mariadb.LOGGED, "--innodb-buffer-pool-size=256M", "--innodb-log-file-size=96M",
               "--log-bin-trust-function-creators=1"]
    server = mariadb.MariaDb(options=options).start()
    try:
        server.create_database("practice", opendental.DDL)
        server.run(f"GRANT REPLICATION SLAVE, EXECUTE ON *.* TO {mariadb.READER}@'localhost'")
        server.run("ALTER TABLE appointment ENGINE=InnoDB", "practice")
        practice.ensure_sequence(server)
        server.run(practice.PATIENTS + practice.APPOINTMENTS.format(count=LOG_ROWS), "practice")
        server.run(TOUCH, "practice")
        begin = server.run("SELECT @@gtid_binlog_pos AS at")[0]["at"]
        server.run(f"CALL touch({LOG_ROWS})", "practice")
        print(tools.program("binlog", mapping=MAPPING, url=server.url("practice"),
                            **{"from": f"gtid:{begin}"}, rows=LOG_ROWS, rounds=tools.ROUNDS),
              end="", flush=True)
    finally:
        server.remove()


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
        server = practice.practice(rows)
        try:
            watcher = daemon_on(server, folder / str(rows), "5s")
            watcher.start()
            live.until_ready(watcher)
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


def main(names):
    parts = {"scan": scan, "binlog": binlog, "latency": latency, "memory": memory,
             "guard": guard_, **live.PARTS, **delivery.PARTS, **push.PARTS, **front.PARTS,
             **reads.PARTS, **booking.PARTS, **dashboard.PARTS}
    for name in names or parts:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="chartbell-bench-"))
        print(f"== {name}  ({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})", flush=True)
        try:
            parts[name](folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])
