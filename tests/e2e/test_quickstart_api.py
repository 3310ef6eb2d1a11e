"""docs/quickstart-api.md, walked: its blocks run in order, and say what the page shows."""
import os
import re
import signal
import subprocess

import pytest

import opendental
from daemon import BINARY, ROOT
from mariadb import free_port
from office import new_database
from opendental_api import OpenDentalApi

PAGE = (ROOT / "docs/quickstart-api.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.M | re.S)
SECONDS = 60


def practice_of_the_page(practice):
    opendental.seed_directory(practice)
    patient = practice.patient(FName="Mary", LName="Okafor")
    practice.appointment(patient, AptDateTime="2031-07-01 08:00:00", Pattern="/XXXX/")


@pytest.fixture
def record_system(mariadb):
    """The database's URL and the interface's."""
    database, _ = new_database(mariadb, practice_of_the_page)
    api = OpenDentalApi(lambda: mariadb.connect(database))
    yield mariadb.url(database), api.url
    api.close()


def replaced(text, pairs):
    for old, new in pairs:
        assert old in PAGE
        text = text.replace(old, new)
    return text


def shown_by_the_page():
    """(the script of a step, what it is said to print), in order."""
    steps = []
    for language, text in BLOCKS:
        if language == "sh":
            steps.append([text, ""])
        elif language in ("json", "text"):
            steps[-1][1] += text
    return steps


def run(folder, steps, ports):
    """What each step printed. Whatever the script started ends with it."""
    mark = "--- the next step ---\n"
    script = "set -e\n" + f"echo '{mark.strip()}'\n".join(text for text, _ in steps)
    (folder / "chartbell").symlink_to(BINARY)
    with open(folder / "output", "w+") as output:
        process = subprocess.Popen(
            ["bash", "-c", replaced(script, ports)], cwd=folder, stdout=output,
            stderr=subprocess.STDOUT, start_new_session=True,
            env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"})
        try:
            code = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            code = "it did not end"
        finally:
            os.killpg(process.pid, signal.SIGKILL)
        output.seek(0)
        said = output.read()
    assert code == 0, said
    return said.split(mark)


def fits(shown, said):
    """`…` stands for anything within a line."""
    pattern = ".*".join(map(re.escape, shown.split("…")))
    return re.fullmatch(pattern, said)


def test_the_walk_goes_as_the_page_says(record_system, tmp_path):
    url, write_url = record_system
    ports = [("localhost:8040", f"127.0.0.1:{(server := free_port())}"),
             ("127.0.0.1:8040", f"127.0.0.1:{server}"), ("8041", str(receiver := free_port()))]
    config = next(text for language, text in BLOCKS if language == "toml")
    (tmp_path / "chartbell.toml").write_text(replaced(config, ports[1:2] + [
        ("mariadb://reader:secret@127.0.0.1:3306/opendental", url),
        ("opendental:https://api.opendental.com/api/v1", write_url)]))
    steps = shown_by_the_page()
    for (script, shown), said in zip(steps, run(tmp_path, steps, ports), strict=True):
        said = said.replace(str(receiver), "8041")
        assert fits(shown, said), f"{script}\nprints\n{said}\nand the page shows\n{shown}"
