"""From the text of a time to µs since 1970; naive times are taken as UTC."""

import re
from datetime import UTC, datetime
from typing import Final

_DATE: Final = re.compile(
    r"^\s*(\d{1,4})[-/.年](\d{1,2})[-/.月](\d{1,4})日?"
    r"(?:[T ,]*(\d{1,2})(?:[:时h](\d{1,2}))?(?:[:分](\d{1,2}(?:[.,]\d+)?))?秒?)?\s*([APap][Mm])?"
)
_CLOCK: Final = re.compile(r"^\s*(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?\s*$")
_NAMES: Final = re.compile(r"time|date|stamp|zeit|datum|时间|日期|时刻|采集", re.IGNORECASE)
_SCALES: Final = ((1e17, 1e-3), (1e14, 1.0), (1e11, 1e3), (-1.0, 1e6))
_FAR_US: Final[int] = 2 * 86_400_000_000


class Stamps:
    """Reads the stamps of one column; learns from each whether the day or the month comes first."""

    def __init__(self) -> None:
        self.day_first = True
        self.last: int | None = None

    def read(self, text: str) -> int | None:
        """µs since 1970, or None if this is no time."""
        stamp = self._iso(text)
        if stamp is None:
            stamp = self._dated(text)
        if stamp is None:
            stamp = _clock(text)
        if stamp is None:
            stamp = _counted(text)
        if stamp is not None:
            self.last = stamp
        return stamp

    def _iso(self, text: str) -> int | None:
        try:
            return _micros(datetime.fromisoformat(text.strip()))
        except ValueError:
            return None

    def _dated(self, text: str) -> int | None:
        found = _DATE.match(text)
        if found is None:
            return None
        first, second, third = (int(found.group(k)) for k in (1, 2, 3))
        if first > 31:
            return _built((first, second, third), found)
        year = third + 2000 if third < 100 else third
        both = (
            _built((year, second, first), found),
            _built((year, first, second), found),
        )
        return self._chosen(both)

    def _chosen(self, both: tuple[int | None, int | None]) -> int | None:
        """Day first or month first: what is possible, then what lies nearer to the row before."""
        usual, other = both if self.day_first else both[::-1]
        if usual is None and other is None:
            return None
        if usual is None or (other is not None and self._is_far_nearer(other, usual)):
            self.day_first = not self.day_first
            return other
        return usual

    def _is_far_nearer(self, other: int, usual: int) -> bool:
        if self.last is None:
            return False
        return abs(usual - self.last) > _FAR_US and abs(other - self.last) < _FAR_US


def _micros(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1_000_000)


def _built(day: tuple[int, int, int], found: re.Match[str]) -> int | None:
    hour, minute = int(found.group(4) or 0), int(found.group(5) or 0)
    second = float((found.group(6) or "0").replace(",", "."))
    half = (found.group(7) or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        start = datetime(*day, hour % 24, minute, tzinfo=UTC)
    except ValueError:
        return None
    return _micros(start) + round(second * 1e6) + (86_400_000_000 if hour == 24 else 0)


def _clock(text: str) -> int | None:
    found = _CLOCK.match(text)
    if found is None:
        return None
    seconds = float((found.group(3) or "0").replace(",", "."))
    return round((int(found.group(1)) * 3600 + int(found.group(2)) * 60 + seconds) * 1e6)


def _counted(text: str) -> int | None:
    """A number: seconds, or by its size milli-, micro- or nanoseconds since 1970."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    if not -1e18 < value < 4e18:
        return None
    factor = next(scale for least, scale in _SCALES if abs(value) > least)
    return round(value * factor)


def is_time_name(name: str) -> bool:
    """Say whether a column's name speaks of time."""
    return bool(_NAMES.search(name)) or name.strip().lower() in {"t", "ts", "utc"}


def looks_dated(cell: str) -> bool:
    """Say whether a cell holds a date or a clock, not a bare number."""
    stamps = Stamps()
    is_bare = re.fullmatch(r"[-+]?\d+([.,]\d+)?", cell.strip()) is not None
    return not is_bare and stamps.read(cell) is not None
