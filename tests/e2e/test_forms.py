"""Forms: a patient's link, the record system's document, and both events."""
import hashlib
import json
import re
import subprocess

import jsonschema
import pytest

from office import Office
from opendental_api import AUTHORIZATION, LOSE_AFTER, OpenDentalApi, REFUSE
from patient import Patient, plausible
from shape import differences, sample
from test_writes import ids_of
from waiting import until

SHIPPED = ["consent-to-treatment", "medical-history", "new-patient-intake"]
PETS = {"name": "pets", "languages": ["en"], "title": {"en": "Pets"},
        "schema": {"$schema": "https://json-schema.org/draft/2020-12/schema",
                   "type": "object", "additionalProperties": False,
                   "properties": {"cat": {"type": "boolean"},
                                  "story": {"type": "string", "maxLength": 4000}}},
        "sections": [{"title": {"en": "At home"}, "fields": [
            {"field": "cat", "label": {"en": "Do you have a cat?"}},
            {"field": "story", "label": {"en": "Tell us about it"}, "widget": "long_text"}]}]}


@pytest.fixture(scope="module")
def world(mariadb, tmp_path_factory):
    office = Office(mariadb, tmp_path_factory.mktemp("forms"))
    office.record_system = OpenDentalApi(lambda: mariadb.connect(office.database),
                                         late_seconds=0.5)
    source = office.config.institutions[0].sources[0]
    source.write_url, source.write_key = office.record_system.url, AUTHORIZATION
    source.write_doubt = "2s"
    office.open()
    office.ids = ids_of(office)
    until(lambda: office.api.sync_status()[0]["write_status"] == "green", 20, "writes are green")
    office.pets = template(office, PETS)
    yield office
    office.close()
    office.record_system.close()


@pytest.fixture(autouse=True)
def good_days(world):
    yield
    world.record_system.mood = lambda: None


# ---- a form's way -------------------------------------------------------------------------------

def template(office, text):
    answer = office.api.call("POST", "/form_templates", text, {"subdomain": office.api.subdomain})
    assert answer.status in (200, 201), answer.raw
    return answer.data["id"]


def shipped(office, name):
    (row,) = office.api.get("/form_templates", subdomain=office.api.subdomain, name=name).data
    return office.api.get(f"/form_templates/{row['id']}",
                          subdomain=office.api.subdomain).data


def ask(office, form, api=None, **more):
    return (api or office.api).call(
        "POST", "/form_requests",
        {"form_request": {"patient_id": office.ids["patient"], "form_template_id": form,
                          "location_id": office.ids["location"], **more}},
        {"subdomain": office.api.subdomain})


def asked(office, form=None, **more):
    answer = ask(office, form or office.pets, **more)
    assert answer.status == 201, answer.raw
    return answer.data["form_request"]


def born(office):
    row = office.api.get(f"/patients/{office.ids['patient']}", subdomain=office.api.subdomain).data
    return row["bio"]["date_of_birth"]


def complete(office, request, answers):
    patient = Patient(request["url"])
    page = patient.open(born(office))
    answer = patient.send(page, answers)
    assert answer.status == 303, answer.text
    assert patient.ask("GET", answer.headers["location"]).status == 200
    return patient


def response_to(office, request):
    rows = office.api.get("/form_responses", subdomain=office.api.subdomain,
                          form_request_id=request["id"]).data
    assert len(rows) == 1, rows
    return office.api.get(f"/form_responses/{rows[0]['id']}", subdomain=office.api.subdomain).data


def taken(office, name, **wanted):
    """The event, in the vendor's shape."""
    event = office.inbox.take(name, 40, **wanted)
    try:
        assert differences(sample(name), event.body) == []
    except FileNotFoundError:
        pass  # the vendor has no sample of a failure
    return event


