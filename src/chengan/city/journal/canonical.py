"""One text for one fact: the same bytes before PostgreSQL stores it and after.

`jsonb` keeps a number's value but not its spelling (1e20 comes back as digits, -0.0 as 0.0),
so numbers are written here as normalised decimals; keys are sorted.
"""

import hashlib
import json
from datetime import UTC, datetime
from decimal import Context, Decimal
from typing import Any

from chengan.city.journal.errors import NotAFact

ORIGIN = bytes(32)
EXACT = Context(prec=400)


def text(value: Any) -> str:
    """Canonical JSON of `value`.

    Raises
    ------
    NotAFact
        For what JSON cannot hold: NaN, infinity, bytes, keys that are not text, NUL characters.
    """
    match value:
        case None | bool():
            return json.dumps(value)
        case str():
            return _quoted(value)
        case int() | float():
            return _number(value)
        case dict():
            pairs = sorted((_key(key), item) for key, item in value.items())
            return "{" + ",".join(f"{_quoted(key)}:{text(item)}" for key, item in pairs) + "}"
        case list() | tuple():
            return "[" + ",".join(text(item) for item in value) + "]"
    raise NotAFact(f"data must be JSON, got {type(value).__name__}: {value!r:.60}")


def chained(
    *, seq: int, at: datetime, kind: str, subject: str, actor: str, data: Any, previous: bytes
) -> bytes:
    """SHA-256 over the entry and the hash before it."""
    body = text([seq, moment(at), kind, subject, actor, data, previous.hex()])
    return hashlib.sha256(body.encode()).digest()


def moment(at: datetime) -> str:
    """`at` in UTC to the microsecond.

    Raises
    ------
    NotAFact
        If `at` has no time zone.
    """
    if at.tzinfo is None:
        raise NotAFact(f"a fact's time needs a time zone, got {at.isoformat()}")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise NotAFact(f"keys of data must be text, got {key!r:.60}")
    return key


def _quoted(value: str) -> str:
    if "\0" in value:
        raise NotAFact(f"text must hold no NUL character: {value!r:.60}")
    return json.dumps(str(value), ensure_ascii=True)


def _number(value: int | float) -> str:
    number = Decimal(repr(float(value)) if isinstance(value, float) else int(value))
    if not number.is_finite():
        raise NotAFact(f"data must hold finite numbers, got {value}")
    return str(EXACT.normalize(number)) if number else "0"
