"""Signatures as others verify them: the contract's vector, and the standard's own npm library."""
import base64
import json
import pathlib
import subprocess
import time

import pytest

import signatures
from daemon import run_command

HERE = pathlib.Path(__file__).parent

VECTOR_SECRET = "NArWk7gdI96Bdn"
VECTOR_TIME = "2024-03-21T17:52:48.001Z"
VECTOR_SIGNATURE = "a92229de91ee3f6e83ba1c78fa66356b111c4f49ea068ebcadddc714e112a04d"
VECTOR_BODY = (
    b'{"institution_id":1,"subdomain":"test-subdomain","webhook_subscription_id":2,'
    b'"resource_type":"SyncStatus","event_name":"sync_status_read_change.green",'
    b'"event_time":"2024-03-21T17:52:47.824Z","data":{}}')


def verify(tmp_path, secret, headers, body):
    """`chartbell verify` on a stored request: its head, an empty line, its body."""
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    stored = tmp_path / "request"
    stored.write_bytes(b"POST / HTTP/1.1\r\n" + head.encode() + b"\r\n" + body)
    return run_command("verify", "--secret", secret, str(stored))


@pytest.fixture(scope="module")
def library():
    """Node's modules, fetched by the lock file where they are missing."""
    if not (HERE / "node_modules/standardwebhooks").exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True,
                       stdout=subprocess.DEVNULL)

    def judge(deliveries):
        lines = "".join(json.dumps(delivery) + "\n" for delivery in deliveries)
        return subprocess.run(["node", "verify.mjs"], cwd=HERE, input=lines, text=True,
                              capture_output=True)
    return judge


def delivery(secret, headers, body):
    return {"secret": secret, "headers": headers, "body": base64.b64encode(body).decode()}


def test_the_command_knows_the_contracts_vector(tmp_path):
    headers = {"content-type": "application/json", "timestamp": VECTOR_TIME,
               "signature": VECTOR_SIGNATURE}
    code, out, err = verify(tmp_path, VECTOR_SECRET, headers, VECTOR_BODY)
    assert code == 0, out + err
    for secret, spoiled, body in (
            ("another", headers, VECTOR_BODY),
            (VECTOR_SECRET, {**headers, "timestamp": VECTOR_TIME[:-2] + "2Z"}, VECTOR_BODY),
            (VECTOR_SECRET, {**headers, "signature": "0" * 64}, VECTOR_BODY),
            (VECTOR_SECRET, headers, VECTOR_BODY + b" ")):
        code, out, err = verify(tmp_path, secret, spoiled, body)
        assert code != 0, out + err


def test_the_library_refuses_a_spoiled_delivery(library):
    secret = "whsec_" + base64.b64encode(b"k" * 32).decode()
    stamp = str(int(time.time()))
    headers = {"webhook-id": "evt_1", "webhook-timestamp": stamp,
               "webhook-signature": signatures.standard_signature(secret, "evt_1", stamp, b"{}")}
    assert library([delivery(secret, headers, b"{}")]).returncode == 0
    assert library([delivery(secret, headers, b"[]")]).returncode == 1


def test_the_standards_library_verifies_our_deliveries_unchanged(office, library):
    for first, last in (("محمد", "العلي"), ("Zoë 🦷", "王"), ("Mary", "Okafor")):
        key = office.practice.patient(FName=first, LName=last)
        office.inbox.take("patient_created", foreign_id=str(key))
    office.fence()
    secret = office.endpoints["/events"]["secret_key"]
    requests = office.receiver.at("/events")
    result = library([delivery(secret, r.headers, r.body) for r in requests])
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == f"{len(requests)} of {len(requests)}" and len(requests) >= 5


def test_the_command_verifies_a_recorded_delivery(office, tmp_path):
    office.fence()
    secret = office.endpoints["/events"]["secret_key"]
    request = office.receiver.at("/events")[0]
    code, out, err = verify(tmp_path, secret, request.headers, request.body)
    assert code == 0, out + err


def test_each_delivery_has_a_webhook_id_of_its_own_without_a_dot(office):
    office.fence()
    ids = [request.webhook_id for request in office.receiver.at("/events")]
    assert len(set(ids)) == len(ids)
    assert all(name and "." not in name for name in ids)
