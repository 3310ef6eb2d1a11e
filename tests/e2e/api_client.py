"""A small client of the HTTP interface, as an integrator would write it: standard library only.

What it gets, and what was accepted of it, is held against the API's own document (contract.py).
"""
import dataclasses
import json
import urllib.error
import urllib.parse
import urllib.request

from contract import judge

VERSION_2 = {"Accept": "application/vnd.Nexhealth+json;version=2"}


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict
    raw: bytes

    @property
    def json(self):
        return json.loads(self.raw)

    @property
    def data(self):
        return self.json["data"]

    @property
    def errors(self):
        return self.json["error"]


class Api:
    """Calls with one API key. `url` is a function: a daemon that starts anew serves elsewhere."""

    def __init__(self, url, key, subdomain="green-dental", headers=VERSION_2):
        self._url, self._key, self._headers = url, key, headers
        self.subdomain = subdomain

    def call(self, method, path, body=None, query=None, headers=None, form=False):
        """One request; `body` a dictionary (JSON, or a form), bytes as they are, or nothing."""
        fields = {"Authorization": self._key, **self._headers}
        data = body
        if isinstance(body, dict):
            fields["Content-Type"] = ("application/x-www-form-urlencoded" if form
                                      else "application/json")
            data = (urllib.parse.urlencode(body) if form else json.dumps(body)).encode()
        fields.update(headers or {})
        fields = {name: value for name, value in fields.items() if value is not None}
        base = self._url()
        url = base + path + ("?" + urllib.parse.urlencode(query) if query else "")
        request = urllib.request.Request(url, data, fields, method=method)
        answer = _send(request)
        judge(base, request, answer)
        return answer

    def get(self, path, **query):
        return self.call("GET", path, query=query)

    def token(self):
        answer = self.call("POST", "/authenticates")
        assert answer.status == 201, answer.raw
        return answer.data["token"]

    # ---- webhooks ----

    def new_endpoint(self, target_url, **fields):
        """The endpoint's object; fails unless it was made."""
        answer = self.call("POST", "/webhook_endpoints", {"target_url": target_url, **fields})
        assert answer.status == 201, answer.raw
        return answer.data

    def subscribe(self, endpoint_id, resource_type, event, subdomain=None, **fields):
        """The subscription's object; fails unless it was made."""
        answer = self.call("POST", f"/webhook_endpoints/{endpoint_id}/webhook_subscriptions",
                           {"resource_type": resource_type, "event": event, **fields},
                           {"subdomain": subdomain or self.subdomain})
        assert answer.status == 201, answer.raw
        return answer.data

    def sync_status(self):
        """The rows of the institution."""
        answer = self.get("/sync_status", subdomain=self.subdomain)
        assert answer.status == 200, answer.raw
        return answer.data

    def sources(self):
        """How the institution's sources are watched."""
        answer = self.get("/api/v1/sources", subdomain=self.subdomain)
        assert answer.status == 200, answer.raw
        return answer.data

    def confirm_removals(self, removals, source="front-office"):
        return self.call("POST", f"/api/v1/sources/{source}/confirm_removals",
                         {"removals": removals}, {"subdomain": self.subdomain})


def _send(request):
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return Answer(answer.status, _lower(answer.headers), answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, _lower(error.headers), error.read())


def _lower(headers):
    return {name.lower(): value for name, value in headers.items()}
