"""Judges a run: which changes were lost, which events invented, which repeats had no excuse.

It knows the changes that a test made, the requests that arrived, when the daemon was killed, and
what the record system holds at the end. It shares no code with the daemon and can be shown to fail
(test_harness.py plants every fault in a made-up run).

Each change owes exactly one event. A *claim* tells which: the event's name, a marker text that the
change alone has written, and whether the event reports a removal.
"""
import collections
import dataclasses
import json

# A request that was on the wire when the process died may be read by the receiver a little later.
LATE_SECONDS = 0.25

REMOVED = {
    "appointment": lambda thing: thing["deleted"],
    "patient": lambda thing: thing["inactive"],
    "coverage": lambda thing: thing["expiration_date"] is not None,
    "procedure": lambda thing: thing["status"] == "inactive",
}
MARKER = {
    "appointment": lambda thing: thing["note"],
    "patient": lambda thing: thing["bio"]["address_line_2"],
    "coverage": lambda thing: thing["subscriber_num"],
    "procedure": lambda thing: thing["fee"]["amount"],
}
OBJECT = {
    "appointment_created": ("appointment", "appointments"),
    "appointment_updated": ("appointment", "appointment"),
    "patient_created": ("patient", "patients"),
    "patient_updated": ("patient", "patient"),
    "patient_insurance_created": ("coverage", "patient_insurance_coverages"),
    "patient_insurance_updated": ("coverage", "patient_insurance_coverage"),
    "procedure_created": ("procedure", "procedures"),
    "procedure_updated": ("procedure", "procedure"),
}
CREATED = {"appointment": "appointment_created", "patient": "patient_created",
           "coverage": "patient_insurance_created", "procedure": "procedure_created"}
UPDATED = {kind: name.replace("_created", "_updated") for kind, name in CREATED.items()}


@dataclasses.dataclass(frozen=True)
class Change:
    """One change of one row. `marker` is the row's marker after it, `old_marker` before it."""
    kind: str
    key: int
    op: str  # insert, update, delete
    marker: str
    old_marker: str = None

    @property
    def claim(self):
        name = (CREATED if self.op == "insert" else UPDATED)[self.kind]
        return name, self.marker, self.op == "delete"


@dataclasses.dataclass(frozen=True)
class Kill:
    """When the signal was about to be sent, and when the process was known to be gone."""
    before: float
    after: float


@dataclasses.dataclass
class Verdict:
    """Empty lists: all is well."""
    lost: list = dataclasses.field(default_factory=list)
    invented: list = dataclasses.field(default_factory=list)
    unexcused: list = dataclasses.field(default_factory=list)
    two_bodies: list = dataclasses.field(default_factory=list)
    wrong_previous: list = dataclasses.field(default_factory=list)
    wrong_ids: list = dataclasses.field(default_factory=list)
    wrong_state: list = dataclasses.field(default_factory=list)
    repeats_of_kill: collections.Counter = dataclasses.field(default_factory=collections.Counter)

    def faults(self):
        """The names of the rules that were broken, with what broke them."""
        return {field.name: found for field in dataclasses.fields(self)
                if field.name != "repeats_of_kill" and (found := getattr(self, field.name))}


def parse(body):
    """An event's body as (kind, name, object, previous_attributes)."""
    event = json.loads(body)
    name = event["event_name"]
    kind, key = OBJECT[name]
    thing = event["data"][key]
    if isinstance(thing, list):
        if len(thing) != 1:
            raise ValueError(f"{name} with {len(thing)} objects")
        thing = thing[0]
    return kind, name, thing, event["data"].get("previous_attributes")


def claim_of(body):
    kind, name, thing, _ = parse(body)
    return name, MARKER[kind](thing), REMOVED[kind](thing)


def judge(changes, requests, kills, final, repeats_max):
    """`final`: (kind, key) → {dotted path: value} as the record system has it now, None if gone."""
    verdict = Verdict()
    first = _judge_repeats(verdict, requests, kills, repeats_max)
    change_of = _match(verdict, changes, first)
    _judge_previous(verdict, change_of, first)
    _judge_ids(verdict, change_of, first)
    _judge_state(verdict, change_of, first, final)
    return verdict


def _judge_repeats(verdict, requests, kills, repeats_max):
    """webhook-id → its first request, in order of arrival."""
    first, last = {}, {}
    for request in sorted(requests, key=lambda r: r.arrived):
        name = request.webhook_id
        if name not in first:
            first[name] = request
        else:
            if request.body != first[name].body:
                verdict.two_bodies.append(name)
            _excuse(verdict, last[name], request, kills)
        last[name] = request
    verdict.unexcused += [f"kill {index}: {count} repeats"
                          for index, count in verdict.repeats_of_kill.items()
                          if count > repeats_max]
    return first


def _excuse(verdict, earlier, later, kills):
    """A repeat is excused by the kill that caught the earlier request."""
    for index, kill in enumerate(kills):
        if kill.after + LATE_SECONDS >= earlier.arrived:
            if kill.before <= later.arrived:
                verdict.repeats_of_kill[index] += 1
                return
            break
    verdict.unexcused.append(later.webhook_id)


def _match(verdict, changes, first):
    """webhook-id → its change. A claim is answered once; what is left over is lost or invented."""
    owed = {change.claim: change for change in changes}
    assert len(owed) == len(changes), "the test made two changes with one claim"
    change_of = {}
    for name, request in first.items():
        change = owed.pop(claim_of(request.body), None)
        if change is None:
            verdict.invented.append((name, claim_of(request.body)))
        else:
            change_of[name] = change
    verdict.lost += owed.values()
    return change_of


def _judge_previous(verdict, change_of, first):
    for name, change in change_of.items():
        kind, _, thing, previous = parse(first[name].body)
        if change.op == "insert":
            right = previous is None
        elif change.op == "update":
            right = _at(previous, MARKER[kind]) == change.old_marker
        else:
            right = bool(previous) and _at(previous, MARKER[kind]) is None
        if not right:
            verdict.wrong_previous.append((name, previous))


def _at(previous, marker):
    try:
        return marker(previous)
    except (KeyError, TypeError):
        return None


def _judge_ids(verdict, change_of, first):
    """Our id and the record system's key go together one to one."""
    id_of, key_of = {}, {}
    for name, change in change_of.items():
        place = (change.kind, change.key)
        number = (change.kind, parse(first[name].body)[2]["id"])
        if id_of.setdefault(place, number) != number or key_of.setdefault(number, place) != place:
            verdict.wrong_ids.append((name, place, number))


def _judge_state(verdict, change_of, first, final):
    """The last event of a row tells what the row is."""
    last = {}
    for name, change in change_of.items():
        last[change.kind, change.key] = parse(first[name].body)[2]
    for place, thing in last.items():
        wanted = final[place]
        if wanted is None:
            if not REMOVED[place[0]](thing):
                verdict.wrong_state.append((place, "gone, but the last event does not say so"))
            continue
        wrong = {path: value for path, value in wanted.items() if _leaf(thing, path) != value}
        if wrong:
            verdict.wrong_state.append((place, wrong))


def _leaf(thing, path):
    for part in path.split("."):
        thing = thing[part]
    return thing
