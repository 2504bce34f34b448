"""Turns the core's events into facts of the journal, named by datastream, cause and onset."""

import math
from datetime import UTC, datetime

from chengan.city.journal import api as journal
from chengan.city.sense.runner.registry import Registry
from chengan.core.stream.events import Event, Events, Kind

KINDS = {
    Kind.BREACH_BEGAN: "sense.breach.began",
    Kind.BREACH_CHANGED: "sense.breach.changed",
    Kind.BREACH_ENDED: "sense.breach.ended",
    Kind.FAULT_BEGAN: "sense.fault.began",
    Kind.FAULT_ENDED: "sense.fault.ended",
    Kind.LATE_BREACH: "sense.breach.late",
}


def facts_of(events: Events, registry: Registry) -> list[journal.Fact]:
    """One fact an event, in order."""
    return [_fact(event, registry) for event in events.rows()]


def _fact(event: Event, registry: Registry) -> journal.Fact:
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
            "limit": _finite(event.limit),
            "expected": _finite(event.expected),
            "rule": registry.rules.get(event.stream, ""),
        },
    )


def _finite(figure: float) -> float | None:
    return figure if math.isfinite(figure) else None
