"""Compares a delivered event with the vendor's sample: keys, their order, JSON types, notations.

A null of the sample tells nothing about the type; a null of ours stands for a value that nobody
knows, which only a single value may be.
"""
import json
import pathlib
import re

SAMPLES = pathlib.Path(__file__).resolve().parents[1] / "conformance/payloads"

NOTATIONS = [re.compile(pattern) for pattern in (
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",  # a time
    r"\d{4}-\d\d-\d\d",                          # a date
    r"-?\d+\.\d\d",                              # money
    r"[+-]\d{1,2}:\d\d",                         # an offset
)]

BODY_SITE_KEYS = ["tooth", "surface"]


def sample(event_name):
    return json.loads((SAMPLES / f"{event_name}.json").read_text())


def differences(wanted, got, path="$"):
    """What `got` lacks of the sample's shape, as readable lines."""
    if path.endswith(".previous_attributes"):
        return []
    if isinstance(wanted, dict):
        return _object_differences(wanted, got, path)
    if isinstance(wanted, list):
        return _array_differences(wanted, got, path)
    if path.endswith(".body_site") and got is not None:
        return [] if list(got) == BODY_SITE_KEYS else [f"{path}: {got}"]
    if wanted is None or got is None:
        return [] if not isinstance(got, (dict, list)) else [f"{path}: {got} for a null"]
    if type(wanted) is not type(got):
        return [f"{path}: {type(got).__name__} instead of {type(wanted).__name__}"]
    return _notation_differences(wanted, got, path)


def strange_previous(previous, thing, path="previous_attributes"):
    """Keys of `previous` that the object lacks, or that stand in another order than there."""
    order = [key for key in thing if key in previous]
    if list(previous) != order:
        return [f"{path}: {list(previous)} instead of {order}"]
    found = []
    for key, old in previous.items():
        if isinstance(old, dict) and isinstance(thing[key], dict):
            found += strange_previous(old, thing[key], f"{path}.{key}")
    return found


def _object_differences(wanted, got, path):
    if not isinstance(got, dict):
        return [f"{path}: {type(got).__name__} instead of an object"]
    if list(wanted) != list(got):
        return [f"{path}: keys {list(got)} instead of {list(wanted)}"]
    return [line for key in wanted for line in differences(wanted[key], got[key], f"{path}.{key}")]


def _array_differences(wanted, got, path):
    if not isinstance(got, list):
        return [f"{path}: {type(got).__name__} instead of an array"]
    return [line for index, item in enumerate(got)
            for line in differences(wanted[0], item, f"{path}[{index}]")]


def _notation_differences(wanted, got, path):
    if not isinstance(wanted, str):
        return []
    notation = next((n for n in NOTATIONS if n.fullmatch(wanted)), None)
    if notation is None or notation.fullmatch(got):
        return []
    return [f"{path}: {got} is not written like {wanted}"]
