"""Makes random changes in a practice such that each one owes exactly one event.

A row is not changed again before its former change was delivered: a reader that scans may rightly
see two changes as one. Each insert and update writes a marker that no other change has.
"""
import collections

import wire
from oracle import Change

KINDS = ("patient", "appointment", "coverage", "procedure")
OPS = ("insert", "update", "delete")
WEIGHTS = (40, 45, 15)
# A scan that misses many rows at once is stopped by the daemon's guard, which has tests of its own.
OPEN_DELETES_MAX = 15

TABLE = {"patient": "patient", "appointment": "appointment", "coverage": "patplan",
         "procedure": "procedurelog"}


class Changes:
    """The changes of one run. `patients`: rows that stay, for others to refer to."""

    def __init__(self, practice, random, patients):
        self.made = []
        self.open = {}  # claim → change that was not seen delivered yet
        self._practice, self._random, self._patients = practice, random, patients
        self._marker_of = collections.defaultdict(dict)  # kind → key → marker, of living rows
        self._subscriber_of = {}
        self._serial = 0
        self._last_patient = practice.last_key("patient")

    def adopt(self, rows_each):
        """Rows that are there before the daemon's first look, and owe nothing."""
        for kind in KINDS:
            for _ in range(rows_each):
                self._insert(kind, self._next_marker(kind))

    def make(self):
        """One more change, where there is a row for it."""
        kind = self._random.choice(KINDS)
        op = self._random.choices(OPS, WEIGHTS)[0]
        change = getattr(self, f"_{op}_one")(kind)
        if change is not None:
            self.made.append(change)
            self.open[change.claim] = change

    def delivered(self, claim):
        self.open.pop(claim, None)

    def final(self):
        """(kind, key) → what the wire must say of the row now; None where it is gone."""
        out = {}
        for change in self.made:
            place = (change.kind, change.key)
            out[place] = None if self._is_gone(*place) else wire.RENDER[change.kind](
                self._practice, change.key)
        return out

    # ---- one change of a kind ----

    def _insert_one(self, kind):
        marker = self._next_marker(kind)
        return Change(kind, self._insert(kind, marker), "insert", marker)

    def _update_one(self, kind):
        key = self._quiet_row(kind)
        if key is None:
            return None
        old, marker = self._marker_of[kind][key], self._next_marker(kind)
        self._marker_of[kind][key] = marker
        change = Change(kind, key, "update", marker, old)
        self._write_marker(kind, key, marker)
        return change

    def _delete_one(self, kind):
        open_deletes = sum(change.op == "delete" for change in self.open.values())
        key = self._quiet_row(kind)
        if key is None or open_deletes >= OPEN_DELETES_MAX:
            return None
        marker = self._marker_of[kind].pop(key)
        self._remove(kind, key)
        return Change(kind, key, "delete", marker)

    def _quiet_row(self, kind):
        """A living row with nothing on its way."""
        busy = {change.key for change in self.open.values() if change.kind == kind}
        keys = [key for key in self._marker_of[kind] if key not in busy]
        return self._random.choice(keys) if keys else None

    # ---- rows ----

    def _next_marker(self, kind):
        self._serial += 1
        if kind == "procedure":
            return f"{self._serial // 4}.{self._serial % 4 * 25:02}"
        return f"{kind} ¶ {self._serial}"

    def _insert(self, kind, marker):
        patient = self._random.choice(self._patients)
        key = getattr(self, f"_new_{kind}")(patient, marker)
        self._marker_of[kind][key] = marker
        return key

    def _new_patient(self, _, marker):
        """Under a number that nobody had: a removal and the number's next owner are no update."""
        self._last_patient += 1
        return self._practice.patient(PatNum=self._last_patient, Guarantor=self._last_patient,
                                      FName="Ида", LName=f"Run {self._serial}", Address2=marker)

    def _new_appointment(self, patient, marker):
        return self._practice.appointment(patient, Note=marker)

    def _new_coverage(self, patient, marker):
        subscriber = self._practice.subscriber(patient, SubscriberID=marker)
        key = self._practice.coverage(patient, subscriber)
        self._subscriber_of[key] = subscriber
        return key

    def _new_procedure(self, patient, marker):
        return self._practice.procedure(patient, ProcFee=float(marker))

    def _write_marker(self, kind, key, marker):
        if kind == "coverage":
            self._practice.update("inssub", self._subscriber_of[key], SubscriberID=marker)
            return
        column, value = {"patient": ("Address2", marker), "appointment": ("Note", marker),
                         "procedure": ("ProcFee", marker)}[kind]
        self._practice.update(TABLE[kind], key, **{column: value})

    def _remove(self, kind, key):
        """As the office program does it, or by force."""
        soft = {"patient": {"PatStatus": 4}, "procedure": {"ProcStatus": 6},
                "appointment": {"AptStatus": 6}, "coverage": None}[kind]
        if soft and self._random.random() < 0.5:
            self._practice.update(TABLE[kind], key, **soft)
        else:
            self._practice.delete(TABLE[kind], key)

    def _is_gone(self, kind, key):
        row = self._practice.row(TABLE[kind], key)
        return row is None or (kind == "appointment" and row["AptStatus"] == 6)
