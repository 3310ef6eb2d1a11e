"""The dashboard where everybody it hears of means ill: tests/browser/hostile, each file on a
practice of its own whose names, patients, forms, receivers and users are naughty texts.
"""
import datetime
import itertools
import json

import naughty
import pytest
from browser import Browser
from chromium import run_browser_tests
from daemon import Institution, Location, PushedSource
from patient import Patient
from receiver import Answer
from vendor import Vendor

PASSWORD = "four words or something"
PLACE = "2"
LEAVES = ("first_name", "last_name", "email")
BIO_LEAVES = ("city", "street_address", "zip_code", "state", "phone_number")


class Hostile:
    """A practice that pushes and one with a book, and every field that takes a text has had one."""

    def __init__(self, folder):
        self.vendor = Vendor(folder, PushedSource(emr_name="<b>emr</b>"),
                             PushedSource("book:", name="desk", locations=[PLACE]))
        config = self.vendor.config
        config.institutions[0].name = naughty.SCRIPTS[0]
        config.institutions[0].locations = [
            Location(naughty.SCRIPTS[2], "America/New_York", "0"),
            Location(naughty.FORMULAS[0], "Pacific/Chatham", PLACE)]
        config.institutions += [
            Institution(f"other-{at}", text, [Location(text)]) for at, text in
            enumerate([naughty.SCRIPTS[1], naughty.LETTERS[0], naughty.LETTERS[7]])]
        config.api_keys[0].name = "<i>key</i>"
        self.vendor.open("appointment_requested")
        self.api = self.vendor.api
        self.query = {"subdomain": self.api.subdomain}
        self.admin = Browser(lambda: self.vendor.daemon.url)

    def fill(self):
        self.users()
        self.endpoints()
        patient = self.patients()
        self.requests(patient)
        self.forms(patient)
        self.audit()
        return self

    def users(self):
        made = self.admin.call("POST", "/api/v1/setup", {
            "token": self.vendor.daemon.setup_token, "name": "ada",
            "display_name": "Ada <img src=x onerror=ran(20)>", "password": PASSWORD})
        assert made.status == 201, made.raw
        names = [text[:100] for text in naughty.ALL]
        statuses = {text: self.admin.call("POST", "/api/v1/users", {
            "name": f"user-{at}", "display_name": text, "role": "viewer",
            "password": PASSWORD}).status for at, text in enumerate(names[:24] + names[-24:])}
        assert set(statuses.values()) <= {201, 400} and statuses[naughty.SCRIPTS[0]] == 201
        assert statuses[naughty.LETTERS[1]] == 400, "nothing turns the direction of a name"

    def endpoints(self):
        """Receivers whose answers are naughty, at naughty addresses, with naughty headers."""
        replies = itertools.cycle(naughty.ALL)
        for at, text in enumerate(naughty.ONE_LINE_ASCII[:12]):
            path = "/" + "".join(c if c.isalnum() else f"%{ord(c):02X}" for c in text)
            raw = "/<script>ran(30)</script>?x='\"{{7*7}}" if at == 0 else path[:900]
            made = self.api.call("POST", "/webhook_endpoints", {
                "target_url": self.vendor.receiver.url(raw), "headers": {"X-Naughty": text},
                "retry_schedule": [604_800]})
            assert made.status in (201, 400), made.raw
            if made.status != 201:
                continue
            self.vendor.receiver.answer(raw, *(
                Answer(500, next(replies).encode("utf-8", "surrogatepass"),
                       ("content-type: text/html",)) for _ in range(30)))
            self.api.subscribe(made.data["id"], "Patient", "*")
        for url in ("javascript:ran(31)", "data:text/html,<script>ran(32)</script>", "//evil"):
            assert self.api.call("POST", "/webhook_endpoints", {"target_url": url}).status == 400

    def patients(self):
        """Every text in some leaf; the id of one patient of the book."""
        texts = iter(naughty.ALL)
        for number in itertools.count(1):
            some = list(itertools.islice(texts, len(LEAVES) + len(BIO_LEAVES)))
            if not some:
                break
            some += ["x"] * (len(LEAVES) + len(BIO_LEAVES) - len(some))
            data = dict(zip(LEAVES, some))
            data["bio"] = dict(zip(BIO_LEAVES, some[len(LEAVES):]))
            answers = [self.vendor.push("patient", f"p-{number}", revision, **data, **more)
                       for revision, more in ((1, {}), (2, {"middle_name": "=changed()"}))]
            for answer in answers:
                assert answer.status in (200, 422), answer.raw
        big = self.vendor.push("patient", "big", 1, first_name="<b>" * 300_000)
        assert big.status in (200, 413, 422), big.raw
        assert self.vendor.push("patient", "nul", 1, first_name="a\0b").status in (200, 422)
        made = self.api.call("PUT", "/api/v1/sources/desk/resources/patient/mine", {
            "revision": 1, "data": {"first_name": naughty.SCRIPTS[2], "last_name": "=1+1",
                                    "bio": {"date_of_birth": "1980-03-31"}}}, self.query)
        assert made.status == 200, made.raw
        return made.data["id"]

    def location(self):
        (row,) = self.api.get("/locations", **self.query).data
        return next(one["id"] for one in row["locations"] if one["foreign_id"] == PLACE)

    def requests(self, patient):
        provider = self.api.call(
            "PUT", "/api/v1/sources/desk/resources/provider/dr",
            {"revision": 1, "data": {"name": naughty.SCRIPTS[3]}}, self.query).data["id"]
        for days, text in enumerate(naughty.SCRIPTS + naughty.FORMULAS, 30):
            start = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
            made = self.api.call("POST", "/appointments", {"appt": {
                "patient_id": patient, "provider_id": provider, "note": text,
                "start_time": start.strftime("%Y-%m-%dT13:00:00Z")}},
                {**self.query, "location_id": self.location()})
            assert made.status in (201, 400), made.raw

    def forms(self, patient):
        template = {
            "name": "naughty", "languages": ["en"], "title": {"en": naughty.SCRIPTS[0]},
            "schema": {"$schema": "https://json-schema.org/draft/2020-12/schema",
                       "type": "object", "additionalProperties": False,
                       "properties": {"story": {"type": "string", "maxLength": 4000}}},
            "sections": [{"title": {"en": naughty.SCRIPTS[4]}, "fields": [
                {"field": "story", "label": {"en": naughty.SCRIPTS[5]}, "widget": "long_text"}]}]}
        made = self.api.call("POST", "/form_templates", template, self.query)
        assert made.status == 201, made.raw
        for text in naughty.ALL[::4]:
            asked = self.api.call("POST", "/form_requests", {"form_request": {
                "patient_id": patient, "form_template_id": made.data["id"],
                "location_id": self.location()}}, self.query)
            assert asked.status == 201, asked.raw
            browser = Patient(asked.data["form_request"]["url"])
            sent = browser.send(browser.open("1980-03-31"), {"story": text})
            assert sent.status in (303, 400, 422), sent.text

    def audit(self):
        for text in naughty.ALL:
            answer = self.admin.call("POST", "/api/v1/audit/reveals",
                                     {"resource_type": text, "id": text})
            assert answer.status in (201, 400), answer.raw

    def close(self):
        self.vendor.inbox.drop()
        self.vendor.close()


@pytest.mark.parametrize("file", ["naughty.test.mjs", "security.test.mjs"])
def test_the_dashboard_among_enemies(tmp_path, file):
    world = Hostile(tmp_path).fill()
    run_browser_tests(world.vendor.daemon.url, f"hostile/{file}",
                      CHARTBELL_NAUGHTY=json.dumps(naughty.SCRIPTS), CHARTBELL_RECEIVER="none")
    world.close()
