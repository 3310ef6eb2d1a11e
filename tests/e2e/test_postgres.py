"""A practice in a real PostgreSQL, through mappings/practice-postgres.toml."""
import pathlib

import pytest

import postgres
from clinic import Clinic
from daemon import Location

DDL = (pathlib.Path(__file__).parent / "practice-postgres.sql").read_text()

pytestmark = pytest.mark.skipif(postgres.programs() is None, reason="postgresql is not installed")


class Practice:
    """Changes rows by plain SQL."""

    def __init__(self, server, database):
        self._server, self._database = server, database

    def sql(self, text):
        return self._server.run(text, self._database)


@pytest.fixture(scope="module")
def server():
    made = postgres.Postgres().start()
    yield made
    made.remove()


@pytest.fixture(scope="module", params=["scan", "slot"])
def clinic(server, tmp_path_factory, request):
    """Once with scans alone and the least rights, once with a slot and its publication our own."""
    database = f"practice_{request.param}"
    server.create_database(database, DDL)
    url = server.url(database, "reader" if request.param == "scan" else "postgres")
    world = Clinic(tmp_path_factory.mktemp("clinic"), Practice(server, database), url,
                   "practice-postgres", Location("Calle Mayor", "Europe/Madrid", "3"),
                   capture=request.param).open()
    assert world.api.sources()[0]["capture"]["mode"] == request.param
    yield world
    untaken = world.inbox.drop()
    world.close()
    assert untaken == [], "events that no change explains"


def test_an_appointment_comes_changes_and_goes(clinic):
    clinic.practice.sql("INSERT INTO appointment (code, patient_id, provider_id, location_id, "
                        "begins, ends, note) VALUES ('Ö-9', 1, 1, 3, '2031-01-07 09:00+01', "
                        "'2031-01-07 09:45+01', 'it''s new')")
    told = clinic.inbox.take("appointment_created", foreign_id="Ö-9").object
    assert told["start_time"] == "2031-01-07T08:00:00.000Z"
    assert told["timezone_offset"] == "+1:00"
    assert (told["provider_name"], told["note"]) == ("Lucía Núñez", "it's new")
    assert told["patient"]["foreign_id"] == "1"
    clinic.practice.sql("UPDATE appointment SET confirmed = true WHERE code = 'Ö-9'")
    assert clinic.inbox.take("appointment_updated", foreign_id="Ö-9").previous == {
        "confirmed": False}
    clinic.practice.sql("DELETE FROM appointment WHERE code = 'Ö-9'")
    assert clinic.inbox.take("appointment_updated", foreign_id="Ö-9").object["deleted"] is True


def test_money_dates_and_booleans(clinic):
    clinic.practice.sql("INSERT INTO patient (id, first_name, last_name, born, balance, archived) "
                        "VALUES (9, 'Max', 'M', '1980-02-29', -12.5, true)")
    told = clinic.inbox.take("patient_created", foreign_id="9").object
    assert told["balance"]["amount"] == "-12.50"
    assert told["bio"]["date_of_birth"] == "1980-02-29"
    assert told["inactive"] is True


def test_a_joined_table_changes_coverages(clinic):
    clinic.practice.sql("INSERT INTO coverage (patient_id, plan_id, number) VALUES (1, 1, 'N-1')")
    event = clinic.inbox.take("patient_insurance_created", subscriber_num="N-1")
    assert event.object["insurance_type"] == "dental"
    clinic.practice.sql("UPDATE insurance_plan SET medical = true WHERE id = 1")
    told = clinic.inbox.take("patient_insurance_updated", id=event.object["id"])
    assert told.previous == {"insurance_type": "dental"}


def test_a_procedure_refers_to_an_appointment_by_its_text_key(clinic):
    clinic.practice.sql("INSERT INTO treatment (patient_id, provider_id, appointment_id, code, "
                        "fee) VALUES (2, 1, 'ä-3', 'D1110', 77.01)")
    event = clinic.inbox.take("procedure_created", code="D1110")
    assert event.object["appointment_id"] is not None
    assert event.object["fee"]["amount"] == "77.01"


def test_a_server_that_restarts_is_read_again(clinic, server):
    server.stop()
    clinic.wait_read_status("red")
    server.start()
    clinic.practice.sql("UPDATE patient SET email = 'x@example.org' WHERE id = 2")
    clinic.inbox.take("patient_updated", 45, foreign_id="2", email="x@example.org")
    clinic.inbox.take("sync_status_read_change.green")
