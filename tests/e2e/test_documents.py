"""Documents of patients through Open Dental's interface, on good days and bad ones."""
import http.client
import urllib.parse

import pytest

from api_client import Api
from daemon import run_command
from office import Office
from opendental_api import (AUTHORIZATION, BREAK, LATE, LOSE_AFTER, LOSE_BEFORE, OpenDentalApi,
                            REFUSE, THROTTLE)
from test_accounts import made
from test_writes import ids_of
from waiting import until

PDF = b"%PDF-1.7\r\n\x00\xff--B\r\n" + bytes(range(256)) * 20
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def world(mariadb, tmp_path_factory):
    office = Office(mariadb, tmp_path_factory.mktemp("documents"))
    api = OpenDentalApi(lambda: mariadb.connect(office.database), late_seconds=0.5)
    source = office.config.institutions[0].sources[0]
    source.write_url, source.write_key, source.write_doubt = api.url, AUTHORIZATION, "2s"
    office.open()
    office.ids = ids_of(office)
    until(lambda: office.api.sync_status()[0]["write_status"] == "green", 20, "writes are green")
    yield office, api
    office.close()
    api.close()


@pytest.fixture(autouse=True)
def good_days(world):
    yield
    world[1].mood = lambda: None


def form(content, filename="scan.pdf", **fields):
    out = b"".join(f'--BoundarY\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
                   f"{value}\r\n".encode() for name, value in fields.items())
    out += (f'--BoundarY\r\nContent-Disposition: form-data; name="file"; filename="{filename}"'
            "\r\nContent-Type: text/html\r\n\r\n").encode()
    return out + content + b"\r\n--BoundarY--\r\n"


def send(office, content=PDF, api=None, patient=None, **fields):
    return (api or office.api).call(
        "POST", f"/patients/{patient or office.ids['patient']}/documents",
        form(content, **fields), {"subdomain": office.api.subdomain},
        {"Content-Type": "multipart/form-data; boundary=BoundarY"})


def write_of(office, document):
    rows = office.api.get("/api/v1/writes", subdomain=office.api.subdomain,
                          resource_id=document).data
    return rows[0]


def ended(office, document, seconds=40):
    until(lambda: write_of(office, document)["status"] in ("complete", "failed"), seconds,
          lambda: write_of(office, document))
    return write_of(office, document)


def marked(api, content):
    return [row for row in api.documents if row["content"] == content]


def test_a_document_is_written_listed_and_served(world):
    office, api = world
    answer = send(office, filename="Zoë's scan.pdf", document_type_id=14)
    assert answer.status == 201, answer.raw
    shown = answer.data
    assert (shown["filename"], shown["type"], shown["document_type_id"], shown["foreign_id"]) == (
        "Zoë's scan.pdf", "pdf", 14, None)
    write = ended(office, shown["id"])
    assert write["status"] == "complete"
    (row,) = marked(api, PDF)
    assert (row["DocCategory"], row["extension"]) == (14, ".pdf")
    assert row["Description"].startswith("Zoë's scan.pdf [")
    assert shown["url"].split("/")[-1][:32] not in row["Description"]
    listed = office.api.get(f"/patients/{office.ids['patient']}/documents",
                            subdomain=office.api.subdomain).data
    (one,) = [document for document in listed if document["id"] == shown["id"]]
    assert one["foreign_id"] == str(row["DocNum"]) and one["url"] == shown["url"]
    file = office.api.get(shown["url"])
    assert (file.status, file.raw) == (200, PDF)
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["cache-control"] == "no-store"
    assert file.headers["x-content-type-options"] == "nosniff"
    assert file.headers["content-disposition"].startswith("attachment; ")
    assert "scan.pdf" not in office.daemon.output()
    assert shown["url"] not in office.daemon.output()


@pytest.mark.parametrize("mood", [LOSE_AFTER, LATE, BREAK, LOSE_BEFORE, THROTTLE])
def test_a_bad_day_writes_it_once(world, mood):
    office, api = world
    moods = [mood]
    api.mood = lambda: moods.pop() if moods else None
    content = PDF + bytes([mood])
    documents = [send(office, content).data["id"]]
    assert ended(office, documents[0])["status"] == "complete"
    assert len(marked(api, content)) == 1


