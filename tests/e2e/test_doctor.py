"""`chartbell doctor` and `chartbell mapping check` against real servers: what they find and say."""
import json

import pytest

import daemon as daemons
import openemr
import postgres
from clinic import Clinic
from daemon import ROOT, Location, run_command
from mariadb import READER, READER_PASSWORD, WRITER
from office import new_database
from opendental_api import AUTHORIZATION, OpenDentalApi
from receiver import Receiver
from test_postgres import DDL, Practice


def mapping_file(name):
    return str(ROOT / "mappings" / f"{name}.toml")


def doctor(config, code):
    """The findings as {(severity, subject, what)}; the exit code must be the one expected."""
    path = config.write()
    found = run_command("doctor", "--json", "-c", path)
    assert found[0] == code, found
    assert "s3cret" not in found[1] + found[2]
    report = json.loads(found[1])
    assert all(bool(each["mend"]) == (each["severity"] != "fine") for each in report["findings"])
    return [(each["severity"], each["subject"], each["what"]) for each in report["findings"]]


def has(findings, severity, subject, words):
    return any(each[0] == severity and each[1].endswith(subject) and words in each[2]
               for each in findings)


def test_a_healthy_office_is_told_what_would_make_it_faster(mariadb, tmp_path):
    database, _ = new_database(mariadb)
    findings = doctor(daemons.one_source(tmp_path, mariadb.url(database), capture="auto"), 1)
    assert has(findings, "fine", "front-office", "connected to mariadb://reader@")
    assert has(findings, "fine", "front-office: tables", "can be read")
    assert has(findings, "fine", "front-office: patient", "11 rows")
    assert has(findings, "warning", "front-office: capture", "log_bin is OFF")
    assert not has(findings, "fault", "", "")
    assert not list((tmp_path / "store").iterdir()), "the doctor changes nothing"


def test_who_insists_on_a_log_must_have_one(mariadb, tmp_path):
    database, _ = new_database(mariadb)
    findings = doctor(daemons.one_source(tmp_path, mariadb.url(database), capture="log"), 2)
    assert has(findings, "fault", "front-office: capture", "log_bin is OFF")


def test_who_wants_scans_is_not_told_of_logs(mariadb, tmp_path):
    database, _ = new_database(mariadb)
    findings = doctor(daemons.one_source(tmp_path, mariadb.url(database), capture="scan"), 1)
    assert [each[2] for each in findings if each[1].endswith(": capture")] == [
        "this source is scanned, as configured"]


def test_the_doctor_speaks_to_a_person(mariadb, tmp_path):
    database, _ = new_database(mariadb)
    path = daemons.one_source(tmp_path, mariadb.url(database), capture="auto").write()
    code, said, _ = run_command("doctor", "-c", path)
    assert code == 1
    assert "→ set log_bin = binlog in the server's [mysqld] section, and restart it" in said
    assert "until that is mended, changes are noticed by polling" in said
    assert said.endswith("\n5 warnings\n"), said


def test_a_wrong_password_is_a_fault(mariadb, tmp_path):
    database, _ = new_database(mariadb)
    url = mariadb.url(database, password="s3cret-but-wrong")
    findings = doctor(daemons.one_source(tmp_path, url), 2)
    assert has(findings, "fault", "green-dental/front-office", "Access denied")


def test_a_right_and_a_column_that_are_missing_are_faults(mariadb, tmp_path):
    database, practice = new_database(mariadb)
    practice.sql("ALTER TABLE patient DROP COLUMN TxtMsgOk")
    tables = [row["t"] for row in practice.sql(
        "SELECT table_name AS t FROM information_schema.tables WHERE table_schema = DATABASE() "
        "AND table_name <> 'insplan'")]
    practice.sql(f"CREATE OR REPLACE USER half@localhost IDENTIFIED BY '{READER_PASSWORD}'"
                 .replace("%", "%%"), ())
    for table in tables:
        practice.sql(f"GRANT SELECT ON {database}.{table} TO half@localhost")
    url = mariadb.url(database).replace("user=reader", "user=half")
    findings = doctor(daemons.one_source(tmp_path, url), 2)
    assert has(findings, "fault", "front-office: patient", "TxtMsgOk")
    assert has(findings, "fault", "front-office: insurance_coverage", "SELECT command denied")
    assert not has(findings, "fault", "front-office: appointment", "")
    refused = [each for each in findings if "SELECT command denied" in each[2]]
    assert len(refused) == 1, "a table that may not be read is told once"
    assert "mariadb://" not in refused[0][2]


