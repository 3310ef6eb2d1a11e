"""What the wire must say about a row, worked out from the row itself.

Written from the field tables of the interface, by other means than the daemon's: Python's zones,
decimals and dates over SELECT *. Leaves that are ids are left out: tests learn ids from events.
"""
import datetime
import decimal
from zoneinfo import ZoneInfo

ZONES = {0: "America/New_York", 2: "Europe/Berlin"}

GENDERS = {0: "Male", 1: "Female", 2: "Unknown", 3: "Other"}
RELATIONS = dict(enumerate(("self", "spouse", "child", "employee", "handicap_dep", "signif_other",
                            "injured_plaintiff", "life_partner", "dependent")))
UNSET_YEAR = 1


def leaves(thing, prefix=""):
    """An object of the wire as {dotted path: value}; arrays are values."""
    out = {}
    for key, value in thing.items():
        if isinstance(value, dict) and value:
            out.update(leaves(value, f"{prefix}{key}."))
        else:
            out[prefix + key] = value
    return out


def nested(flat):
    """The other way round."""
    out = {}
    for path, value in flat.items():
        *parents, leaf = path.split(".")
        at = out
        for parent in parents:
            at = at.setdefault(parent, {})
        at[leaf] = value
    return out


def changed(before, after):
    """The old values of the leaves that differ."""
    return {path: before[path] for path in after if before[path] != after[path]}


def to_utc(local, zone_name):
    """Civil time of a place: the first of two, the gap as if the clocks had not been changed."""
    return local.replace(tzinfo=ZoneInfo(zone_name), fold=0).astimezone(datetime.timezone.utc)


def utc_text(local, zone_name, plus_minutes=0):
    utc = to_utc(local, zone_name) + datetime.timedelta(minutes=plus_minutes)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def offset_text(local, zone_name):
    """The offset that holds at that moment."""
    offset = to_utc(local, zone_name).astimezone(ZoneInfo(zone_name)).utcoffset()
    minutes = int(offset.total_seconds()) // 60
    sign, minutes = ("-", -minutes) if minutes < 0 else ("+", minutes)
    return f"{sign}{minutes // 60}:{minutes % 60:02}"


def money(value):
    cents = decimal.Decimal(repr(value)).quantize(decimal.Decimal("0.01"), decimal.ROUND_HALF_UP)
    return str(cents)


def date(value):
    return None if value is None or value.year == UNSET_YEAR else value.isoformat()


def _timed(value, zone):
    """A time of day that the office filled in; midnight is "not yet"."""
    if value is None or value.year == UNSET_YEAR or value.time() == datetime.time():
        return None
    return utc_text(value, zone)


def _full_name(row):
    return f"{row['FName']} {row['LName']}".strip(" ")


def patient(practice, key):
    row = practice.row("patient", key)
    billing = practice.row("definition", row["BillingType"])
    return {
        "email": row["Email"] or None,
        "first_name": row["FName"], "middle_name": row["MiddleI"], "last_name": row["LName"],
        "name": _full_name(row),
        "foreign_id": str(key),
        "bio.city": row["City"], "bio.state": row["State"],
        "bio.gender": GENDERS.get(row["Gender"]),
        "bio.zip_code": row["Zip"],
        "bio.new_patient": row["DateFirstVisit"].year == UNSET_YEAR,
        "bio.non_patient": row["PatStatus"] in (1, 6),
        "bio.phone_number": row["WirelessPhone"] or row["HmPhone"] or row["WkPhone"] or None,
        "bio.date_of_birth": date(row["Birthdate"]),
        "bio.address_line_1": row["Address"], "bio.address_line_2": row["Address2"],
        "bio.street_address": row["Address"], "bio.cell_phone_number": row["WirelessPhone"],
        "bio.home_phone_number": row["HmPhone"], "bio.work_phone_number": row["WkPhone"],
        "inactive": row["PatStatus"] in (2, 3, 4, 5),
        "unsubscribe_sms": row["TxtMsgOk"] == 2,
        "balance.amount": money(row["BalTotal"]), "balance.currency": "USD",
        "billing_type": billing["ItemName"] if billing else None,
        "chart_id": row["ChartNumber"] or None,
        "preferred_language": row["Language"] or None, "preferred_locale": row["Language"] or None,
        "address.line_1": row["Address"] or None, "address.line_2": row["Address2"] or None,
        "address.postal_code": row["Zip"] or None, "address.city": row["City"] or None,
        "address.region": row["State"] or None,
    }


def appointment(practice, key):
    row = practice.row("appointment", key)
    provider = practice.row("provider", row["ProvNum"])
    zone = ZONES[row["ClinicNum"]]
    start = row["AptDateTime"]
    breaks = practice.sql("SELECT HistApptAction AS action FROM histappointment WHERE AptNum = %s "
                          "AND HistApptAction IN (2, 3) ORDER BY HistApptNum", (key,))
    return {
        "provider_name": _full_name(provider) if provider else None,
        "start_time": utc_text(start, zone),
        "confirmed": row["Confirmed"] == 21,
        "patient_missed": row["AptStatus"] == 5 and bool(breaks) and breaks[-1]["action"] == 2,
        "note": row["Note"] or None,
        "end_time": utc_text(start, zone, plus_minutes=5 * len(row["Pattern"])),
        "cancelled": row["AptStatus"] in (3, 5),
        "timezone": zone,
        "checkin_at": _timed(row["DateTimeArrived"], zone),
        "foreign_id": str(key),
        "is_new_clients_patient": bool(row["IsNewPatient"]),
        "deleted": False,
        "checked_out": row["AptStatus"] == 2,
        "checked_out_at": _timed(row["DateTimeDismissed"], zone),
        "is_past_patient": row["AptStatus"] == 2,
        "timezone_offset": offset_text(start, zone),
    }


def coverage(practice, key):
    row = practice.row("patplan", key)
    subscriber = practice.row("inssub", row["InsSubNum"])
    plan = practice.row("insplan", subscriber["PlanNum"])
    return {
        "subscription_relation": RELATIONS.get(row["Relationship"]),
        "priority": row["Ordinal"],
        "subscriber_num": subscriber["SubscriberID"],
        "effective_date": date(subscriber["DateEffective"]),
        "expiration_date": date(subscriber["DateTerm"]),
        "insurance_type": "medical" if plan["IsMedical"] else "dental",
    }


def procedure(practice, key):
    row = practice.row("procedurelog", key)
    code = practice.row("procedurecode", row["CodeNum"])
    return {
        "code": code["ProcCode"], "name": code["Descript"],
        "status": _procedure_status(row),
        "fee.amount": money(row["ProcFee"] * max(1, row["UnitQty"] + row["BaseUnits"])),
        "fee.currency": "USD",
        "start_date": date(row["ProcDate"]), "end_date": date(row["DateComplete"]),
    }


def _procedure_status(row):
    known = {2: "completed", 5: "referred", 6: "inactive", 8: "inactive"}
    return known.get(row["ProcStatus"], "scheduled" if row["AptNum"] else "planned")


RENDER = {"patient": patient, "appointment": appointment, "coverage": coverage,
          "procedure": procedure}
