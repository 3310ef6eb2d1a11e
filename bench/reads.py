"""Benchmarks of reading: a practice of 50 k patients, BENCH_ROWS (1.2 M) appointments and
procedures.

reads      how long each kind of request takes, one at a time; and requests a second of
           GET /appointments (100 rows) against nginx, which serves the same bytes from memory.

BENCH_ROUNDS (3), BENCH_REQUESTS (400 of each kind).
"""
import http.client
import pathlib
import random
import re
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.parse

import daemon
import live
import practice
from delivery import from_environment, part
from tools import ROUNDS, spread

GOAL_MS = 10
SECONDS = 4
V3 = {"Nex-Api-Version": "v3.0.0"}


def reads(folder):
    rows = from_environment("ROWS", 1_200_000)
    server = practice.practice(rows * 5 // 12, rows * 7 // 12)
    try:
        config = daemon.one_source(folder, server.url("practice"), scan_interval="60s")
        watcher = daemon.Daemon(config).start()
        begun = time.monotonic()
        live.until_ready(watcher)
        print(f"read {rows + 50_000:,} resources in {time.monotonic() - begun:.0f} s; store "
              f"{size_mib(config.store_folder)} MiB", flush=True)
        client = Client(watcher.url, config.api_keys[0].key)
        for what, queries in kinds(client).items():
            measure(client, what, queries)
        against_nginx(client, folder)
        watcher.stop()
    finally:
        server.remove()


def size_mib(folder):
    return sum(path.stat().st_size for path in folder.iterdir()) >> 20


class Client:
    """One connection that is kept, as a client of a library keeps it."""

    def __init__(self, url, key):
        self.url = urllib.parse.urlsplit(url)
        self.headers = {"Authorization": key}
        self._connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=60)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path, query, headers=None):
        """The body, and how many milliseconds it took."""
        target = path + "?" + urllib.parse.urlencode({"subdomain": "green-dental", **query}, True)
        begun = time.perf_counter()
        self._connection.request("GET", target, headers={**self.headers, **(headers or {})})
        answer = self._connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (target, body[:300])
        return body, (time.perf_counter() - begun) * 1000


def ids_of(client, path, **query):
    body, _ = client.get(path, {"per_page": 1000, **query}, V3)
    return [int(found) for found in re.findall(rb'\{"id":(\d+)', body)]


def first_location(client):
    body, _ = client.get("/locations", {})
    return int(re.search(rb'"locations":\[\{"id":(\d+)', body)[1])


def kinds(client):
    """Requests of each kind; each a function that draws one."""
    draw = random.Random(20261126)
    location = first_location(client)
    providers, patients = ids_of(client, "/providers"), ids_of(client, "/patients")
    appointments = ids_of(client, "/appointments", location_id=location, start="2021-06-01",
                          end="2021-07-01")

    def span(days):
        first = f"202{draw.randint(0, 4)}-{draw.randint(1, 12):02}-01"
        end = time.strftime("%Y-%m-%d", time.gmtime(
            time.mktime(time.strptime(first, "%Y-%m-%d")) + 86_400 * days))
        return {"start": first, "end": end, "location_id": location, "per_page": 100}

    return {
        "appointments of a day": lambda: ("/appointments", span(1)),
        "appointments of a month, v2": lambda: ("/appointments", span(30)),
        "appointments of a month, v3": lambda: ("/appointments", span(30), V3),
        "with their patients": lambda: ("/appointments", {**span(30), "include[]": "patient"}),
        "of a provider": lambda: (
            "/appointments", {**span(30), "provider_ids[]": draw.choice(providers)}),
        "of 25 patients, in all years": lambda: (
            "/appointments", {**span(30), "start": "2020-01-01", "end": "2030-01-01",
                              "patient_ids[]": draw.sample(patients, 25)}),
        "in all years, page 1, v3": lambda: (
            "/appointments", {**span(30), "start": "2020-01-01", "end": "2030-01-01"}, V3),
        "in all years, page 1, v2": lambda: (
            "/appointments", {**span(30), "start": "2020-01-01", "end": "2030-01-01"}),
        "changed lately, in all years": lambda: (
            "/appointments", {**span(30), "start": "2020-01-01", "end": "2030-01-01",
                              "updated_since": "2030-01-01"}),
        "one appointment": lambda: (f"/appointments/{draw.choice(appointments)}", {}),
        "a patient by name": lambda: (
            "/patients", {"name": f"Example{draw.randint(1, 50_000)}", "per_page": 100}),
        "patients, page 1, v2": lambda: ("/patients", {"per_page": 100}),
        "one patient": lambda: (f"/patients/{draw.choice(patients)}", {}),
        "procedures of a patient": lambda: (
            "/procedures", {"patient_id": draw.choice(patients), "per_page": 100}),
        "procedures of a provider, page 1": lambda: (
            "/procedures", {"provider_id": draw.choice(providers), "per_page": 100}, V3),
    }


def measure(client, what, draw):
    client.get(*draw())
    took = sorted(client.get(*draw())[1] for _ in range(from_environment("REQUESTS", 400)))
    print(f"{what:34} ms  p50 {part(took, .5):6.2f}  p99 {part(took, .99):6.2f}  "
          f"max {took[-1]:7.2f}  {'kept' if part(took, .99) < GOAL_MS else 'MISSED'}", flush=True)


# ---- against a server of files -------------------------------------------------------------------


class Nginx:
    """nginx with one worker for one file in memory, until it is closed."""

    def __init__(self, body):
        # Its files are in memory, and so are the bytes.
        self._folder = tempfile.TemporaryDirectory(dir="/dev/shm")
        root = pathlib.Path(self._folder.name)
        root.chmod(0o755)
        (root / "appointments").write_bytes(body)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (root / "nginx.conf").write_text(f"""
worker_processes 1; daemon off; pid {root}/pid; error_log {root}/errors;
events {{ worker_connections 256; }}
http {{
  access_log off; open_file_cache max=10; sendfile on; keepalive_requests 100000000;
  client_body_temp_path {root}/t1; proxy_temp_path {root}/t2; fastcgi_temp_path {root}/t3;
  uwsgi_temp_path {root}/t4; scgi_temp_path {root}/t5;
  server {{ listen 127.0.0.1:{self.port}; root {root}; default_type application/json; }}
}}""")
        self._process = subprocess.Popen(
            ["nginx", "-c", root / "nginx.conf", "-e", root / "errors"])
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert time.monotonic() < deadline, "nginx does not answer"
                time.sleep(0.05)

    def close(self):
        self._process.terminate()
        self._process.wait()
        self._folder.cleanup()


def wrk(url, headers, connections):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}", "--latency"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    out = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in out, out
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])


def against_nginx(client, folder):
    query = {"start": "2021-06-01", "end": "2021-07-01", "location_id": first_location(client),
             "per_page": 100, "subdomain": "green-dental"}
    body, _ = client.get("/appointments", query, V3)
    target = "/appointments?" + urllib.parse.urlencode(query)
    nginx = Nginx(body)
    try:
        for connections in (1, 16):
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(wrk(client.url.geturl() + target, {**client.headers, **V3},
                                connections))
                theirs.append(wrk(f"http://127.0.0.1:{nginx.port}{target}", {}, connections))
            ratio = statistics.median(ours) / statistics.median(theirs)
            print(f"{len(body):,} bytes, {connections} connections, requests/s: Chartbell "
                  f"{spread(ours)}; nginx {spread(theirs)}; {ratio:.3f} of nginx", flush=True)
    finally:
        nginx.close()


PARTS = {"reads": reads}
