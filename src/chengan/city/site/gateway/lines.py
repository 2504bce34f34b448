"""What a device writes, as a row of the city's CSV; the city judges it, the gateway does not.

A bad number travels on as it was written, so that the city's quarantine shows it to a person.
"""

import csv
import io
import json
from typing import Any


def row(key: str, time: object, value: object, unit: object) -> bytes:
    """A row of CSV with its end of line."""
    out = io.StringIO()
    csv.writer(out).writerow([_text(part) for part in (key, time, value, unit)])
    return out.getvalue().encode()


def _text(part: object) -> str:
    text = json.dumps(part) if isinstance(part, dict | list | bool) else str(part)
    return " ".join("" if part is None else text.split())


def of_message(key: str, payload: bytes, now: float) -> bytes:
    """The row of an MQTT message: a bare figure, or JSON {"t": time, "v": value, "u": unit}."""
    said = _json(payload)
    if isinstance(said, dict):
        return _row_of(key, said, now)
    return row(key, _stamp(now), payload.decode("utf-8", "replace"), "")


def of_line(line: str, now: float) -> bytes | None:
    """The row of a line: JSON {"n": key, "t", "v", "u"}, or key,time,value,unit; None if empty.

    A time left out is `now` (s since 1970).
    """
    text = line.strip()
    if not text:
        return None
    said = _json(text.encode())
    if isinstance(said, dict):
        return _row_of(str(said.get("n", "")), said, now)
    key, time, value, unit = [*next(csv.reader([text])), "", "", "", ""][:4]
    if not value:
        time, value = "", time
    return row(key.strip(), time.strip() or _stamp(now), value.strip(), unit.strip())


def _row_of(key: str, said: dict[str, Any], now: float) -> bytes:
    time = said.get("t")
    return row(key, _stamp(now) if time is None else time, said.get("v"), said.get("u", ""))


def _json(payload: bytes) -> object:
    try:
        return json.loads(payload)
    except ValueError:
        return None


def _stamp(now: float) -> str:
    return f"{now:.6f}"
