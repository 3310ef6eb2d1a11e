"""The subscriber's server: takes every request as it came, answers as the test says.

Nothing of the daemon is used here. Each whole request is written to a journal, and synced, before
it is answered; a request that ends early is not counted.
"""
import base64
import collections
import dataclasses
import json
import os
import socketserver
import threading
import time

import signatures

WAIT_SECONDS = 10


@dataclasses.dataclass(frozen=True)
class Request:
    """One request, complete. `arrived` is time.monotonic() when its last byte was read."""
    path: str
    raw_headers: bytes
    headers: dict
    body: bytes
    arrived: float
    status: int

    @property
    def webhook_id(self):
        return self.headers.get("webhook-id")

    def problems(self, secret):
        return signatures.problems(secret, self.headers, self.body)


class Answer:
    """How a path answers: a status, a body (or the request's own), never."""

    def __init__(self, status=200, body=b"", headers=(), echo=False, hang=None):
        self.status, self.body, self.headers, self.echo = status, body, tuple(headers), echo
        self.hang = hang  # an Event: no answer before it is set

    def bytes_for(self, request_body):
        body = request_body if self.echo else self.body
        lines = [f"HTTP/1.1 {self.status} x", f"content-length: {len(body)}", *self.headers]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Receiver:
    """Listens on a free loopback port until close()."""

    def __init__(self, journal_path):
        self._at = collections.defaultdict(list)
        self.changed = threading.Condition()
        self._answers = {}
        self._journal = open(journal_path, "ab")
        self.journal_path = journal_path
        self._server = _Server(("127.0.0.1", 0), _Connection)
        self._server.receiver = self
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def url(self, path="/"):
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def answer(self, path, *answers):
        """The answers to the next requests of a path, in order; the last one stays."""
        with self.changed:
            self._answers[path] = list(answers)

    def at(self, path):
        with self.changed:
            return list(self._at[path])

    def wait(self, condition, seconds=WAIT_SECONDS, what="requests"):
        """The first true value of condition(), asked at each arrival."""
        with self.changed:
            value = self.changed.wait_for(condition, seconds)
        assert value, f"not within {seconds} s: {what() if callable(what) else what}"
        return value

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._journal.close()

    def take(self, path, raw_headers, headers, body):
        """Records a whole request; the answer that it gets."""
        with self.changed:
            script = self._answers.get(path) or [Answer()]
            answer = script.pop(0) if len(script) > 1 else script[0]
            request = Request(path, raw_headers, headers, body, time.monotonic(), answer.status)
            self._write(request)
            self._at[path].append(request)
            self.changed.notify_all()
        return answer

    def _write(self, request):
        line = {"path": request.path, "headers": request.headers, "arrived": request.arrived,
                "status": request.status, "body": base64.b64encode(request.body).decode()}
        self._journal.write(json.dumps(line).encode() + b"\n")
        self._journal.flush()
        os.fdatasync(self._journal.fileno())


def read_journal(path):
    """The requests of a journal file, in order of arrival."""
    with open(path, "rb") as journal:
        lines = [json.loads(line) for line in journal]
    return [Request(line["path"], b"", line["headers"], base64.b64decode(line["body"]),
                    line["arrived"], line["status"]) for line in lines]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """A peer that is killed in the middle is part of the tests."""


class _Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        while self._one_request():
            pass

    def _one_request(self):
        head = self._head()
        if head is None:
            return False
        path = head.split(b" ", 2)[1].decode()
        headers = _parsed(head)
        length = int(headers.get("content-length", "0"))
        body = self.rfile.read(length)
        if len(body) < length:
            return False
        answer = self.server.receiver.take(path, head, headers, body)
        if answer.hang is not None:
            answer.hang.wait()
            return False
        self.wfile.write(answer.bytes_for(body))
        return headers.get("connection", "").lower() != "close"

    def _head(self):
        """Everything up to the empty line; None when the peer ended before it."""
        lines = []
        while True:
            line = self.rfile.readline(65536)
            if not line.endswith(b"\r\n"):
                return None
            if line == b"\r\n":
                return b"".join(lines)
            lines.append(line)


def _parsed(head):
    pairs = (line.partition(b":") for line in head.split(b"\r\n")[1:] if line)
    return {name.decode().strip().lower(): value.decode().strip() for name, _, value in pairs}
