"""The patient's page in a real browser: tests/browser, against a daemon with a book of its own."""
import json
import os

import pytest

from chromium import run_browser_tests
from daemon import PushedSource
from test_forms import text_of
from vendor import Vendor

LOCATION = "2"
FORMS = ("page.test.mjs", "forms.test.mjs")
TESTS = os.environ.get("CHARTBELL_BROWSER_TESTS")  # one file of them


@pytest.fixture(scope="module")
def practice(tmp_path_factory):
    world = Vendor(tmp_path_factory.mktemp("practice"),
                   PushedSource("book:", name="desk", locations=[LOCATION])).open()
    world.patient = world.push("patient", "p-1", 1, first_name="Ana", last_name="Núñez",
                               bio={"date_of_birth": "1980-03-31"}).data["id"]
    world.inbox.take("patient_created", foreign_id="p-1")
    locations = world.api.get("/locations", subdomain=world.api.subdomain).data
    world.location = next(place["id"] for one in locations for place in one["locations"]
                          if place["foreign_id"] == LOCATION)
    yield world
    untaken = world.inbox.drop()
    world.close()
    assert untaken == [], "events that no form explains"


def texts(answer):
    """What of an answer the paper has in the patient's own words."""
    if isinstance(answer, dict):
        return [answer["name"]]
    return [answer] if isinstance(answer, str) and " " in answer else []


def expect_paper(practice, response, answers):
    pdf = practice.api.get(response["response_documents"][0]["pdf_url"])
    assert pdf.status == 200 and pdf.raw.startswith(b"%PDF")
    shown = "".join(text_of(pdf.raw).split())
    for answer in answers.values():
        for text in texts(answer):
            assert "".join(text.split()) in shown, text


def test_the_page_in_a_browser(practice, tmp_path):
    completed = tmp_path / "completed.jsonl"
    completed.touch()
    run_browser_tests(practice.daemon.url, *([TESTS] if TESTS else FORMS),
                      CHARTBELL_KEY=practice.config.api_keys[0].key,
                      CHARTBELL_SUBDOMAIN=practice.api.subdomain,
                      CHARTBELL_PATIENT=str(practice.patient),
                      CHARTBELL_LOCATION=str(practice.location),
                      CHARTBELL_COMPLETED=str(completed))
    forms = [json.loads(line) for line in completed.read_text().splitlines()]
    assert len(forms) >= (1 if TESTS else 20)
    for form in forms:
        practice.inbox.take("form_request_completed", id=form["id"])
        (row,) = practice.api.get("/form_responses", subdomain=practice.api.subdomain,
                                  form_request_id=form["id"]).data
        told = practice.inbox.take("form_response_insertion.complete", id=row["id"])
        assert told.object["form_request_id"].replace("-", "") == form["id"]
        expect_paper(practice, told.object, form["answers"])
