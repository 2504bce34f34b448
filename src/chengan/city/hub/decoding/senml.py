"""A SenML pack in JSON (RFC 8428): base fields resolved, numbers only."""

from typing import Any

import msgspec

from chengan.city.hub.decoding.fields import Refused, moment, number, shown
from chengan.city.hub.decoding.shapes import Bad, Decoded, columns, torn

RELATIVE_BELOW = 2**28  # RFC 8428 §4.5.3: smaller times count from now
BASE = {"bn": "", "bt": 0.0, "bu": "", "bv": 0.0}
NO_NUMBER = ("vs", "vb", "vd")


def senml(payload: bytes, *, received_us: int) -> Decoded:
    """Read a pack; relative times count from `received_us`."""
    try:
        pack = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return torn(f"no JSON: {error}")
    if not isinstance(pack, list):
        return torn("a SenML pack is a JSON array of records")
    base, rows, bad = dict(BASE), [], []
    for record in pack:
        if not isinstance(record, dict):
            bad.append(Bad("torn_payload", "", f"record {shown(record)}: an object was expected"))
            continue
        base |= {name: record[name] for name in BASE if name in record}
        if not {"v", "vs", "vb", "vd", "n", "s"} & record.keys():
            continue
        try:
            rows.append(_resolved(record, base, received_us))
        except Refused as refused:
            bad.append(refused.as_bad(_as_given(record, base)))
    return columns(rows, bad)


def _resolved(
    record: dict[str, Any], base: dict[str, Any], received_us: int
) -> tuple[str, int, float, str]:
    name, unit = record.get("n", ""), record.get("u", base["bu"])
    if not isinstance(name, str) or not isinstance(base["bn"], str) or not base["bn"] + name:
        raise Refused("unknown_datastream", "datastream", "a record needs a name (n or bn)")
    if not isinstance(unit, str):
        raise Refused("wrong_unit", "unit", f"unit {shown(unit)}: text was expected")
    for other in NO_NUMBER:
        if other in record:
            raise Refused("not_a_number", "value", f"{other}: a number (v) was expected")
    value = number(record.get("v")) + number(base["bv"])
    return (
        base["bn"] + name,
        _time(record.get("t", 0), base["bt"], received_us),
        number(value),
        unit,
    )


def _time(own: object, base: object, received_us: int) -> int:
    try:
        seconds = float(own) + float(base)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise Refused("bad_time", "time", f"t {shown(own)}: a number was expected") from None
    if abs(seconds) < RELATIVE_BELOW:
        return received_us + round(seconds * 1e6)
    return moment(seconds)


def _as_given(record: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    name = record.get("n", "")
    key = f"{base['bn']}{name}" if isinstance(name, str) else shown(name)
    value = record.get("v")
    plain = value if isinstance(value, str | int | float | bool | None) else shown(value)
    return {"datastream": key, "time": None, "value": plain}
