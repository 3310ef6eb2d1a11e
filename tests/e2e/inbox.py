"""What arrived at one path of the receiver, read as events.

A test takes the events that it expects; whatever nobody took at the end was invented.
"""
import json

from receiver import WAIT_SECONDS

RESOURCES = {
    "appointment_created": "Appointment", "appointment_updated": "Appointment",
    "appointment_insertion": "Appointment",
    "patient_created": "Patient", "patient_updated": "Patient",
    "patient_insurance_created": "PatientInsuranceCoverage",
    "patient_insurance_updated": "PatientInsuranceCoverage",
    "procedure_created": "Procedure", "procedure_updated": "Procedure",
    "sync_status_read_change": "SyncStatus", "sync_status_write_change": "SyncStatus",
    "form_request_completed": "FormRequest", "form_response_insertion": "FormResponse",
}

_DATA_KEYS = {
    "Appointment": "appointment", "Patient": "patient", "Procedure": "procedure",
    "PatientInsuranceCoverage": "patient_insurance_coverage", "SyncStatus": "syncstatus",
    "FormRequest": "formrequest", "FormResponse": "formresponse",
}


class Event:
    """A delivered event: its request, its body, the one object that it is about."""

    def __init__(self, request):
        self.request = request
        self.body = json.loads(request.body)
        self.name = self.body["event_name"]
        self.data = self.body["data"]
        self.object = self._object()
        self.previous = self.data.get("previous_attributes")

    def _object(self):
        key = _DATA_KEYS[self.body["resource_type"]]
        if not self.name.endswith(("_created", "_requested")):
            return self.data[key]
        listed = self.data[key + "s"]
        assert len(listed) == 1, f"{self.name} with {len(listed)} objects"
        return listed[0]

    def __repr__(self):
        return f"<{self.name} {self.request.webhook_id} {self.object}>"


class Inbox:
    """The events of one path, each webhook-id once."""

    def __init__(self, receiver, path):
        self._receiver, self._path = receiver, path
        self._read = 0  # requests that stand in _events
        self._events = {}  # webhook-id → event
        self._taken = set()

    def events(self):
        requests = self._receiver.at(self._path)
        for request in requests[self._read:]:
            if request.webhook_id not in self._events:
                self._events[request.webhook_id] = Event(request)
        self._read = len(requests)
        return list(self._events.values())

    def untaken(self):
        return [event for event in self.events() if event.request.webhook_id not in self._taken]

    def drop(self):
        """What nobody took; a second call does not give it again."""
        left = self.untaken()
        self._taken |= {event.request.webhook_id for event in left}
        return left

    def take(self, name, seconds=WAIT_SECONDS, **wanted):
        """The first untaken event of that name whose object has these values; waits for it."""
        def find():
            for event in self.untaken():
                if event.name == name and _has(event.object, wanted):
                    return event
            return None
        event = self._receiver.wait(find, seconds, lambda: f"{name} {wanted}; {self.untaken()}")
        self._taken.add(event.request.webhook_id)
        return event


def _has(thing, wanted):
    return all(thing.get(key) == value for key, value in wanted.items())
