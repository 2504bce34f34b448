"""One number, one time: from what a device wrote to what we keep, or why not."""

import math
from datetime import UTC, datetime
from typing import Any

from chengan.city.hub.decoding.shapes import Bad

EARLIEST_US = -2_208_988_800_000_000  # 1900
LATEST_US = 7_258_118_400_000_000  # 2200
LONGEST_SHOWN = 80


class Refused(Exception):
    """A field that can't be read, with what a person needs to correct it."""

    def __init__(self, reason: str, field: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.field, self.detail = reason, field, detail

    def as_bad(self, reading: dict[str, Any]) -> Bad:
        """Give the refusal with the reading it belongs to."""
        return Bad(self.reason, self.field, self.detail, reading)


def shown(value: object) -> str:
    """A value as it is quoted in a message to a person, not longer than a line."""
    try:
        text = repr(value)
    except RecursionError:
        return "…"
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def number(value: object) -> float:
    """A finite number; text such as "1.5" is read, true and false are not numbers."""
    if isinstance(value, bool) or value is None:
        raise Refused("not_a_number", "value", f"value {shown(value)}: a number was expected")
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        raise Refused(
            "not_a_number", "value", f"value {shown(value)}: a finite number was expected"
        )
    return found


def moment(value: object) -> int:
    """Microseconds since 1970 UTC from seconds since 1970, or an ISO 8601 time with its zone."""
    try:
        found = _iso(value) if isinstance(value, str) else _seconds(value)
    except (TypeError, ValueError, OverflowError):
        found = None
    if found is None or not EARLIEST_US <= found <= LATEST_US:
        raise Refused(
            "bad_time",
            "time",
            f"time {shown(value)}: seconds since 1970 or ISO 8601 with a zone was expected",
        )
    return found


def _seconds(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return round(value * 1_000_000)


def _iso(text: str) -> int | None:
    plain = text.strip()
    if plain.replace(".", "", 1).lstrip("-").isdigit():
        return _seconds(float(plain))
    made = datetime.fromisoformat(plain)
    if made.tzinfo is None:
        return None
    return round((made.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1e6)
