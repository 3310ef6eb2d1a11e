"""Benchmarks of what stands in front of the API.

slow_clients  honest requests with and without a thousand slow clients, in turns
access_log    requests a second with the access log and without
access        /healthz against /institutions: what naming who asks, and limiting them, costs

BENCH_ROUNDS (3), BENCH_SLOW (1000), BENCH_SECONDS (5).
"""
import contextlib
import multiprocessing
import os
import re
import socket
import statistics
import subprocess
import time
import urllib.parse

from tools import ROUNDS, spread

SLOW = int(os.environ.get("BENCH_SLOW", 1000))
SECONDS = int(os.environ.get("BENCH_SECONDS", 5))
SHARES = 20  # slow clients that say their byte at a time
OF_ADDRESS = 100  # slow clients; the server's limit is 256

HEAD = b"GET /institutions HTTP/1.1\r\nHost: t\r\nX-Slow: "
BODY = b"POST /authenticates HTTP/1.1\r\nHost: t\r\nContent-Length: 100000\r\n\r\n"
READ = b"GET /openapi.json HTTP/1.1\r\nHost: t\r\n\r\n" * 20


def daemon_at(folder, **server):
    """A daemon without record systems; its settings of [server] as given."""
    import daemon
    config = daemon.Config(folder, [daemon.Institution()])
    config.edits = [("[server]\n", "[server]\n" + "".join(f"{name} = {value}\n"
                                                           for name, value in server.items()))]
    return daemon.Daemon(config).start_ready()


@contextlib.contextmanager
def serving(folder, **server):
    watcher = daemon_at(folder, **server)
    try:
        yield watcher
    finally:
        watcher.stop()


def wrk(url, path, key, connections=8):
    """(requests a second, p99 in ms) of honest clients."""
    out = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}", "--latency", "-H",
         f"Authorization: {key}", url + path], capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in out, out
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    tail = re.search(r"99%\s+([\d.]+)(us|ms|s)\n", out)
    assert tail, out
    number, unit = tail.groups()
    return rate, float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


# ---- slow clients --------------------------------------------------------------------------------

class Slow:
    """Opens again what the server ends. Each third: a head by the byte, a body by the byte, answers
    that nobody reads."""

    def __init__(self, port, number):
        self._port, self._number = port, number
        self.socket = None

    def open(self):
        self.close()
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.bind((f"127.0.1.{1 + self._number // OF_ADDRESS}", 0))
        self.socket.settimeout(2)
        self.socket.connect(("127.0.0.1", self._port))
        self.socket.setblocking(False)
        self.socket.send((HEAD, BODY, READ)[self._number % 3])

    def trickle(self):
        """True as long as the server bears with it."""
        try:
            if self._number % 3 == 2:
                return True
            self.socket.send(b"x")
            return self.socket.recv(1024) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False

    def close(self):
        if self.socket is not None:
            self.socket.close()


def held_on(client):
    """Whether its connection is still the one of a second ago."""
    if client.trickle():
        return True
    client.open()
    return False


def be_slow(port, held, stop):
    clients = [Slow(port, number) for number in range(SLOW)]
    for client in clients:
        client.open()
    os.nice(19)
    steady = [True] * SLOW
    while not stop.is_set():
        for first in range(SLOW // SHARES):  # evenly over a second
            for number in range(first, SLOW, SLOW // SHARES):
                steady[number] = held_on(clients[number])
            stop.wait(SHARES / SLOW)
        held.value = sum(steady)
    for client in clients:
        client.close()


@contextlib.contextmanager
def slow_ones(port):
    held, stop = multiprocessing.Value("i", 0), multiprocessing.Event()
    process = multiprocessing.Process(target=be_slow, args=(port, held, stop))
    process.start()
    while held.value < SLOW * 8 // 10:
        time.sleep(0.1)
    try:
        yield held
    finally:
        stop.set()
        process.join()


def slow_clients(folder):
    with serving(folder) as watcher:
        key = watcher.config.api_keys[0].key
        port = urllib.parse.urlsplit(watcher.url).port
        alone, beside, ratios = [], [], []
        wrk(watcher.url, "/institutions", key)
        for _ in range(ROUNDS):
            rate, p99 = wrk(watcher.url, "/institutions", key)
            alone.append(p99)
            with slow_ones(port) as held:
                slow_rate, slow_p99 = wrk(watcher.url, "/institutions", key)
                print(f"alone {rate:8,.0f}/s p99 {p99:6.2f} ms   beside {held.value} slow ones "
                      f"{slow_rate:8,.0f}/s p99 {slow_p99:6.2f} ms", flush=True)
            beside.append(slow_p99)
            ratios.append(slow_p99 / p99)
        print(f"p99 alone, ms   {spread(alone, 2)}")
        print(f"p99 beside, ms  {spread(beside, 2)}")
        print(f"ratio           {spread(ratios, 2)}")


# ---- a request's own costs -----------------------------------------------------------------------

def access_log(folder):
    rates = {"false": [], "true": []}
    for round_ in range(ROUNDS):
        for setting, seen in rates.items():
            with serving(folder / f"{setting}-{round_}", access_log=setting) as watcher:
                seen.append(wrk(watcher.url, "/institutions", watcher.config.api_keys[0].key)[0])
    for setting, seen in rates.items():
        print(f"access_log = {setting:5}  requests/s {spread(seen)}")
    with_it, without = (statistics.median(rates[setting]) for setting in ("true", "false"))
    print(f"ratio of medians {with_it / without:.2f}")


def access(folder):
    with serving(folder) as watcher:
        for path in ("/healthz", "/institutions", "/openapi.json"):
            rates = [wrk(watcher.url, path, watcher.config.api_keys[0].key)[0]
                     for _ in range(ROUNDS)]
            print(f"{path:16} requests/s {spread(rates)}")


PARTS = {"slow_clients": slow_clients, "access_log": access_log, "access": access}
