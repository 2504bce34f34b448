"""Reads of warn: the queue, what resembles an alarm, how precise each rule is."""

from chengan.city.warn.selectors.alarms import (
    Queue,
    counts,
    precision_by_rule,
    queue,
    similar,
    visible_alarms,
)

__all__ = ["Queue", "counts", "precision_by_rule", "queue", "similar", "visible_alarms"]
