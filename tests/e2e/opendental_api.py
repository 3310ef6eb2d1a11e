"""A stand-in for Open Dental's REST interface over the practice's own database.

It has the documented calls that Chartbell makes, with their checks: POST and PUT /appointments,
PUT /appointments/{n}/Confirm, GET /appointments, POST and GET /patients, GET /operatories,
POST /documents/Upload, GET /documents. Documents are kept beside the database, in `documents`.
What an interface does on a bad day is asked for by `mood`: a function that says for each writing
call which of REFUSE, LOSE_AFTER, LOSE_BEFORE, LATE, BREAK and THROTTLE it comes to; nothing for a
good one.
"""
import base64
import http.server
import json
import re
import socket
import threading
import urllib.parse

from opendental import CONFIRMED, OpenDental, UNCONFIRMED

REFUSE, LOSE_AFTER, LOSE_BEFORE, LATE, BREAK, THROTTLE = range(6)

AUTHORIZATION = "ODFHIR developer/customer"
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
PAGE = 100  # rows of a list
STATUSES = {"Scheduled": 1, "Complete": 2, "Broken": 5}


class Refused(Exception):
    def __init__(self, status, reason):
        super().__init__(reason)
        self.status, self.reason = status, reason


class OpenDentalApi:
    """Serves from construction to close(). `late_seconds`: when a LATE call is done."""

    def __init__(self, connect, mood=lambda: None, late_seconds=0.5):
        self.practice = OpenDental(connect())
        self.lock = threading.Lock()
        self.mood, self.late_seconds = mood, late_seconds
        self.calls = []  # (method, path)
        self.documents = []  # as they are listed, "content" with their bytes
        self._timers = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.api = self
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self):
        return f"opendental:http://127.0.0.1:{self._server.server_address[1]}/api/v1"

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        for timer in self._timers:
            timer.join()

    def later(self, work):
        timer = threading.Timer(self.late_seconds, work)
        timer.start()
        self._timers.append(timer)

    # ---- the documented calls ----

    def answer(self, method, path, query, body):
        with self.lock:
            for pattern, verb, act in _CALLS:
                found = re.fullmatch(pattern, path)
                if found and verb == method:
                    return act(self, query, body, *map(int, found.groups()))
        raise Refused(404, "No such resource")

    def new_appointment(self, query, body):
        for field in ("PatNum", "Op", "AptDateTime"):
            if field not in body:
                raise Refused(400, f"{field} is required")
        self._must_exist("patient", body["PatNum"])
        self._must_exist("operatory", body["Op"])
        key = self.practice.insert(
            "appointment", PatNum=body["PatNum"], Op=body["Op"], AptStatus=1,
            AptDateTime=_time(body["AptDateTime"]), Pattern=body.get("Pattern", "/XX/"),
            ProvNum=body.get("ProvNum", 1), Note=body.get("Note", ""), Confirmed=UNCONFIRMED,
            AppointmentTypeNum=body.get("AppointmentTypeNum", 0),
            ClinicNum=int(body.get("ClinicNum", 0)),
            IsNewPatient=int(body.get("IsNewPatient") == "true"))
        return 201, self._appointment(key)

    def change_appointment(self, query, body, key):
        self._must_exist("appointment", key)
        columns = {name: body[name] for name in ("Op", "Note", "Pattern") if name in body}
        if "AptDateTime" in body:
            columns["AptDateTime"] = _time(body["AptDateTime"])
        if "AptStatus" in body:
            if body["AptStatus"] not in STATUSES:
                raise Refused(400, "AptStatus is invalid")
            columns["AptStatus"] = STATUSES[body["AptStatus"]]
        if columns:
            self.practice.update("appointment", key, **columns)
        return 200, self._appointment(key)

    def confirm(self, query, body, key):
        self._must_exist("appointment", key)
        chosen = {"Confirmed": CONFIRMED, "None": UNCONFIRMED}.get(body.get("confirmVal"))
        if chosen is None:
            raise Refused(400, "confirmVal is invalid")
        self.practice.update("appointment", key, Confirmed=chosen)
        return 200, {}

    def appointments(self, query, body):
        return 200, [self._shown(row) for row in self.practice.sql(
            "SELECT * FROM appointment WHERE PatNum = %s AND DATE(AptDateTime) = %s "
            "ORDER BY AptNum", (query["PatNum"], query["date"]))]

    def new_patient(self, query, body):
        for field in ("LName", "FName"):
            if not body.get(field):
                raise Refused(400, f"{field} is required")
        columns = {name: body[name] for name in (
            "LName", "FName", "MiddleI", "Birthdate", "Email", "WirelessPhone", "HmPhone",
            "WkPhone", "Address", "Address2", "City", "State", "Zip") if name in body}
        key = self.practice.patient(**columns)
        return 201, {"PatNum": key, "LName": body["LName"], "FName": body["FName"]}

    def patients(self, query, body):
        return 200, self.practice.sql(
            "SELECT PatNum, LName, FName FROM patient WHERE LName = %s AND FName = %s AND "
            "Birthdate = %s ORDER BY PatNum",
            (query["LName"], query["FName"], query["Birthdate"]))

    def operatories(self, query, body):
        return 200, self.practice.sql("SELECT OperatoryNum, OpName FROM operatory")

    def upload(self, query, body):
        for field in ("PatNum", "rawBase64", "extension"):
            if field not in body:
                raise Refused(400, f"{field} is required")
        self._must_exist("patient", body["PatNum"])
        row = {"DocNum": len(self.documents) + 1, "MountNum": 0, "PatNum": body["PatNum"],
               "Description": body.get("Description", ""), "Note": "",
               "DocCategory": body.get("DocCategory", 1), "extension": body["extension"],
               "content": base64.b64decode(body["rawBase64"], validate=True)}
        self.documents.append(row)
        return 201, self._listed(row)

    def list_documents(self, query, body):
        first = int(query.get("Offset", 0))
        rows = [row for row in self.documents if str(row["PatNum"]) == query["PatNum"]]
        return 200, [self._listed(row) for row in rows[first:first + PAGE]]

    @staticmethod
    def _listed(row):
        return {name: value for name, value in row.items() if name != "content"}

    def _must_exist(self, table, key):
        if self.practice.row(table, key) is None:
            raise Refused(404, f"{table} not found")

    def _appointment(self, key):
        return self._shown(self.practice.row("appointment", key))

    @staticmethod
    def _shown(row):
        return {"AptNum": row["AptNum"], "PatNum": row["PatNum"], "ProvNum": row["ProvNum"],
                "Op": row["Op"], "AptDateTime": str(row["AptDateTime"]), "Note": row["Note"]}