def test_a_key_read_through_a_scan_is_told(mariadb, tmp_path):
    database, practice = new_database(mariadb)
    practice.sql("ALTER TABLE histappointment DROP KEY AptNum")
    practice.sql("INSERT INTO histappointment (AptNum, HistApptAction) "
                 "SELECT seq, 0 FROM seq_1_to_20000")
    findings = doctor(daemons.one_source(tmp_path, mariadb.url(database)), 1)
    assert has(findings, "warning", "front-office: appointment", "reads the whole table h")


def test_a_zone_that_is_no_locations_is_told(mariadb, tmp_path):
    database, _ = new_database(mariadb)
    config = daemons.one_source(tmp_path, mariadb.url(database))
    config.institutions[0].locations = [Location("Far", "Pacific/Kiritimati", "0")]
    findings = doctor(config, 1)
    assert has(findings, "warning", "front-office: time zone", "Pacific/Kiritimati +14:00")
    config.institutions[0].locations = [Location("Nowhere", "Pacific/Nowhere", "0")]
    assert has(doctor(config, 2), "fault", "green-dental/Nowhere", "Pacific/Nowhere")


def test_endpoints_are_called_by_their_host(offices, tmp_path):
    world = offices().open()
    gone = Receiver(tmp_path / "journal")
    url = gone.url("/hidden-path")
    gone.close()
    world.api.new_endpoint(url)
    world.daemon.stop()
    findings = doctor(world.config, 1)
    assert has(findings, "fine", "endpoint 1", "127.0.0.1:")
    assert has(findings, "warning", "endpoint 2", "cannot be reached")
    assert "hidden-path" not in str(findings)
    world.endpoints.clear()  # the doctor signs nothing


def test_a_bad_configuration_is_a_fault_with_its_place(tmp_path):
    config = daemons.one_source(tmp_path, "mariadb://u@h/d")
    config.edits = [("scan_interval", "scan_intervall")]
    assert has(doctor(config, 2), "fault", "configuration", "scan_intervall")


# ---- mapping check ----------------------------------------------------------------------------

def test_a_mapping_is_shown_without_values(mariadb):
    database, practice = new_database(mariadb)
    practice.update("patient", 1, Gender=9, FName="Verysecretname")
    code, said, errors = run_command("mapping", "check", mapping_file("opendental"), "--source",
                                     mariadb.url(database), "--samples", "20")
    assert code == 1, errors
    for value in ("Verysecretname", "Okafor", "佐藤", "212", "1980-05-03", "s3cret"):
        assert value not in said + errors
    assert '"(999)999-9999"' in said
    assert "bio.gender: 1 value shown as null" in said


def test_a_mapping_may_be_named(mariadb):
    database, practice = new_database(mariadb)
    code, said, errors = run_command("mapping", "check", "opendental", "--source",
                                     mariadb.url(database), "--timezone", "America/New_York")
    assert code == 0, said + errors
    assert "location_id: 11 values of no location's row" in said
    code, _, errors = run_command("mapping", "check", "opendent", "--source",
                                  mariadb.url(database))
    assert code == 2 and 'no mapping "opendent"; name one of mappings/' in errors


def test_recurring_events_are_counted(mariadb):
    mariadb.create_database("openemr_check", openemr.DDL)
    openemr.seed(openemr.OpenEmr(mariadb.connect("openemr_check")))
    code, said, _ = run_command("mapping", "check", mapping_file("openemr"), "--source",
                                mariadb.url("openemr_check"))
    assert code == 0, said
    assert "1 row, 1 left out by its where" in said


def test_a_mapping_that_does_not_fit_is_a_fault(mariadb):
    mariadb.create_database("empty_check", "CREATE TABLE x (id int)")
    code, said, _ = run_command("mapping", "check", mapping_file("opendental"), "--source",
                                mariadb.url("empty_check"))
    assert code == 2
    assert "patient" in said and "→ use a mapping that fits" in said


