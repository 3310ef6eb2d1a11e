"""A record-system vendor who pushes: the daemon with sources that are not read, a subscriber."""
import gzip
import http.client
import json
import urllib.parse

import daemon as daemons
from api_client import Answer, Api
from inbox import RESOURCES, Inbox
from receiver import Receiver

LINES = {"Content-Type": "application/x-ndjson"}


class Vendor:
    """Everything is there after open(); close() ends it and checks signatures and complaints."""

    def __init__(self, folder, *sources):
        folder.mkdir(parents=True, exist_ok=True)
        sources = sources or [daemons.PushedSource()]
        self.config = daemons.Config(folder, [daemons.Institution(sources=list(sources))])
        self.daemon = daemons.Daemon(self.config)
        self.receiver = Receiver(folder / "journal")
        self.api = Api(lambda: self.daemon.url, self.config.api_keys[0].key)
        self.source = sources[0].name
        self.endpoint = None
        self.inbox = None

    def open(self, *more_events):
        self.daemon.start_ready()
        self.endpoint = self.api.new_endpoint(self.receiver.url("/events"))
        for event in [*RESOURCES, *more_events]:
            self.api.subscribe(self.endpoint["id"], RESOURCES.get(event, "Appointment"), event)
        self.inbox = Inbox(self.receiver, "/events")
        return self

    def path(self, kind=None, key=None):
        base = f"/api/v1/sources/{self.source}/resources"
        return base if kind is None else f"{base}/{kind}/{urllib.parse.quote(str(key), safe='')}"

    def query(self, **more):
        return {"subdomain": self.api.subdomain, **more}

    def push(self, kind, key, revision, **data):
        return self.api.call("PUT", self.path(kind, key), {"revision": revision, "data": data},
                             self.query())

    def remove(self, kind, key, revision):
        return self.api.call("DELETE", self.path(kind, key), query=self.query(revision=revision))

    def batch(self, lines, packed=True, **query):
        """Lines as values, or as bytes that are sent as they are."""
        body = lines if isinstance(lines, bytes) else "\n".join(map(json.dumps, lines)).encode()
        coding = {"Content-Encoding": "gzip"} if packed else {}
        return self.api.call("POST", self.path(), gzip.compress(body) if packed else body,
                             self.query(**query), {**LINES, **coding})

    def wire(self):
        """A connection that stays: what a vendor's worker has."""
        return Wire(self)

    def events(self):
        """The institution's whole log."""
        out, cursor = [], 0
        while True:
            page = self.api.get("/api/v1/events/feed", subdomain=self.api.subdomain,
                                cursor=cursor, limit=500).json
            out += page["data"]
            if not page["page"]["has_more"]:
                return out
            cursor = page["page"]["next_cursor"]

    def complaints(self):
        """What the daemon must not have said."""
        return self.daemon.complaints()

    def close(self):
        secret = self.endpoint and self.endpoint["secret_key"]
        complaints = self.complaints()
        self.daemon.stop()
        self.receiver.close()
        assert complaints == []
        for request in self.receiver.at("/events"):
            assert request.problems(secret) == []


class Wire:
    """One keep-alive connection; an OSError where the daemon goes."""

    def __init__(self, vendor):
        url = urllib.parse.urlsplit(vendor.daemon.url)
        self._vendor = vendor
        self._connection = http.client.HTTPConnection(url.hostname, url.port, timeout=20)

    def push(self, kind, key, revision, **data):
        self._connection.request(
            "PUT", f"{self._vendor.path(kind, key)}?subdomain={self._vendor.api.subdomain}",
            json.dumps({"revision": revision, "data": data}),
            {"Authorization": self._vendor.config.api_keys[0].key,
             "Content-Type": "application/json"})
        answer = self._connection.getresponse()
        return Answer(answer.status, {}, answer.read())

    def close(self):
        self._connection.close()