_CALLS = [
    (r"/appointments", "POST", OpenDentalApi.new_appointment),
    (r"/appointments", "GET", OpenDentalApi.appointments),
    (r"/appointments/(\d+)", "PUT", OpenDentalApi.change_appointment),
    (r"/appointments/(\d+)/Confirm", "PUT", OpenDentalApi.confirm),
    (r"/patients", "POST", OpenDentalApi.new_patient),
    (r"/patients", "GET", OpenDentalApi.patients),
    (r"/operatories", "GET", OpenDentalApi.operatories),
    (r"/documents/Upload", "POST", OpenDentalApi.upload),
    (r"/documents", "GET", OpenDentalApi.list_documents),
]


def _time(text):
    if not TIME.fullmatch(text):
        raise Refused(400, "AptDateTime format must be yyyy-MM-dd HH:mm:ss")
    return text


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A daemon that is killed in the middle is part of the tests."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def _serve(self):
        api = self.server.api
        parts = urllib.parse.urlsplit(self.path)
        path = parts.path.removeprefix("/api/v1")
        query = dict(urllib.parse.parse_qsl(parts.query))
        size = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(size)) if size else {}
        api.calls.append((self.command, path))
        if self.headers.get("Authorization") != AUTHORIZATION:
            return self._answer(401, "Invalid developer or customer key")
        mood = api.mood() if self.command != "GET" else None
        def act():
            return api.answer(self.command, path, query, body)
        try:
            self._in_mood(api, mood, act)
        except Refused as refused:
            self._answer(refused.status, refused.reason)

    def _in_mood(self, api, mood, act):
        if mood == REFUSE:
            return self._answer(400, "This day is a holiday")
        if mood == THROTTLE:
            return self._answer(429, "Too many requests")
        if mood in (LATE, LOSE_BEFORE):
            if mood == LATE:
                api.later(lambda: _quietly(act))
            return self._hang_up()
        answer = act()
        if mood == LOSE_AFTER:
            return self._hang_up()
        if mood == BREAK:
            return self._answer(500, "Something went wrong")
        return self._answer(*answer)

    def _hang_up(self):
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def _answer(self, status, content):
        data = json.dumps(content, default=str).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = _serve


def _quietly(act):
    try:
        act()
    except Refused:
        pass