@pytest.mark.skipif(postgres.programs() is None, reason="postgresql is not installed")
def test_a_postgres_office(tmp_path):
    server = postgres.Postgres().start()
    try:
        server.create_database("practice", DDL)
        world = Clinic(tmp_path, Practice(server, "practice"), server.url("practice"),
                       "practice-postgres", Location("Calle Mayor", "Europe/Madrid", "3"),
                       capture="auto")
        findings = doctor(world.config, 1)
        world.receiver.close()
        assert has(findings, "fine", "front-office: capture", "wal_level is logical")
        assert has(findings, "warning", "front-office: capture", "keeps the server's log without")
        assert has(findings, "warning", "front-office: capture", "the role may not make one")
        assert has(findings, "fine", "front-office: capture", "noticed by polling")
        assert not has(findings, "fault", "", "")
        code, said, _ = run_command("mapping", "check", mapping_file("practice-postgres"),
                                    "--source", server.url("practice"))
        assert (code, "Lucía" in said) == (0, False)
    finally:
        server.remove()


def openemr_config(mariadb, folder, name, writer, **source):
    mariadb.create_database(name, openemr.DDL)
    practice = openemr.OpenEmr(mariadb.connect(name))
    openemr.seed(practice)
    config = daemons.one_source(folder, mariadb.url(name), mapping=mapping_file("openemr"),
                                write_url=mariadb.url(name, user=writer), **source)
    config.institutions[0].locations = [Location("Clinic", "America/New_York", "3")]
    return config, practice


def test_who_may_write_is_told_so_and_nothing_is_written(mariadb, tmp_path):
    config, practice = openemr_config(mariadb, tmp_path, "openemr_doctor_writes", WRITER)
    before = practice.sql("SELECT COUNT(*) AS n FROM openemr_postcalendar_events")
    findings = doctor(config, 1)
    assert has(findings, "fine", "front-office: writing", "can be run")
    assert practice.sql("SELECT COUNT(*) AS n FROM openemr_postcalendar_events") == before


def test_a_folder_of_documents_is_looked_at(mariadb, tmp_path):
    name = "openemr_doctor_folder"
    config, _ = openemr_config(mariadb, tmp_path, name, WRITER)
    assert has(doctor(config, 1), "fine", "front-office: documents", "write_folder")
    source = config.institutions[0].sources[0]
    source.write_folder = str(tmp_path / "documents")
    (tmp_path / "documents").mkdir()
    assert has(doctor(config, 1), "fine", "front-office: writing", "can be run")
    source.write_folder = str(tmp_path / "no-such-folder")
    assert has(doctor(config, 2), "fault", "front-office: writing", "no-such-folder")


def test_who_may_not_write_is_told_what_is_missing(mariadb, tmp_path):
    config, _ = openemr_config(mariadb, tmp_path, "openemr_doctor_reads", READER)
    findings = doctor(config, 2)
    assert has(findings, "fault", "front-office: writing appointment", "INSERT command denied")
    assert has(findings, "fault", "front-office: writing appointment", "UPDATE command denied")
    assert has(findings, "fault", "front-office: writing patient", "INSERT command denied")


@pytest.mark.parametrize("key, severity", [(AUTHORIZATION, "fine"), ("ODFHIR a/b", "fault")])
def test_an_interface_is_asked_whether_it_answers(mariadb, tmp_path, key, severity):
    database, _ = new_database(mariadb)
    api = OpenDentalApi(lambda: mariadb.connect(database))
    try:
        config = daemons.one_source(tmp_path, mariadb.url(database), write_url=api.url,
                                    write_key=key)
        findings = doctor(config, 1 if severity == "fine" else 2)
        assert has(findings, severity, "front-office: writing", "interface")
        assert {method for method, _ in api.calls} == {"GET"}
    finally:
        api.close()


def test_a_mapping_that_cannot_write_is_a_fault(mariadb, tmp_path):
    database, _ = new_database(mariadb)
    url = mariadb.url(database)
    findings = doctor(daemons.one_source(tmp_path, url, write_url=url), 2)
    assert has(findings, "fault", "front-office: writing", "has no [[write]]")
