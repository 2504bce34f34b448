"""Turns the core's events into facts of the journal, named by datastream, cause and onset."""

import math
from datetime import UTC, datetime

from chengan.city.journal import api as journal
from chengan.city.sense.runner.registry import Registry
from chengan.city.sense.runner.said import Said
from chengan.core.stream.events import Cause, Event, Events, Kind

KINDS = {
    Kind.BREACH_BEGAN: "sense.breach.began",
    Kind.BREACH_CHANGED: "sense.breach.changed",
    Kind.BREACH_ENDED: "sense.breach.ended",
    Kind.FAULT_BEGAN: "sense.fault.began",
    Kind.FAULT_ENDED: "sense.fault.ended",
    Kind.LATE_BREACH: "sense.breach.late",
}

SCORED = frozenset({Cause.ANOMALY, Cause.JOINT})
WITHOUT_LIMIT = SCORED | {Cause.STEP, Cause.RELEASE}


def facts_of(events: Events, registry: Registry, said: Said | None = None) -> list[journal.Fact]:
    """One fact an event, in order; `said` is what some say beyond their columns."""
    return [_fact(event, registry, said or {}) for event in events.rows()]


def _fact(event: Event, registry: Registry, said: Said) -> journal.Fact:
    extra = _extra(event, said)
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
            "limit": None if event.cause in WITHOUT_LIMIT else _finite(event.limit),
            "expected": _finite(event.expected),
            "rule": registry.rules.get(event.stream, ""),
            **extra,
        },
    )


def _extra(event: Event, said: Said) -> dict[str, object]:
    """What an alarm without a limit says of itself: score, its limit, why, and how sure."""
    mine = said.get((event.stream, event.cause.name.lower(), event.onset), {})
    extra = {k: _finite(v) if isinstance(v, float) else v for k, v in mine.items()}
    if event.cause in SCORED and math.isfinite(event.measure):
        extra |= {"score": round(event.measure, 4), "score_limit": round(event.limit, 4)}
    return extra


def _finite(figure: float) -> float | None:
    return figure if math.isfinite(figure) else None
