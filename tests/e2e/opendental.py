"""A small Open Dental practice: makes and changes rows by plain SQL, as the office program does."""
import pathlib

DDL = (pathlib.Path(__file__).parent / "opendental.sql").read_text()

KEY_OF = {
    "clinic": "ClinicNum", "definition": "DefNum", "provider": "ProvNum",
    "operatory": "OperatoryNum", "patient": "PatNum", "insplan": "PlanNum",
    "inssub": "InsSubNum", "patplan": "PatPlanNum", "procedurecode": "CodeNum",
    "procedurelog": "ProcNum", "appointment": "AptNum", "histappointment": "HistApptNum",
    "schedule": "ScheduleNum", "scheduleop": "ScheduleOpNum",
}

# Confirmed: the stock definitions. BillingType: the stock row of category 4.
UNCONFIRMED, CONFIRMED, STANDARD_BILLING = 24, 21, 40

# Invented people; the last given name is in decomposed form, which must stay as it is.
PEOPLE = [
    ("Mary", "Okafor"), ("José", "Núñez"), ("محمد", "العلي"), ("小明", "王"),
    ("Анна", "Петрова"), ("ひかり", "佐藤"), ("Zoë 🦷", "O'Brien-\"Smith\""), ("שרה", "לוי"),
    ("अनिका", "शर्मा"), ("Thị Ánh", "Nguyễn"), ("Jose\u0301", "A\\B\tC"),
]


class OpenDental:
    """The practice's database through one connection with all rights."""

    def __init__(self, connection):
        self._connection = connection

    def sql(self, text, values=None):
        """The rows. A % stands for itself where there are no values."""
        with self._connection.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall()

    def insert(self, table, **columns):
        """The new row's key."""
        names = ", ".join(columns)
        marks = ", ".join(["%s"] * len(columns))
        with self._connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})",
                           tuple(columns.values()))
            return cursor.lastrowid

    def update(self, table, key, **columns):
        changes = ", ".join(f"{name} = %s" for name in columns)
        self.sql(f"UPDATE {table} SET {changes} WHERE {KEY_OF[table]} = %s",
                 (*columns.values(), key))

    def delete(self, table, key):
        self.sql(f"DELETE FROM {table} WHERE {KEY_OF[table]} = %s", (key,))

    def row(self, table, key):
        """The row as a dictionary, None if there is none."""
        rows = self.sql(f"SELECT * FROM {table} WHERE {KEY_OF[table]} = %s", (key,))
        return rows[0] if rows else None

    def last_key(self, table):
        """The highest number in use, 0 where there is none."""
        rows = self.sql(f"SELECT COALESCE(MAX({KEY_OF[table]}), 0) AS n FROM {table}")
        return rows[0]["n"]

    # ---- whole things, with the values that the office program fills in ----

    def patient(self, **columns):
        """Their own guarantor, from the first moment on: one change, not two."""
        key = self.last_key("patient") + 1
        return self.insert("patient", **{
            "PatNum": key, "Guarantor": key, "FName": "Ada", "LName": "Example",
            "Birthdate": "1980-05-03", "Gender": 1, "Address": "1 Main St", "City": "New York",
            "State": "NY", "Zip": "10001", "HmPhone": "(212)555-0101",
            "BillingType": STANDARD_BILLING, "DateFirstVisit": "2020-01-02", **columns})

    def appointment(self, patient, **columns):
        return self.insert("appointment", **{
            "PatNum": patient, "AptStatus": 1, "Pattern": "//XXXX//", "Confirmed": UNCONFIRMED,
            "Op": 1, "ProvNum": 1, "AptDateTime": "2031-07-01 09:00:00",
            "SecDateTEntry": "2026-01-01 08:00:00", **columns})

    def subscriber(self, patient, **columns):
        return self.insert("inssub", **{
            "PlanNum": 1, "Subscriber": patient, "DateEffective": "2022-01-01",
            "SubscriberID": f"S{patient}", **columns})

    def coverage(self, patient, subscriber=None, **columns):
        return self.insert("patplan", **{
            "PatNum": patient, "Ordinal": 1, "Relationship": 0,
            "InsSubNum": subscriber or self.subscriber(patient), **columns})

    def schedule(self, date, first, last, operatories=(), **columns):
        """When provider 1 works on a day, unless the columns say something else."""
        key = self.insert("schedule", **{
            "SchedDate": date, "StartTime": first, "StopTime": last, "SchedType": 1, "ProvNum": 1,
            **columns})
        for operatory in operatories:
            self.insert("scheduleop", ScheduleNum=key, OperatoryNum=operatory)
        return key

    def procedure(self, patient, **columns):
        return self.insert("procedurelog", **{
            "PatNum": patient, "ProcStatus": 1, "ProvNum": 1, "CodeNum": 1, "ProcFee": 62.5,
            "ProcDate": "2031-07-01", "DateTP": "2031-06-01", **columns})


def seed_directory(practice):
    """What every practice has before it has patients. Clinic 0 is "no clinic" and has no row."""
    practice.insert("clinic", ClinicNum=2, Description="Hafen", Address="Kai 1", City="Hamburg",
                    Zip="20457", Phone="+49 40 555012")
    practice.insert("definition", DefNum=STANDARD_BILLING, Category=4,
                    ItemName="Standard Account - no finance charges")
    for number, name in ((UNCONFIRMED, "Unconfirmed"), (CONFIRMED, "Appointment Confirmed")):
        practice.insert("definition", DefNum=number, Category=2, ItemName=name)
    practice.insert("provider", ProvNum=1, FName="Samuel", LName="Grün",
                    NationalProvID="1234567893")
    practice.insert("provider", ProvNum=2, FName="Leila", LName="حداد")
    practice.insert("operatory", OperatoryNum=1, OpName="Chair 1")
    practice.insert("operatory", OperatoryNum=2, OpName="Stuhl 2", ClinicNum=2)
    practice.insert("appointmenttype", AppointmentTypeName="Recall", Pattern="//XXXX//")
    practice.schedule("2031-07-01", "08:00:00", "16:00:00", [1])
    practice.insert("procedurecode", CodeNum=1, ProcCode="D1110", Descript="prophylaxis - adult")
    practice.insert("procedurecode", CodeNum=2, ProcCode="D2740", Descript="crown - porcelain")
    practice.insert("insplan", PlanNum=1, GroupName="City of Example", IsMedical=0)
    practice.insert("insplan", PlanNum=2, GroupName="Medical plan", IsMedical=1)


def seed_people(practice):
    """One patient for each of PEOPLE, with an appointment, a coverage and a procedure each."""
    for number, (first, last) in enumerate(PEOPLE):
        patient = practice.patient(FName=first, LName=last, Gender=number % 4)
        appointment = practice.appointment(patient, Note=f"seed {number}")
        practice.coverage(patient, Ordinal=1 + number % 2)
        practice.procedure(patient, AptNum=appointment, CodeNum=1 + number % 2)


def seed(practice):
    seed_directory(practice)
    seed_people(practice)
