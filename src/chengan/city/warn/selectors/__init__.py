"""Reads of warn: the queue, what resembles an alarm, how precise each rule is."""

from chengan.city.warn.selectors.alarms import (
    Queue,
    counts,
    filtered,
    precision_by_code,
    precision_by_rule,
    queue,
    similar,
    visible_alarms,
)

__all__ = [
    "Queue",
    "counts",
    "filtered",
    "precision_by_code",
    "precision_by_rule",
    "queue",
    "similar",
    "visible_alarms",
]
