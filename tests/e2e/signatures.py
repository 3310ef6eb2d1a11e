"""Checks both signatures of a delivery, with the standard library only.

Shares nothing with the daemon; written from the wire contract: the vendor's two headers, and those
of Standard Webhooks 1.0.
"""
import base64
import hashlib
import hmac
import re

ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def vendor_signature(secret, timestamp, body):
    message = timestamp.encode() + b"." + base64.b64encode(body)
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def standard_key(secret):
    """The bytes that a Standard Webhooks library makes of a secret: base64 behind "whsec_"."""
    return base64.b64decode(secret.removeprefix("whsec_"), validate=True)


def standard_signature(secret, webhook_id, timestamp, body):
    message = f"{webhook_id}.{timestamp}.".encode() + body
    digest = hmac.new(standard_key(secret), message, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def problems(secret, headers, body):
    """What is wrong with a delivery; empty when all is well. Header names in lower case."""
    found = []
    needed = ("content-type", "timestamp", "signature", "webhook-id", "webhook-timestamp",
              "webhook-signature")
    missing = [name for name in needed if name not in headers]
    if missing:
        return [f"no header {name}" for name in missing]
    if headers["content-type"] != "application/json":
        found.append(f"content-type is {headers['content-type']}")
    if not ISO_TIME.fullmatch(headers["timestamp"]):
        found.append(f"timestamp is {headers['timestamp']}")
    if headers["signature"] != vendor_signature(secret, headers["timestamp"], body):
        found.append("the vendor's signature does not fit")
    wanted = standard_signature(secret, headers["webhook-id"], headers["webhook-timestamp"], body)
    if wanted not in headers["webhook-signature"].split(" "):
        found.append("the Standard Webhooks signature does not fit")
    return found
