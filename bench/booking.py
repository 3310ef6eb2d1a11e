"""Bookings: from POST /appointments until its appointment_insertion.complete is received.

booking  into OpenEMR's tables on a real MariaDB, one at a time and 50 a second; the whole daemon.

BENCH_ROUNDS (3), BENCH_BOOKINGS (400) of each round.
"""
import concurrent.futures
import datetime
import http.client
import json
import os
import pathlib
import sys
import time
import urllib.parse

import practice
from tools import ROOT, ROUNDS

sys.path.insert(0, str(ROOT / "tests/e2e"))

import mariadb  # noqa: E402: found by the line above
import openemr  # noqa: E402
from clinic import Clinic  # noqa: E402
from daemon import Location  # noqa: E402
from test_writes import ids_of  # noqa: E402
from waiting import until  # noqa: E402

BOOKINGS = int(os.environ.get("BENCH_BOOKINGS", 400))
A_SECOND = 50
CLIENTS = 16
FIRST = datetime.datetime(2031, 8, 1)


class Client:
    """One kept connection."""

    def __init__(self, clinic):
        address = urllib.parse.urlsplit(clinic.daemon.url).netloc
        self._connection = http.client.HTTPConnection(address)
        self._clinic, self._ids = clinic, ids_of(clinic, "patient", "provider")
        self._target = (f"/appointments?subdomain={clinic.api.subdomain}"
                        f"&location_id={self._ids['location']}")

    def book(self, number):
        """Our id of the appointment."""
        start = FIRST + datetime.timedelta(minutes=30 * number)
        body = {"appt": {"patient_id": self._ids["patient"], "provider_id": self._ids["provider"],
                         "start_time": start.isoformat()}}
        self._connection.request("POST", self._target, json.dumps(body), {
            "Authorization": self._clinic.config.api_keys[0].key,
            "Content-Type": "application/json"})
        answer = self._connection.getresponse()
        data = json.loads(answer.read())
        assert answer.status == 201, data
        return data["data"]["appt"]["id"]


def received(clinic):
    """When each appointment's event was, by our id."""
    out = {}
    for request in clinic.receiver.at("/events"):
        body = json.loads(request.body)
        assert body["event_name"] == "appointment_insertion.complete", body["event_name"]
        out.setdefault(body["data"]["appointment"]["id"], request.arrived)
    return out


def wait_for(clinic, count):
    clinic.receiver.wait(lambda: len(clinic.receiver.at("/events")) >= count, 60)


def one_at_a_time(clinic, numbers):
    client, begun = Client(clinic), {}
    for number in numbers:
        start = time.monotonic()
        begun[client.book(number)] = start
        wait_for(clinic, number + 1)
    return begun


def paced(clinic, numbers):
    """Each counts from when it was due, so waiting for a client is waiting."""
    clients = [Client(clinic) for _ in range(CLIENTS)]
    begin, begun = time.monotonic() + 0.2, {}

    def work(index):
        for place in range(index, len(numbers), CLIENTS):
            due = begin + place / A_SECOND
            time.sleep(max(0, due - time.monotonic()))
            begun[clients[index].book(numbers[place])] = due
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(work, range(CLIENTS)))
    wait_for(clinic, numbers[-1] + 1)
    return begun


def tell(name, clinic, begun):
    arrived = received(clinic)
    spent = sorted(1000 * (arrived[key] - start) for key, start in begun.items())
    print(f"booking  {name:14} {len(spent)} bookings  p50 {spent[len(spent) // 2]:.1f} ms  "
          f"p99 {spent[len(spent) * 99 // 100]:.1f} ms  max {spent[-1]:.1f} ms", flush=True)


def booking(folder):
    # As a practice has it: a transaction is on disk when it is answered.
    durable = [option for option in practice.logged("InnoDB")
               if "flush-log-at" not in option] + ["--innodb-flush-log-at-trx-commit=1"]
    server = mariadb.MariaDb(options=durable).start()
    server.create_database("openemr", openemr.DDL)
    office = openemr.OpenEmr(server.connect("openemr"))
    openemr.seed(office)
    clinic = Clinic(pathlib.Path(folder), office, server.url("openemr"), "openemr",
                    Location("Clinic", "America/New_York", "3"), capture="log",
                    write_url=server.url("openemr", user=mariadb.WRITER))
    try:
        clinic.daemon.start_ready()
        clinic.subscribe("/events", ("appointment_insertion",))
        until(lambda: clinic.api.sync_status()[0]["write_status"] == "green", 20,
              "writes are green")
        for number in range(ROUNDS):
            first = 2 * number * BOOKINGS
            numbers = range(first, first + BOOKINGS)
            tell("one at a time", clinic, one_at_a_time(clinic, numbers))
            numbers = range(first + BOOKINGS, first + 2 * BOOKINGS)
            tell(f"{A_SECOND} a second", clinic, paced(clinic, numbers))
    finally:
        clinic.close()
        server.remove()


PARTS = {"booking": booking}