def text_of(pdf):
    """Without the marks that pdftotext puts around what is written from the right."""
    out = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", out.stdout.decode())


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_form_goes_all_its_way(world, name, language):
    version = shipped(world, name)
    assert language in version["template"]["languages"]
    request = asked(world, version["id"], language=language)
    answers = plausible(version["template"])
    complete(world, request, answers)

    told = taken(world, "form_request_completed", id=request["id"]).object
    assert told == {"id": request["id"], "location_id": world.ids["location"],
                    "appointment_id": None}
    response = response_to(world, request)
    event = taken(world, "form_response_insertion.complete", id=response["id"])
    assert event.object["form_request_id"].replace("-", "") == request["id"]
    assert event.object["patient_id"] == world.ids["patient"]
    jsonschema.validate(response["answers"], version["template"]["schema"])

    (document,) = event.object["response_documents"]
    pdf = world.api.get(document["pdf_url"])
    assert pdf.status == 200 and pdf.raw.startswith(b"%PDF")
    assert version["template"]["title"][language] in text_of(pdf.raw).replace("\n", " ")
    assert "Zoë Ångström" in text_of(pdf.raw)
    (row,) = [row for row in world.record_system.documents if row["content"] == pdf.raw]
    assert row["PatNum"] == 1
    shown = world.api.get("/form_requests/" + request["id"], subdomain=world.api.subdomain).data
    assert shown["status"] == "completed" and "url" not in shown


SCRIPTS = {"arabic": "محمد بن عبد الله", "hebrew": "יעל כהן־לוי", "chinese": "王小明住在北京",
           "japanese": "山田さくら カタカナ", "korean": "김민수", "devanagari": "प्रिया शर्मा क्षत्रिय",
           "thai": "สมชาย ใจดี", "vietnamese": "Nguyễn Thị Hạnh", "emoji": "Ana 😀 👩‍⚕️ ok"}


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_was_answered_is_on_paper_in_any_script(world, script):
    request = asked(world)
    complete(world, request, {"cat": "true", "story": SCRIPTS[script]})
    taken(world, "form_request_completed", id=request["id"])
    response = response_to(world, request)
    assert response["answers"] == {"cat": True, "story": SCRIPTS[script]}
    taken(world, "form_response_insertion.complete", id=response["id"])
    pdf = world.api.get(response["response_documents"][0]["pdf_url"]).raw
    assert SCRIPTS[script] in text_of(pdf)


def test_what_is_stored_and_logged_is_not_in_clear(world):
    secret = "kept-between-us-" + hashlib.sha256(b"x").hexdigest()[:12]
    request = asked(world)
    complete(world, request, {"cat": "true", "story": secret})
    taken(world, "form_request_completed", id=request["id"])
    taken(world, "form_response_insertion.complete", id=response_to(world, request)["id"])
    token = request["url"].rsplit("/", 1)[1]
    for file in world.config.store_folder.iterdir():
        content = file.read_bytes()
        assert secret.encode() not in content and token.encode() not in content, file
    log = world.daemon.output()
    assert secret not in log and token not in log


# ---- templates ----------------------------------------------------------------------------------

def test_a_version_never_changes(world):
    longer = json.loads(json.dumps(PETS))
    longer["title"]["en"] = "Pets and more"
    second = template(world, longer)
    assert second != world.pets and template(world, longer) == second
    first = world.api.get(f"/form_templates/{world.pets}", subdomain=world.api.subdomain).data
    assert first["template"] == PETS and first["version"] == 1
    versions = world.api.get("/form_templates", subdomain=world.api.subdomain, name="pets").data
    assert [row["version"] for row in versions] == [2, 1]
    off = world.api.call("PATCH", f"/form_templates/{second}", {"active": False},
                         {"subdomain": world.api.subdomain})
    assert off.status == 200 and ask(world, second).status == 409