def test_two_of_one_name_and_content_are_two(world):
    office, api = world
    moods = [LOSE_AFTER, LOSE_AFTER]
    api.mood = lambda: moods.pop() if moods else None
    content = PDF + b"twice"
    first, second = send(office, content).data["id"], send(office, content).data["id"]
    keys = {ended(office, one)["foreign_id"] for one in (first, second)}
    assert keys == {str(row["DocNum"]) for row in marked(api, content)} and len(keys) == 2


def test_what_is_refused_is_gone(world):
    office, api = world
    moods = [REFUSE]
    api.mood = lambda: moods.pop() if moods else None
    shown = send(office, PDF + b"refused").data
    assert ended(office, shown["id"])["status"] == "failed"
    assert office.api.get(shown["url"]).status == 404
    assert marked(api, PDF + b"refused") == []


def test_a_daemon_that_is_killed_writes_it_once(world):
    office, api = world
    moods = [LOSE_AFTER]
    api.mood = lambda: moods.pop() if moods else None
    content = PDF + b"killed"
    shown = send(office, content).data
    office.daemon.kill()
    office.daemon.start_ready()
    assert ended(office, shown["id"])["status"] == "complete"
    assert len(marked(api, content)) == 1
    assert office.api.get(shown["url"]).raw == content


def test_ten_mebibytes_pass_and_more_do_not(world):
    office, api = world
    content = PDF + bytes(10 * MIB - len(PDF))
    answer = send(office, content)
    assert answer.status == 201, answer.raw
    assert ended(office, answer.data["id"])["status"] == "complete"
    assert len(marked(api, content)) == 1
    assert office.api.get(answer.data["url"]).raw == content
    assert send(office, content + b"x").errors == ["file is longer than 10 MiB"]


def status_of_head(office, path, length, key, kind):
    """What is answered to a head alone."""
    there = urllib.parse.urlsplit(office.daemon.url)
    connection = http.client.HTTPConnection(there.hostname, there.port, timeout=10)
    connection.putrequest("POST", path)
    for name, value in (("Authorization", key), ("Content-Type", kind),
                        ("Content-Length", str(length))):
        connection.putheader(name, value)
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_large_body_is_refused_before_it_is_read(world):
    office, _ = world
    kind, key = "multipart/form-data; boundary=B", office.config.api_keys[0].key
    path = f"/patients/{office.ids['patient']}/documents?subdomain={office.api.subdomain}"
    assert status_of_head(office, path, 12 * MIB, key, kind) == 413
    assert status_of_head(office, path, 2 * MIB, "nobody", kind) == 401
    assert status_of_head(office, path, 2 * MIB, key, "application/json") == 413
    assert status_of_head(office, "/appointments", 2 * MIB, key, kind) == 413


def test_what_it_is_is_told_by_its_bytes(world):
    office, _ = world
    assert send(office, b"<script>alert(1)</script>").errors == [
        "file must be a PDF, a PNG or a JPEG"]
    assert send(office, b"\x89PNG\r\n\x1a\nx", filename="../x.pdf").data["filename"] == "x.pdf.png"


def key_of_another(office):
    code, out, errors = run_command("keys", "create", "-c", str(office.daemon.config.write()),
                                    "--name", "another", "--institution", "blue-dental")
    assert code == 0, errors
    return out.strip()


def test_keys_that_may_not_write_or_see_it(world):
    office, _ = world
    shown = send(office).data
    another = Api(lambda: office.daemon.url, key_of_another(office))
    answer = another.get(shown["url"])
    assert (answer.status, answer.errors) == (404, ["Document not found"])
    assert send(office, api=another).status == 403
    reader = Api(lambda: office.daemon.url, made(office.daemon, "reader", "--scope", "read"))
    refused = send(office, api=reader)
    assert refused.status == 403 and refused.errors == ["This key lacks the scope write"]
    writer = Api(lambda: office.daemon.url, made(office.daemon, "writer", "--scope", "write"))
    assert writer.get(shown["url"]).status == 403
    assert Api(lambda: office.daemon.url, "nobody").get(shown["url"]).status == 401
    assert send(office, patient=4711).status == 404
