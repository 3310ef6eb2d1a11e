"""Documents of patients, written by SQL: into OpenEMR's tables and folder on a real MariaDB, and
into the sandbox practice."""
import base64
import hashlib
import pathlib
import re

import pytest

import openemr
from clinic import Clinic
from cutting_proxy import ANSWER, QUESTION, CuttingProxy
from daemon import Location
from mariadb import WRITER
from test_documents import MIB, PDF, ended, send, write_of
from test_forms import PETS, asked, complete, response_to, taken, template
from test_sandbox import Practice
from test_writes import ids_of
from waiting import until

DATABASE = "openemr_documents"


class OpenEmrClinic(Clinic):
    """With the folder that OpenEMR keeps documents in."""

    def rows(self, filename):
        return self.practice.sql("SELECT d.*, c.name AS category FROM documents d"
                                 " LEFT JOIN categories_to_documents l ON l.document_id = d.id"
                                 " LEFT JOIN categories c ON c.id = l.category_id"
                                 " WHERE d.name = %s", (filename,))

    def files(self):
        return sorted(path for path in self.shelf.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def clinic(mariadb, tmp_path_factory):
    folder = tmp_path_factory.mktemp("documents-sql")
    mariadb.create_database(DATABASE, openemr.DDL)
    practice = openemr.OpenEmr(mariadb.connect(DATABASE))
    openemr.seed(practice)
    practice.sql("CREATE TRIGGER no_such BEFORE INSERT ON documents FOR EACH ROW"
                 " IF NEW.name = 'refused.pdf' THEN SIGNAL SQLSTATE '45000'; END IF")
    shelf = folder / "documents"
    shelf.mkdir()
    proxy = CuttingProxy(folder / "proxy.sock", mariadb.socket)
    world = OpenEmrClinic(folder / "clinic", practice, mariadb.url(DATABASE), "openemr",
                          Location("Clinic", "America/New_York", "3"),
                          write_url=proxy.url(mariadb, DATABASE, WRITER), write_folder=str(shelf))
    world.shelf, world.proxy = shelf, proxy
    world.open()
    world.ids = ids_of(world)
    until(lambda: world.api.sync_status()[0]["write_status"] == "green", 20, "writes are green")
    yield world
    world.close()
    proxy.close()


def written_once(clinic, filename, content):
    """The one row of a document that was written, and its file's path."""
    (row,) = clinic.rows(filename)
    path = pathlib.Path(re.fullmatch(r"file://(.*)", row["url"])[1])
    assert path.parent == clinic.shelf / "1" and path.read_bytes() == content
    return row, path


def test_a_document_is_a_row_and_a_file(clinic):
    answer = send(clinic, filename="Zoë's scan.pdf", document_type_id=2)
    assert answer.status == 201, answer.raw
    write = ended(clinic, answer.data["id"])
    assert write["status"] == "complete"
    row, path = written_once(clinic, "Zoë's scan.pdf", PDF)
    assert str(row["id"]) == write["foreign_id"]
    assert (row["type"], row["size"], row["mimetype"]) == ("file_url", len(PDF), "application/pdf")
    assert (row["foreign_id"], row["path_depth"], row["encrypted"]) == (1, 1, 0)
    assert row["hash"] == hashlib.sha3_512(PDF).hexdigest()
    assert row["category"] == "Lab Report" and row["docdate"] == row["date"].date()
    assert path.stat().st_mode & 0o7 == 0 and path.parent.stat().st_mode & 0o7 == 0
    secret = answer.data["url"].split("/")[-1][:32]
    assert secret not in row["url"] and re.fullmatch(r"[0-9a-f]{32}\.pdf", path.name)
    assert clinic.practice.sql("SELECT id FROM sequences")[0]["id"] == row["id"]
    assert answer.data["url"] not in clinic.daemon.output()


def test_a_category_that_there_is_none_of_is_patient_information(clinic):
    for number, more in enumerate(({}, {"document_type_id": 4711})):
        name = f"category{number}.pdf"
        assert ended(clinic, send(clinic, filename=name, **more).data["id"])["status"] == "complete"
        assert written_once(clinic, name, PDF)[0]["category"] == "Patient Information"


@pytest.mark.parametrize("lost", [ANSWER, QUESTION])
def test_a_connection_that_breaks_at_the_commit_writes_it_once(clinic, lost):
    name, content = f"{lost}.pdf", PDF + lost.encode()
    cuts = clinic.proxy.cuts
    clinic.proxy.cut = lost
    document = send(clinic, content, filename=name).data["id"]
    assert ended(clinic, document)["status"] == "complete"
    assert clinic.proxy.cuts == cuts + 1
    row, path = written_once(clinic, name, content)
    assert [file for file in clinic.files() if file.read_bytes() == content] == [path]
    assert write_of(clinic, document)["foreign_id"] == str(row["id"])


def test_a_daemon_that_is_killed_writes_it_once(clinic):
    content = PDF + b"killed"
    clinic.proxy.cut = ANSWER
    document = send(clinic, content, filename="killed.pdf").data["id"]
    clinic.daemon.kill()
    clinic.daemon.start_ready()
    assert ended(clinic, document)["status"] == "complete"
    clinic.proxy.cut = None
    _, path = written_once(clinic, "killed.pdf", content)
    assert [file for file in clinic.files() if file.read_bytes() == content] == [path]


@pytest.mark.parametrize("lost", [None, ANSWER, QUESTION])
def test_a_form_is_a_file_that_its_row_names(clinic, lost):
    request = asked(clinic, template(clinic, PETS))
    clinic.proxy.cut = lost
    complete(clinic, request, {"cat": "true", "story": f"قطة اسمها لولو {lost}"})
    taken(clinic, "form_request_completed", id=request["id"])
    response = response_to(clinic, request)
    event = taken(clinic, "form_response_insertion.complete", id=response["id"])
    (document,) = event.object["response_documents"]
    pdf = clinic.api.get(document["pdf_url"]).raw
    (path,) = [file for file in clinic.files() if file.read_bytes() == pdf]
    (row,) = clinic.practice.sql("SELECT * FROM documents WHERE url = %s", (f"file://{path}",))
    assert row["hash"] == hashlib.sha3_512(pdf).hexdigest() and row["name"].startswith("Pets")


def test_what_is_refused_leaves_neither_row_nor_file(clinic):
    files = clinic.files()
    write = ended(clinic, send(clinic, filename="refused.pdf").data["id"])
    assert write["status"] == "failed"
    assert clinic.rows("refused.pdf") == () and clinic.files() == files
    assert "refused.pdf" not in clinic.daemon.output()


def test_a_folder_that_is_away_is_waited_for(clinic):
    away = clinic.shelf.with_name("away")
    clinic.shelf.rename(away)
    document = send(clinic, filename="away.pdf").data["id"]
    until(lambda: any("file_not_written" in line for line in clinic.daemon.lines), 20,
          "the folder is missed")
    assert clinic.rows("away.pdf") == ()
    away.rename(clinic.shelf)
    assert ended(clinic, document)["status"] == "complete"
    written_once(clinic, "away.pdf", PDF)


def test_ten_mebibytes(clinic):
    content = PDF + bytes(10 * MIB - len(PDF))
    document = send(clinic, content, filename="large.pdf").data["id"]
    assert ended(clinic, document)["status"] == "complete"
    written_once(clinic, "large.pdf", content)


def test_without_its_folder_documents_are_not_taken(mariadb, tmp_path):
    practice = openemr.OpenEmr(mariadb.connect(DATABASE))
    world = Clinic(tmp_path, practice, mariadb.url(DATABASE), "openemr",
                   Location("Clinic", "America/New_York", "3"),
                   write_url=mariadb.url(DATABASE, user=WRITER)).open()
    world.ids = ids_of(world, "patient")
    until(lambda: world.api.sync_status()[0]["write_status"] == "green", 20, "writes are green")
    assert send(world).status == 422
    world.close()


def test_the_sandbox_keeps_the_bytes_in_its_row(tmp_path):
    practice = Practice(tmp_path / "practice.db")
    practice.sql("INSERT INTO patient (LName, FName, MiddleI, PatStatus, Gender, Birthdate, "
                 "Address, Address2, City, State, Zip, HmPhone, WkPhone, WirelessPhone, Guarantor,"
                 " Email, PriProv, BillingType, ClinicNum, TxtMsgOk, Language, SecDateEntry)"
                 " VALUES ('Okafor', 'Amara', '', 0, 1, '1980-05-03', '1 Main St', '', 'Albany',"
                 " 'NY', '12201', '', '', '', 1, '', 1, 40, 0, 0, '', '2026-01-02')")
    url = f"sqlite:{tmp_path}/practice.db"
    world = Clinic(tmp_path / "clinic", practice, url, "sandbox",
                   Location("Main Street", "America/New_York", "0"), write_url=url).open()
    world.ids = ids_of(world, "patient")
    until(lambda: world.api.sync_status()[0]["write_status"] == "green", 20, "writes are green")
    for number, more in enumerate(({}, {"document_type_id": 14})):
        answer = send(world, filename=f"it's {number}.pdf", **more)
        assert answer.status == 201, answer.raw
        write = ended(world, answer.data["id"])
        assert write["status"] == "complete"
        row = practice.row("document", "DocNum", write["foreign_id"])
        assert base64.b64decode(row["RawBase64"]) == PDF
        assert (row["PatNum"], row["Description"]) == (1, f"it's {number}.pdf")
        assert row["DocCategory"] == more.get("document_type_id", 60)
    assert len(practice.sql("SELECT * FROM document")) == 2
    world.close()


