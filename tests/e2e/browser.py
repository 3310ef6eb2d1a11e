"""A browser of a user: it keeps the cookie and the session's token, as a page of ours would.

What it gets is held against the API's own document, as api_client.py's answers are.
"""
import base64
import hashlib
import hmac
import json
import struct
import urllib.parse
import urllib.request

from api_client import _send
from contract import judge

STEP = 30


class Browser:
    """`url` is a function: a daemon that starts anew serves elsewhere."""

    def __init__(self, url):
        self._url = url
        self.cookie = None
        self.csrf = None

    def call(self, method, path, body=None, query=None, headers=None):
        fields = {"Content-Type": "application/json"} if body is not None else {}
        if self.cookie:
            fields["Cookie"] = self.cookie
        if self.csrf and method != "GET":
            fields["X-Chartbell-Csrf"] = self.csrf
        fields.update(headers or {})
        fields = {name: value for name, value in fields.items() if value is not None}
        base = self._url()
        data = None if body is None else json.dumps(body).encode()
        url = base + path + ("?" + urllib.parse.urlencode(query) if query else "")
        request = urllib.request.Request(url, data, fields, method=method)
        answer = _send(request)
        judge(base, request, answer)
        self._keep(answer)
        return answer

    def get(self, path, **query):
        return self.call("GET", path, query=query)

    def sign_in(self, name, password):
        return self.call("POST", "/api/v1/session", {"name": name, "password": password})

    def give_code(self, code):
        return self.call("POST", "/api/v1/session/second_factor", {"code": code})

    def copy(self):
        out = Browser(self._url)
        out.cookie, out.csrf = self.cookie, self.csrf
        return out

    def _keep(self, answer):
        if "set-cookie" in answer.headers:
            self.cookie = answer.headers["set-cookie"].split(";")[0]
        if answer.status in (200, 201) and b"csrf_token" in answer.raw:
            self.csrf = answer.data.get("session", answer.data)["csrf_token"]


def code_of(secret, step):
    """The one-time code of a secret in base32, as an authenticator app makes it (RFC 6238)."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at:at + 4])[0] & 0x7fffffff
    return f"{number % 10 ** 6:06}"
