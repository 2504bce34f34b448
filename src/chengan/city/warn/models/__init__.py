"""Rows of warn: limits, alarms and their groups, authority, warnings, deliveries, CAP."""

from chengan.city.warn.models.alarm import Alarm, Episode
from chengan.city.warn.models.authority import Authority, EventType, Routing
from chengan.city.warn.models.backtest import Backtest
from chengan.city.warn.models.cap import CapMessage, Feed, FeedEntry
from chengan.city.warn.models.grouping import AlarmGroup, CorrelationRule, InhibitRule, Silence
from chengan.city.warn.models.limits import LimitSet, Rule
from chengan.city.warn.models.notice import Notice
from chengan.city.warn.models.pipes import PipeNaming
from chengan.city.warn.models.severity import Mark, Severity
from chengan.city.warn.models.telling import Channel, Delivery, SeenSignature, Watch
from chengan.city.warn.models.warning import Deadline, Origin, State, Warning, WarningStep  # noqa: A004

__all__ = [
    "Alarm",
    "AlarmGroup",
    "Authority",
    "Backtest",
    "CapMessage",
    "Channel",
    "CorrelationRule",
    "Deadline",
    "Delivery",
    "Episode",
    "EventType",
    "Feed",
    "FeedEntry",
    "InhibitRule",
    "LimitSet",
    "Mark",
    "Notice",
    "Origin",
    "PipeNaming",
    "Routing",
    "Rule",
    "SeenSignature",
    "Severity",
    "Silence",
    "State",
    "Warning",
    "WarningStep",
    "Watch",
]
