"""A small OpenEMR practice: its tables, and rows as the program writes them."""
import pathlib

DDL = (pathlib.Path(__file__).parent / "openemr.sql").read_text()


class OpenEmr:
    """The practice's database through one connection with all rights."""

    def __init__(self, connection):
        self._connection = connection

    def sql(self, text, values=None):
        with self._connection.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall()

    def insert(self, table, **columns):
        """The new row's key."""
        marks = ", ".join(["%s"] * len(columns))
        with self._connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",
                           tuple(columns.values()))
            return cursor.lastrowid

    def patient(self, pid, **columns):
        self.insert("patient_data", **{
            "pid": pid, "fname": "Ada", "lname": "Muster", "DOB": "1980-05-03", "sex": "Female",
            "street": "1 Main St", "city": "Boston", "state": "MA", "postal_code": "02101",
            "phone_home": "(617)555-0101", "pubpid": str(pid), "hipaa_allowsms": "YES", **columns})
        return pid

    def appointment(self, pid, **columns):
        """As the program's interface inserts it: no stamp is set."""
        return self.insert("openemr_postcalendar_events", **{
            "pc_catid": 5, "pc_pid": str(pid), "pc_aid": "1", "pc_title": "Office Visit",
            "pc_duration": 900, "pc_hometext": "", "pc_eventDate": "2031-07-01",
            "pc_startTime": "09:00:00", "pc_endTime": "09:15:00", "pc_apptstatus": "-",
            "pc_facility": 3, **columns})

    def coverage(self, pid, **columns):
        return self.insert("insurance_data", **{
            "type": "primary", "provider": "7", "policy_number": "P-1", "date": "2022-01-01",
            "subscriber_relationship": "self", "pid": pid, **columns})

    def billed(self, pid, encounter, **columns):
        return self.insert("billing", **{
            "date": "2026-02-03 10:11:12", "code_type": "CPT4", "code": "99213", "pid": pid,
            "provider_id": 1, "encounter": encounter, "code_text": "Office visit", "activity": 1,
            "units": 1, "fee": "85.50", **columns})


def seed(practice):
    practice.insert("facility", id=3, name="Clinic", street="1 Main St", city="Boston", state="MA",
                    postal_code="02101", phone="(617)555-0100")
    practice.insert("users", id=1, username="anna", authorized=1, fname="Anna", lname="Núñez",
                    npi="1234567893", specialty="Family Medicine")
    for catid, name in ((2, "in_office"), (5, "office_visit"), (8, "lunch"), (10, "new_patient")):
        practice.insert("openemr_postcalendar_categories", pc_catid=catid, pc_constant_id=name,
                        pc_catname=name.title(), pc_duration=900,
                        pc_cattype=0 if catid in (5, 10) else 1)
    for room in ("ä1", "Z2", "a3"):
        practice.insert("list_options", list_id="patient_flow_board_rooms", option_id=room,
                        title=f"Room {room}")
    practice.insert("list_options", list_id="language", option_id="a3", title="not a room")
    practice.patient(1)
    practice.appointment(1, pc_hometext="seed")
    practice.appointment(1, pc_recurrtype=1, pc_recurrspec="a:5:{}")
    practice.coverage(1)
    practice.insert("insurance_data", type="secondary", provider="", pid=1, date="2022-01-01")
    practice.insert("form_encounter", date="2026-02-03 00:00:00", facility_id=3, pid=1,
                    encounter=11)
    practice.billed(1, 11)
