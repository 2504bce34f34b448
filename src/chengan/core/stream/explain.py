"""One event as plain figures: which rule, what was asked, what was seen, since when."""

import math
from typing import Final

from chengan.core.stream.events import Cause, Event

_COMPARED_IN: Final = {
    Cause.HIGH: "value",
    Cause.LOW: "value",
    Cause.RATE: "value_per_s",
    Cause.STUCK: "s",
    Cause.SILENT: "s",
    Cause.IMPLAUSIBLE: "value",
    Cause.ANOMALY: "score",
    Cause.STEP: "value",
    Cause.JOINT: "score",
    Cause.RELEASE: "kg_per_s",
}


def explain(event: Event) -> dict[str, str | int | float | None]:
    """The figures of one event, ready for JSON: words are the reader's, None is "there is none".

    rule, kind : names of `Cause` and `Kind` in lower case.
    severity, since_us, at_us : as in `Events`; lasted_s : from `since_us` to `at_us`.
    value : the reading (SI); seen, limit, expected : what was compared, with what, and what would
    have been ordinary; compared_in : the unit of `seen` and `limit`: "value" (the stream's SI
    unit), "value_per_s", "kg_per_s", "s" or "score"; beyond : how far `seen` is past `limit`,
    negative when back inside.
    """
    return {
        "rule": event.cause.name.lower(),
        "kind": event.kind.name.lower(),
        "stream": event.stream,
        "severity": event.severity,
        "since_us": event.onset,
        "at_us": event.time,
        "lasted_s": (event.time - event.onset) / 1e6,
        "value": _known(event.value),
        "seen": _known(event.measure),
        "limit": _known(event.limit),
        "expected": _known(event.expected),
        "beyond": _known(_beyond(event)),
        "compared_in": _COMPARED_IN[event.cause],
    }


def _known(figure: float) -> float | None:
    return figure if math.isfinite(figure) else None


def _beyond(event: Event) -> float:
    """How far the figure is past the limit, in the unit of both; NaN where there is no limit."""
    if event.cause is Cause.LOW:
        return event.limit - event.measure
    if event.cause in {Cause.RATE, Cause.STEP}:
        return abs(event.measure) - event.limit
    if event.cause is Cause.IMPLAUSIBLE:
        return abs(event.measure - event.limit)
    return event.measure - event.limit
