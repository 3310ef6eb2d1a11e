"""No patient's data and no secret in clear: not in the store's files, not in what the daemon says.

Every field of a patient holds a text that is nowhere else. A subscriber that sends the body back
in its answer, as some error pages do, is part of the test: what is kept of answers must not hold it
either.
"""
import base64

import opendental
from mariadb import READER_PASSWORD
from receiver import Answer

CANARIES = {
    "FName": "Canaryfirst-71c3", "LName": "Canarylast-王-92ab", "MiddleI": "Qx7canary",
    "Address": "71 Canarystreet-c0de", "Address2": "Canaryfloor-4f5e", "City": "Canarytown-1b2c",
    "State": "Canarystate-9d", "Zip": "99-canaryzip", "HmPhone": "(555)908-7714",
    "WkPhone": "(555)908-7715", "WirelessPhone": "(555)908-7716", "Email": "canary-77@example.org",
    "ChartNumber": "CANARY-8812", "Language": "xx-canary", "Birthdate": "1907-11-23",
}
NOTE, SUBSCRIBER, NEW_EMAIL = "canary-note-51f7", "CANARYSUB-6620", "canary-new-78@example.org"
LATER = {"BalTotal": 98317.46}
LATER_TEXT = "98317.46"


def _with_canaries(practice):
    opendental.seed(practice)
    _rows(practice)


def _rows(practice):
    """A patient of canaries with everything."""
    patient = practice.patient(**CANARIES)
    practice.appointment(patient, Note=NOTE)
    practice.coverage(patient, practice.subscriber(patient, SubscriberID=SUBSCRIBER))
    practice.procedure(patient)
    return patient


def test_canaries_are_delivered_and_found_nowhere_else(offices):
    world = offices(seed=_with_canaries).open()
    world.receiver.answer("/echo", Answer(500, echo=True))
    world.subscribe("/echo")
    key = _rows(world.practice)
    world.inbox.take("patient_created", foreign_id=str(key))
    world.practice.update("patient", key, Email=NEW_EMAIL, **LATER)
    world.inbox.take("patient_updated", foreign_id=str(key), email=NEW_EMAIL)
    world.fence()
    canaries = [*CANARIES.values(), NOTE, SUBSCRIBER, NEW_EMAIL, LATER_TEXT]
    delivered = b"".join(request.body for request in world.receiver.at("/events"))
    assert [text for text in canaries if text.encode() not in delivered] == []
    hidden = canaries + secrets_of(world)
    assert traces(hidden, places(world)) == []
    world.daemon.kill()  # what a crash leaves behind
    assert traces(hidden, places(world)) == []
    world.daemon.start_ready()
    world.daemon.stop()
    assert traces(hidden, places(world)) == []


def test_the_search_finds_what_is_there(tmp_path):
    for form in forms("canary-note-51f7"):
        assert traces(["canary-note-51f7"], {"x": b"\0\0" + form + b"\0"}), form


def secrets_of(world):
    """Endpoint secrets, whole and without their prefix, the API key, the database's password."""
    secrets = [endpoint["secret_key"] for endpoint in world.endpoints.values()]
    return secrets + [secret.removeprefix("whsec_") for secret in secrets] + [
        world.config.api_keys[0].key, READER_PASSWORD]


def places(world):
    """Everything that the daemon has written, by name: its files and its output."""
    found = {str(path): path.read_bytes() for path in world.config.store_folder.rglob("*")
             if path.is_file() and path.name != "chartbell.key"}
    assert any(name.endswith("chartbell.db") for name in found)
    found["output"] = "\n".join(world.daemon.lines).encode()
    return found


def forms(text):
    """A text as it is, in UTF-16, in hex, and in base64 at each of its three alignments."""
    raw = text.encode()
    shifted = [base64.b64encode(b"x" * n + raw)[4 if n else 0:-4] for n in range(3)]
    long_enough = [form for form in shifted if len(form) >= 8]
    return [raw, text.encode("utf-16-le"), raw.hex().encode(), *long_enough]


def traces(texts, files):
    """(text, where) of everything that was found."""
    return [(text, name) for text in texts for name, content in files.items()
            if any(form in content for form in forms(text))]
