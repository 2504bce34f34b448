"""A SenML pack in JSON (RFC 8428): base fields resolved, numbers only."""

import math
from typing import Any

import msgspec

from chengan.city.hub.decoding.fields import Refused, moment, number, shown
from chengan.city.hub.decoding.shapes import Bad, Decoded, columns, torn

RELATIVE_BELOW = 2**28  # RFC 8428 §4.5.3: smaller times count from now
VERSION = 10  # RFC 8428 §4.4: what a pack without bver has, and the newest we know
BASE = {"bn": "", "bt": 0, "bu": "", "bv": 0}
NO_NUMBER = {"vs": "text", "vb": "true or false", "vd": "bytes"}
OWN = {"n", "v", "vs", "vb", "vd", "s"}


def senml(payload: bytes, *, received_us: int) -> Decoded:
    """Read a pack; relative times count from `received_us`.

    A newer version, or a field that has to be understood (its name ends in `_`), makes the whole
    pack unreadable; any other fault spares the neighbours.
    """
    try:
        pack = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return torn(f"no JSON: {error}")
    if not isinstance(pack, list):
        return torn("a SenML pack is a JSON array of records")
    if why := _unreadable(pack):
        return torn(why)
    base, rows, bad = dict(BASE), [], []
    for record in pack:
        if not isinstance(record, dict):
            bad.append(Bad("torn_payload", "", f"record {shown(record)}: an object was expected"))
            continue
        base |= {name: record[name] for name in BASE if name in record}
        if not OWN & record.keys():
            continue
        try:
            rows.append(_resolved(record, base, received_us))
        except Refused as refused:
            bad.append(refused.as_bad(_as_given(record, base, received_us)))
    return columns(rows, bad)


def _unreadable(pack: list[Any]) -> str:
    """Say why nothing of the pack may be read, if so."""
    for record in pack:
        if not isinstance(record, dict):
            continue
        version = record.get("bver", VERSION)
        if type(version) is not int or not 1 <= version <= VERSION:
            return f"bver {shown(version)}: at most {VERSION} is understood"
        if strange := [name for name in record if name.endswith("_")]:
            return f"field {shown(strange[0])} has to be understood, and is not"
    return ""


def _resolved(
    record: dict[str, Any], base: dict[str, Any], received_us: int
) -> tuple[str, int, float, str]:
    name, unit = record.get("n", ""), record.get("u", base["bu"])
    if not isinstance(name, str) or not isinstance(base["bn"], str) or not base["bn"] + name:
        raise Refused("unknown_datastream", "datastream", "a record needs a name (n or bn)")
    if not isinstance(unit, str):
        raise Refused("wrong_unit", "unit", f"unit {shown(unit)}: text was expected")
    value = _value(record, base["bv"])
    return base["bn"] + name, _time(record.get("t", 0), base["bt"], received_us), value, unit


def _value(record: dict[str, Any], base: object) -> float:
    """Value with its base; a sum beside it is left out, and is no reading by itself."""
    for other, kind in NO_NUMBER.items():
        if other in record:
            raise Refused("not_a_number", "value", f"{other} is {kind}: a number (v) was expected")
    if "v" not in record and "s" in record:
        raise Refused("not_a_number", "value", "s is a sum: a number (v) was expected")
    return number(number(record.get("v")) + number(base))


def _time(own: object, base: object, received_us: int) -> int:
    seconds = _seconds(own) + _seconds(base)
    if abs(seconds) < RELATIVE_BELOW:
        return received_us + round(seconds * 1e6)
    return moment(seconds)


def _seconds(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            found = float(value)
        except OverflowError:
            found = math.nan
        if math.isfinite(found):
            return found
    raise Refused("bad_time", "time", f"t {shown(value)}: a number was expected")


def _as_given(record: dict[str, Any], base: dict[str, Any], received_us: int) -> dict[str, Any]:
    """The record as a person can correct it: resolved as far as it goes."""
    name, unit = record.get("n", ""), record.get("u", base["bu"])
    found: dict[str, Any] = {"datastream": f"{base['bn']}{name}", "time": None}
    if not isinstance(name, str):
        found["datastream"] = shown(name)
    try:
        found["time"] = _time(record.get("t", 0), base["bt"], received_us) / 1e6
    except Refused:
        found["time"] = None
    try:
        found["value"] = _value(record, base["bv"])
    except Refused:
        value = next((record[each] for each in ("v", *NO_NUMBER, "s") if each in record), None)
        found["value"] = value if isinstance(value, str | int | float | None) else shown(value)
    if unit:
        found["unit"] = unit if isinstance(unit, str) else shown(unit)
    return found
