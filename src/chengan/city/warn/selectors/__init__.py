"""Reads of warn: the queue, what resembles an alarm, how precise each rule is."""

from chengan.city.warn.selectors.alarms import (
    Queue,
    counts,
    filtered,
    hidden_count,
    precision_by_code,
    precision_by_rule,
    queue,
    silenced,
    similar,
    visible_alarms,
    waiting,
)
from chengan.city.warn.selectors.past import onsets, severities_at
from chengan.city.warn.selectors.warnings import (
    WarningPage,
    filtered_warnings,
    going_on,
    visible_warnings,
    warning_page,
)

__all__ = [
    "Queue",
    "WarningPage",
    "counts",
    "filtered",
    "filtered_warnings",
    "going_on",
    "hidden_count",
    "onsets",
    "precision_by_code",
    "precision_by_rule",
    "queue",
    "severities_at",
    "silenced",
    "similar",
    "visible_alarms",
    "visible_warnings",
    "waiting",
    "warning_page",
]