def test_a_wrong_template_is_refused_with_its_place(world):
    wrong = json.loads(json.dumps(PETS))
    wrong["schema"]["properties"]["cat"]["pattern"] = "(a+)+"
    answer = world.api.call("POST", "/form_templates", wrong, {"subdomain": world.api.subdomain})
    assert answer.status == 400
    assert answer.errors[0].startswith("/schema/properties/cat/pattern")


# ---- links --------------------------------------------------------------------------------------

def neutral(page):
    headers = {name: value for name, value in page.headers.items() if name != "date"}
    return page.status, sorted(headers.items()), page.raw


def test_links_that_lead_nowhere_are_not_told_apart(world):
    used, revoked = asked(world), asked(world)
    complete(world, used, {"cat": "true"})
    taken(world, "form_request_completed", id=used["id"])
    taken(world, "form_response_insertion.complete", id=response_to(world, used)["id"])
    gone = world.api.call("DELETE", "/form_requests/" + revoked["id"],
                          query={"subdomain": world.api.subdomain})
    assert gone.status == 200 and gone.data["status"] == "revoked"
    token = used["url"].rsplit("/", 1)[1]
    guessed = used["url"].replace(token, token[::-1] if token != token[::-1] else "A" * 43)
    answers = [neutral(Patient(url).ask("GET")) for url in (used["url"], revoked["url"], guessed)]
    assert answers[0][0] == 404
    assert answers[0] == answers[1] == answers[2]
    posts = [neutral(Patient(url).say_birth(born(world)))
             for url in (used["url"], revoked["url"], guessed)]
    assert posts[0][0] == 404 and posts[0] == posts[1] == posts[2]


def test_nothing_personal_is_shown_before_the_date_of_birth(world):
    request = asked(world)
    page = Patient(request["url"]).ask("GET")
    row = world.practice.sql("SELECT LName, FName FROM patient WHERE PatNum = 1")[0]
    assert page.status == 200
    assert row["LName"] not in page.text and row["FName"] not in page.text
    assert "cat" not in page.text, "the form itself is not shown either"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"


def test_guessing_the_date_of_birth_ends_the_link(world):
    request = asked(world)
    patient = Patient(request["url"])
    right = born(world)
    wrong = [f"19{n:02}-01-01" for n in range(1, 12) if f"19{n:02}-01-01" != right]
    statuses = [patient.say_birth(date).status for date in wrong[:5]]
    assert statuses == [422, 422, 422, 422, 429]
    assert patient.say_birth(right).status == 429, "locked, whatever is said"
    assert patient.ask("GET").status == 429


def test_a_draft_is_found_again(world):
    request = asked(world)
    patient = Patient(request["url"])
    kept = patient.send(patient.open(born(world)), {"story": "half of it"}, act="keep")
    assert kept.status == 303
    shown = world.api.get("/form_requests/" + request["id"], subdomain=world.api.subdomain).data
    assert shown["has_draft"] and shown["status"] == "open"
    world.daemon.kill()
    world.daemon.start_ready()
    later = Patient(request["url"].replace(request["url"].split("/")[2],
                                           world.daemon.url.split("/")[2]))
    assert later.open(born(world)).controls()["story"] == ["half of it"]


# ---- hostile ------------------------------------------------------------------------------------

HOSTILE = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{7*7}}${7*7}",
           "'; DROP TABLE patient; --", "&lt;b&gt; &amp; </textarea><script>x</script>",
           "</title><svg onload=alert(1)>", "𝕏 \U0001f469‍⚕️ שלום مرحبا नमस्ते 你好"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text(world, text):
    request = asked(world)
    patient = Patient(request["url"])
    kept = patient.send(patient.open(born(world)), {"story": text}, act="keep")
    assert kept.status == 303, kept.text
    page = patient.ask("GET", kept.headers["location"])
    assert page.controls()["story"] == [text]
    for payload in ("<script>", "<img", "<svg"):
        assert payload not in page.text.replace('<script src="/f/form.js"', "")
    assert patient.send(page, {"story": text}).status == 303
    response = response_to(world, request)
    assert response["answers"]["story"] == text
    taken(world, "form_request_completed", id=request["id"])
    event = taken(world, "form_response_insertion.complete", id=response["id"])
    pdf = world.api.get(event.object["response_documents"][0]["pdf_url"]).raw
    subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True)


