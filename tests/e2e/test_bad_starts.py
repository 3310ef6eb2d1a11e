"""What is wrong at the start is said in one clear line: what, where, and what to do.

Each time the program ends by itself with a code that is not 0, and tells no password, no patient.
"""
import os
import re
import socket
import subprocess

import pytest

import opendental
from daemon import MAPPING, one_source, run_command, status_of
from mariadb import READER_PASSWORD, free_port
from office import new_database

# Words that tell the reader what to do. A wrong word in a file needs none: its place is named.
ADVICE = re.compile(
    r"\b(check|use|choose|set|give|grant|make|free|start|stop|create|wanted|expected|must|needs?|"
    r"known|allowed|did you mean|try|add|remove|restore|is it|one of|run|instead|only|should|"
    r"another|mount|write)", re.IGNORECASE)


def must_name(daemon, *says):
    """The one line of a start that fails; it must say all of `says` (patterns)."""
    daemon.start()
    code = daemon.wait_end(30)
    assert code != 0, daemon.output()
    lines = daemon.complaints()
    assert len(lines) == 1, "wanted one line:\n" + daemon.output()
    for pattern in says:
        assert re.search(pattern, lines[0], re.IGNORECASE), f"{pattern!r} is not in {lines[0]!r}"
    must_tell_no_secret(daemon)
    return lines[0]


def must_refuse(daemon, *says):
    """The same where the remedy is not at hand: the line tells what to do, too."""
    line = must_name(daemon, *says)
    assert ADVICE.search(line), f"what to do? {line!r}"


def must_tell_no_secret(daemon):
    said = daemon.output()
    for secret in (READER_PASSWORD, "s3cret", "wrong-password", daemon.config.api_keys[0].key):
        assert secret not in said, said
    for _, last in opendental.PEOPLE:
        assert last not in said, said


@pytest.fixture
def config(mariadb, tmp_path):
    """A configuration that is right until a test spoils it."""
    name, _ = new_database(mariadb)
    made = one_source(tmp_path, mariadb.url(name))
    made.database = name
    return made


def line_of(config, fragment):
    """The number of the first line of the written file with that fragment."""
    lines = config.write().read_text().split("\n")
    return next(number for number, line in enumerate(lines, 1) if fragment in line)


# ---- configuration ------------------------------------------------------------------------------

@pytest.mark.parametrize("old,new,says", [
    ('capture = "scan"', 'captrue = "scan"', "captrue"),
    ('[server]', '[sevrer]', "sevrer"),
    ('mode = "development"', 'mode = "develop"', "develop"),
    ('mode = "development"', 'mode = 7', "mode"),
    ('initial_events = false', 'initial_events = "no"', "initial_events"),
    ('scan_interval = "200ms"', 'scan_interval = "soon"', "scan_interval|soon"),
    ('scan_interval = "200ms"', 'scan_interval = 2', "scan_interval"),
    ('timezone = "America/New_York"', 'timezone = "America/Gotham"', "America/Gotham"),
    ('listen = "127.0.0.1:0"', 'listen = "nowhere"', "listen|nowhere"),
    ('name = "front-office"', 'name = "front-office', ""),
    ('name = "Green Dental"', 'name = ["Green Dental"]', "name"),
])
def test_a_wrong_configuration_is_refused_with_file_and_line(config, old, new, says, daemons):
    config.edits = [(old, new)]
    line = line_of(config, new)
    must_name(daemons(config), rf"chartbell\.toml:{line}\b", says)


def test_a_source_url_of_an_unknown_kind_is_refused(config, daemons):
    config.institutions[0].sources[0].url = "oracle://reader:wrong-password@127.0.0.1/x"
    must_refuse(daemons(config), "url|oracle", "mariadb")


def test_a_configuration_that_is_not_there_is_named(tmp_path):
    code, out, err = run_command("serve", "-c", str(tmp_path / "no-such.toml"))
    assert code != 0 and "no-such.toml" in err and len(err.strip().split("\n")) == 1, out + err


def test_production_wants_no_key_in_clear(config, daemons):
    config.mode = "production"
    must_refuse(daemons(config), "key")


# ---- mapping ------------------------------------------------------------------------------------

@pytest.mark.parametrize("old,new", [
    ('AS "bio.city"', 'AS "bio.citty"'),
    ('AS "priority:int"', 'AS "priority:integer"'),
    ('"inactive:bool"', '"inactive:date"'),
    ('on_missing = { status = "inactive" }', 'on_missing = { stattus = "inactive" }'),
    ('enum(gender)', 'enum(genders)'),
    ('kind = "procedure"', 'kind = "procedures"'),
    ('  "procedurecode -> SELECT ProcNum FROM procedurelog WHERE CodeNum IN (:CodeNum)",\n', ''),
    ('embed = {', 'embedd = {'),
])
def test_a_wrong_mapping_is_refused_with_file_line_and_column(config, tmp_path, old, new, daemons):
    text = MAPPING.read_text()
    assert old in text
    spoiled = tmp_path / "mine.toml"
    spoiled.write_text(text.replace(old, new, 1))
    config.institutions[0].sources[0].mapping = str(spoiled)
    must_name(daemons(config), r"mine\.toml:\d+:\d+: ")


