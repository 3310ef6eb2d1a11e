"""Many sources in one process: a few threads follow them all, and a dead one holds up nobody."""
import os
import pathlib
import re

import daemon as daemons
from api_client import Api
from mariadb import LOGGED, MariaDb
from office import new_database
from receiver import Receiver
from waiting import until

SOURCES = int(os.environ.get("CHARTBELL_SOURCES", 100))
# The loops, the writer, names, logging, the clerk; and eight for sources.
THREADS_MAX = 20


def status_field(daemon, name):
    status = pathlib.Path(f"/proc/{daemon.pid}/status").read_text()
    return int(re.search(rf"{name}:\s+(\d+)", status).group(1))


def institution(number, url):
    return daemons.Institution(subdomain=f"practice-{number}", name=f"Practice {number}",
                               sources=[daemons.Source(url, capture="log")])


def test_a_hundred_sources_share_a_few_threads(tmp_path, capsys):
    living = MariaDb(options=[*LOGGED, "--max-connections=1000"]).start()
    dying = MariaDb(options=LOGGED).start()
    receiver = Receiver(tmp_path / "journal")
    name, practice = new_database(living)
    other, _ = new_database(dying)
    institutions = [institution(number, living.url(name)) for number in range(SOURCES)]
    institutions += [institution(SOURCES + number, dying.url(other)) for number in range(20)]
    daemon = daemons.Daemon(daemons.Config(tmp_path / "office", institutions))
    try:
        daemon.start_ready()
        api = Api(lambda: daemon.url, daemon.config.api_keys[0].key)
        endpoint = api.new_endpoint(receiver.url("/events"))
        for number in range(SOURCES):
            api.subscribe(endpoint["id"], "Patient", "patient_updated", f"practice-{number}")
        until(lambda: all(Api(lambda: daemon.url, api._key, f"practice-{n}").sources()[0]
                          ["capture"]["phase"] == "live" for n in range(0, SOURCES, 9)),
              60, daemon.output)
        dying.freeze()
        for number in range(1, 4):
            practice.update("patient", number, Email=f"many-{number}@example.org")
            receiver.wait(lambda: len(receiver.at("/events")) == SOURCES * number, 30,
                          lambda: f"{len(receiver.at('/events'))} of {SOURCES * number}")
        threads, resident = status_field(daemon, "Threads"), status_field(daemon, "VmRSS") / 1024
        with capsys.disabled():
            print(f"\n{SOURCES + 20} sources: {threads} threads, {resident:.0f} MiB")
        assert threads <= THREADS_MAX
        gone = Api(lambda: daemon.url, api._key, f"practice-{SOURCES}")
        until(lambda: gone.sync_status()[0]["read_status"] == "red", 60, gone.sync_status)
        dying.thaw()
        until(lambda: gone.sync_status()[0]["read_status"] == "green", 60, gone.sync_status)
        daemon.stop()
    finally:
        daemon.kill()
        receiver.close()
        dying.thaw()
        living.remove()
        dying.remove()
