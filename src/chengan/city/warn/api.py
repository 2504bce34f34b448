"""Warn's front door."""

from chengan.city.warn.errors import BadLimits, NeedsReason, NotWaiting, WarnError
from chengan.city.warn.models import Alarm, LimitSet, Rule, Severity
from chengan.city.warn.selectors import (
    Queue,
    counts,
    precision_by_rule,
    queue,
    similar,
    visible_alarms,
)
from chengan.city.warn.services.facts import take_facts
from chengan.city.warn.services.following import run_warn
from chengan.city.warn.services.judging import confirm, dismiss, reopen
from chengan.city.warn.services.limits import ensure_limits, in_si, load_sample, resolve_limits

__all__ = [
    "Alarm",
    "BadLimits",
    "LimitSet",
    "NeedsReason",
    "NotWaiting",
    "Queue",
    "Rule",
    "Severity",
    "WarnError",
    "confirm",
    "counts",
    "dismiss",
    "ensure_limits",
    "in_si",
    "load_sample",
    "precision_by_rule",
    "queue",
    "reopen",
    "resolve_limits",
    "run_warn",
    "similar",
    "take_facts",
    "visible_alarms",
]