@pytest.mark.parametrize("text", ["a‮b", "a\x00b", "a\x1bb", "\ud800".encode(
    "utf-8", "surrogatepass"), b"\xff\xfe", "x" * 5000, "x" * 900_000])
def test_what_is_no_text_is_refused_and_nothing_is_lost(world, text):
    request = asked(world)
    patient = Patient(request["url"])
    page = patient.open(born(world))
    answer = patient.send(page, {"story": text})
    assert answer.status in (400, 422), answer.status
    shown = world.api.get("/form_requests/" + request["id"], subdomain=world.api.subdomain).data
    assert shown["status"] == "open"


def test_a_form_of_another_site_is_refused(world):
    request = asked(world)
    patient = Patient(request["url"])
    page = patient.open(born(world))
    fields = {**page.controls(), "cat": ["true"], "_act": ["submit"]}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert patient.ask("POST", patient.path + "/answers", fields, headers).status == 403
    forged = {**fields, "_secret": ["0" * 64]}
    assert patient.ask("POST", patient.path + "/answers", forged).status == 403
    stranger = Patient(request["url"])
    assert stranger.ask("POST", stranger.path + "/answers", fields).status == 403


# ---- the record system's bad days ---------------------------------------------------------------

def test_what_is_refused_fails_is_kept_and_written_again(world):
    moods = [REFUSE]
    world.record_system.mood = lambda: moods.pop() if moods else None
    request = asked(world)
    complete(world, request, {"story": "refused at first"})
    taken(world, "form_request_completed", id=request["id"])
    response = response_to(world, request)
    failed = taken(world, "form_response_insertion.failed", id=response["id"])
    assert failed.data["error"]["code"] == "refused"
    assert failed.object["status"] == "failed"
    assert world.api.get(failed.object["response_documents"][0]["pdf_url"]).status == 200
    again = world.api.call("POST", f"/form_responses/{response['id']}/write",
                           query={"subdomain": world.api.subdomain})
    assert again.status == 202 and again.data["status"] == "pending"
    taken(world, "form_response_insertion.complete", id=response["id"])
    assert response_to(world, request)["status"] == "complete"
    assert world.api.call("POST", f"/form_responses/{response['id']}/write",
                          query={"subdomain": world.api.subdomain}).status == 409


def test_a_lost_answer_writes_it_once(world):
    moods = [LOSE_AFTER]
    world.record_system.mood = lambda: moods.pop() if moods else None
    request = asked(world)
    complete(world, request, {"story": "said, and not heard"})
    taken(world, "form_request_completed", id=request["id"])
    event = taken(world, "form_response_insertion.complete",
                  id=response_to(world, request)["id"])
    pdf = world.api.get(event.object["response_documents"][0]["pdf_url"]).raw
    assert len([row for row in world.record_system.documents if row["content"] == pdf]) == 1


# ---- other places -------------------------------------------------------------------------------

def test_a_record_system_that_is_only_read_takes_none(mariadb, tmp_path):
    office = Office(mariadb, tmp_path / "read").open()
    office.ids = ids_of(office)
    request = asked(office, shipped(office, "consent-to-treatment")["id"])
    complete(office, request, plausible(shipped(office, "consent-to-treatment")["template"]))
    taken(office, "form_request_completed", id=request["id"])
    response = response_to(office, request)
    failed = taken(office, "form_response_insertion.failed", id=response["id"])
    assert failed.data["error"]["code"] == "not_taken"
    assert office.api.get(response["response_documents"][0]["pdf_url"]).status == 200
    office.close()
