"""Turns the core's events into facts of the journal, named by datastream, cause and onset."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from chengan.city.journal import api as journal
from chengan.city.sense.runner.registry import Registry
from chengan.core.stream.events import Cause, Event, Events, Kind

KINDS = {
    Kind.BREACH_BEGAN: "sense.breach.began",
    Kind.BREACH_CHANGED: "sense.breach.changed",
    Kind.BREACH_ENDED: "sense.breach.ended",
    Kind.FAULT_BEGAN: "sense.fault.began",
    Kind.FAULT_ENDED: "sense.fault.ended",
    Kind.LATE_BREACH: "sense.breach.late",
}


def facts_of(
    events: Events, registry: Registry, reasons: Mapping[tuple[int, int], str] | None = None
) -> list[journal.Fact]:
    """One fact an event, in order; `reasons` by (slot, onset) say what was unusual."""
    return [_fact(event, registry, reasons or {}) for event in events.rows()]


def _fact(event: Event, registry: Registry, reasons: Mapping[tuple[int, int], str]) -> journal.Fact:
    is_unusual = event.cause is Cause.ANOMALY
    extra = _unusual(event, registry, reasons) if is_unusual else {}
    return journal.Fact(
        kind=KINDS[event.kind],
        subject=f"datastream:{event.stream}",
        at=datetime.fromtimestamp(event.time / 1e6, UTC),
        actor="runner",
        data={
            "datastream": event.stream,
            "cause": event.cause.name.lower(),
            "severity": event.severity,
            "time": event.time,
            "onset": event.onset,
            "value": _finite(event.value),
            "measure": _finite(event.measure),
            "limit": None if is_unusual else _finite(event.limit),
            "expected": _finite(event.expected),
            "rule": registry.rules.get(event.stream, ""),
            **extra,
        },
    )


def _unusual(
    event: Event, registry: Registry, reasons: Mapping[tuple[int, int], str]
) -> dict[str, object]:
    """What an alarm without a limit says of itself: score, its limit, why, and how sure."""
    asked = registry.unusual.get(event.stream)
    return {
        "score": round(event.measure, 4),
        "score_limit": round(event.limit, 4),
        "reason": reasons.get((event.stream, event.onset), ""),
        "false_a_year": asked.a_year if asked else None,
    }


def _finite(figure: float) -> float | None:
    return figure if math.isfinite(figure) else None
