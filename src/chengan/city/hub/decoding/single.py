"""One reading by MQTT: a bare number, or JSON {"t": time, "v": value, "u": unit}."""

import msgspec

from chengan.city.hub.decoding.fields import Refused, moment, number, shown
from chengan.city.hub.decoding.shapes import Decoded, columns, torn


def single(payload: bytes, *, key: str, received_us: int) -> Decoded:
    """Read one reading of datastream `key`; without a time of its own it has the time received."""
    try:
        said = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        said = payload.decode("utf-8", "replace").strip()
        if said[:1] in {"{", "["} or "\ufffd" in said:
            return torn(f"neither a number nor JSON: {error}")
    reading = said if isinstance(said, dict) else {"v": said}
    shape = {"datastream": key, "time": reading.get("t"), "value": reading.get("v")}
    if reading.get("u"):
        shape["unit"] = reading["u"]
    try:
        time = moment(reading["t"]) if reading.get("t") is not None else received_us
        value = number(reading.get("v"))
        unit = reading.get("u") or ""
        if not isinstance(unit, str):
            raise Refused("wrong_unit", "unit", f"unit {shown(unit)}: text was expected")
    except Refused as refused:
        return columns([], [refused.as_bad({name: _plain(part) for name, part in shape.items()})])
    return columns([(key, time, value, unit)], [])


def _plain(value: object) -> object:
    """What the quarantine can keep as JSON."""
    return value if isinstance(value, str | int | float | bool | None) else shown(value)
