"""A front desk's day: a location with a book, and beside it a record system that has lost rows."""
import datetime
import re
import sqlite3

from daemon import ROOT, Location, PushedSource, Source
from patient import Patient, plausible
from vendor import Vendor
from waiting import until

LOST, KEPT = 60, 20
NAUGHTY = "<img src=x onerror=alert(1)>"
MAPPINGS = (ROOT / "docs/mappings.md").read_text()


def example(language):
    """The first block of that language in docs/mappings.md: tables, or their mapping."""
    return re.search(rf"^```{language}\n(.*?)^```$", MAPPINGS, re.M | re.S).group(1)


class Desk(Vendor):
    """open() books what waits, and takes rows from the record system behind Chartbell's back."""

    def __init__(self, folder):
        self._database = folder / "practice.db"
        with sqlite3.connect(self._database) as connection:
            connection.executescript(example("sql"))
            connection.executemany("INSERT INTO customer VALUES (?, 'Eve', 'Lost', '', 'F', '', 0)",
                                   [(100 + i,) for i in range(LOST + KEPT)])
        mapping = folder / "molaris.toml"
        mapping.write_text(example("toml"))
        url = f"sqlite:{self._database}"
        super().__init__(folder, PushedSource("book:", name="desk", locations=["2"]),
                         Source(url, mapping=str(mapping), write_url=url))
        self.config.institutions[0].locations = [
            Location("Main", "America/New_York", ""), Location("Hafen", "Europe/Berlin", "2")]

    def open(self, *more_events):
        super().open(*more_events)
        self.locations = {row["name"]: row["id"] for row in self.api.get(
            "/locations", subdomain=self.api.subdomain).data[0]["locations"]}
        self.provider = self.push("provider", "dr", 1, name="Dr. Who").data["id"]
        self.push("provider", "dds", 1, name="Dr. Jones")
        self.push("operatory", "chair", 1, name="Chair 2", active=True, location_id="2")
        self.patient = self.push("patient", "p-1", 1, first_name="Ana", last_name="Núñez",
                                 bio={"date_of_birth": "1980-03-31"}).data["id"]
        for days in range(1, 7):
            self._book(days)
        self._write()
        self._lose()
        return self

    def complaints(self):
        return [line for line in super().complaints() if " source_red " not in line]

    def _one(self, path, key):
        rows = self.api.get(path, **self.query(foreign_id=key)).data
        return (rows if isinstance(rows, list) else next(iter(rows.values())))[0]["id"]

    def _book(self, days):
        day = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
        answer = self.api.call(
            "POST", "/appointments",
            {"appt": {"patient_id": self.patient, "provider_id": self.provider,
                      "start_time": day.strftime("%Y-%m-%dT10:00:00"),
                      "note": f"A tooth hurts {NAUGHTY}"}},
            self.query(location_id=self.locations["Hafen"]))
        assert answer.status == 201, answer.raw

    def _write(self):
        """A booking that the record system takes, and a form's document that it does not."""
        until(lambda: all(row["write_status"] == "green" for row in self.api.sources()), 20,
              "writes are green")
        patient, place = self._one("/patients", "10"), self.locations["Main"]
        booked = self.api.call(
            "POST", "/appointments",
            {"appt": {"patient_id": patient, "provider_id": self._one("/providers", "1"),
                      "start_time": "2031-07-02T14:30:00"}}, self.query(location_id=place))
        assert booked.status == 201, booked.raw
        (form,) = self.api.get("/form_templates", **self.query(name="medical-history")).data
        text = self.api.get(f"/form_templates/{form['id']}", **self.query()).data["template"]
        asked = self.api.call("POST", "/form_requests", {"form_request": {
            "patient_id": patient, "form_template_id": form["id"], "location_id": place}},
            self.query())
        assert asked.status == 201, asked.raw
        link = Patient(asked.data["form_request"]["url"])
        assert link.send(link.open("1980-05-03"), plausible(text)).status == 303

    def _lose(self):
        with sqlite3.connect(self._database) as connection:
            connection.execute("DELETE FROM customer WHERE no >= ?", (100 + KEPT,))
        until(lambda: any(row["withheld_removals"] for row in self.api.sources()), 20,
              "the guard holds them back")

    def settings(self):
        """What tests/browser wants to know of it."""
        return {"CHARTBELL_KEY": self.config.api_keys[0].key,
                "CHARTBELL_SUBDOMAIN": self.api.subdomain,
                "CHARTBELL_PATIENT": str(self.patient),
                "CHARTBELL_LOCATION": str(self.locations["Hafen"]),
                "CHARTBELL_LOST": str(LOST)}