def test_a_mapping_that_is_not_there_is_named(config, daemons):
    config.institutions[0].sources[0].mapping = "no-such-system"
    must_name(daemons(config), "no-such-system")


# ---- database -----------------------------------------------------------------------------------

def test_an_unreachable_database_is_named(config, tmp_path, daemons):
    port = free_port()
    for url, place in ((f"mariadb://reader:wrong-password@127.0.0.1:{port}/x", str(port)),
                       (f"mariadb:///x?socket={tmp_path}/none&user=reader", "none")):
        config.institutions[0].sources[0].url = url
        must_refuse(daemons(config), place, "front-office|mariadb://")


def test_a_wrong_password_is_refused_without_telling_it(config, mariadb, daemons):
    config.institutions[0].sources[0].url = mariadb.url(config.database, "wrong-password")
    must_refuse(daemons(config), "denied|password", "reader")


def test_a_database_that_is_not_there_is_named(config, mariadb, daemons):
    config.institutions[0].sources[0].url = mariadb.url("no_such_practice")
    must_refuse(daemons(config), "no_such_practice")


@pytest.mark.parametrize("sql,says", [
    ("DROP TABLE inssub", "inssub"),
    ("ALTER TABLE patient DROP COLUMN WirelessPhone", "WirelessPhone")])
def test_a_missing_table_or_column_is_named(config, mariadb, sql, says, daemons):
    mariadb.run(sql, config.database)
    must_refuse(daemons(config), says)


# ---- machine ------------------------------------------------------------------------------------

def test_a_port_that_is_taken_is_named(config, daemons):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        config.listen = f"127.0.0.1:{port}"
        must_refuse(daemons(config), str(port), "in use|taken|bind")


def test_two_daemons_do_not_share_a_store(config, daemons):
    first = daemons(config).start_ready()
    must_refuse(daemons(config), "store|chartbell.db")
    assert status_of(first.url + "/healthz") == 200
    first.stop()


def test_a_store_folder_that_cannot_be_written_is_named(config, daemons):
    """A file where the folder should be: rights do not hold root back."""
    config.write()
    config.store_folder.rmdir()
    config.store_folder.symlink_to("/proc/self")
    must_refuse(daemons(config), re.escape(str(config.store_folder)))


def test_another_key_file_than_the_stores_is_refused(config, daemons):
    daemons(config).start_ready().stop()
    key_file = config.store_folder / "chartbell.key"
    kept = key_file.read_bytes()
    key_file.unlink()
    other = one_source(config.folder / "other", config.institutions[0].sources[0].url)
    daemons(other).start_ready().stop()
    (other.store_folder / "chartbell.key").rename(key_file)
    must_refuse(daemons(config), "key")
    key_file.write_bytes(kept)
    daemons(config).start_ready().stop()


def test_a_lost_key_file_is_not_replaced_by_a_new_key(config, daemons):
    daemons(config).start_ready().stop()
    key_file = config.store_folder / "chartbell.key"
    kept = key_file.rename(key_file.with_suffix(".kept"))
    must_refuse(daemons(config), "chartbell.key")
    assert not key_file.exists()
    kept.rename(key_file)
    daemons(config).start_ready().stop()


# ---- full disk ----------------------------------------------------------------------------------

@pytest.fixture
def small_disk(tmp_path):
    """Mounts a file system of a few kilobytes; skips where that is not allowed."""
    mounted = []

    def mount(folder, size):
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder],
                              capture_output=True, text=True)
        if done.returncode != 0:
            pytest.skip(f"no right to mount a small disk: {done.stderr.strip()}")
        mounted.append(folder)
    yield mount
    for folder in mounted:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_folder_of_documents_that_cannot_be_written_is_named(config, daemons, tmp_path):
    source = config.institutions[0].sources[0]
    source.write_folder = str(tmp_path / "no-such-folder")
    must_name(daemons(config), "chartbell.toml:\\d+", "write_folder", "needs a .?write_url")
    source.mapping = str(MAPPING.with_name("openemr.toml"))
    source.write_url = source.url
    must_refuse(daemons(config), "front-office", "write_folder", "no-such-folder", "No such file")


def fill(folder):
    """A file that takes all that is left."""
    ballast = folder / "ballast"
    with open(ballast, "wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            pass
    return ballast


def test_a_full_disk_at_the_start_is_told(config, small_disk, daemons):
    small_disk(config.store_folder, "64k")
    fill(config.store_folder)
    must_refuse(daemons(config), "full|space", re.escape(str(config.store_folder)))


def test_a_disk_that_fills_up_ends_the_daemon_and_loses_nothing(small_disk, offices):
    world = offices()
    small_disk(world.config.store_folder, "16m")
    world.open()
    ballast = fill(world.config.store_folder)
    emails = [f"{number}-{os.urandom(40).hex()}@example.org" for number in range(400)]
    keys = [world.practice.patient(Email=email, PatStatus=2) for email in emails]
    assert world.daemon.wait_end(60) != 0
    lines = world.daemon.complaints()
    assert len(lines) == 1 and re.search("full|space", lines[0], re.IGNORECASE), lines
    must_tell_no_secret(world.daemon)
    ballast.unlink()
    world.daemon.start_ready()
    for key, email in zip(keys, emails):
        world.inbox.take("patient_created", foreign_id=str(key), email=email)
    world.expect_silence()
