"""Warn's front door."""

from chengan.city.warn.errors import (
    BadLimits,
    BadWarning,
    NeedsReason,
    NeedsSecond,
    NotAllowed,
    NotWaiting,
    Stale,
    WarnError,
    WrongState,
)
from chengan.city.warn.models import (
    Alarm,
    AlarmGroup,
    EventType,
    LimitSet,
    Notice,
    Rule,
    Severity,
    State,
    Warning,  # noqa: A004
    WarningStep,
)
from chengan.city.warn.selectors import (
    Queue,
    counts,
    filtered_warnings,
    onsets,
    precision_by_rule,
    queue,
    severities_at,
    silenced,
    similar,
    visible_alarms,
    visible_warnings,
    waiting,
)
from chengan.city.warn.selectors.limits_kept import rings, time_limits
from chengan.city.warn.selectors.topology import way_down, way_up
from chengan.city.warn.services.backtested import curve as backtest_curve
from chengan.city.warn.services.backtesting import ask as ask_backtest
from chengan.city.warn.services.backtesting import candidates as backtest_candidates
from chengan.city.warn.services.backtesting import run_part as run_backtest
from chengan.city.warn.services.facts import take_facts
from chengan.city.warn.services.following import run_warn
from chengan.city.warn.services.judging import confirm, dismiss, reopen
from chengan.city.warn.services.laying import ensure_tables
from chengan.city.warn.services.leaking import QUEUE as PIPES_QUEUE
from chengan.city.warn.services.levelling import approve, level, send_back, withdraw
from chengan.city.warn.services.limits import ensure_limits, in_si, load_sample, resolve_limits
from chengan.city.warn.services.looping import keep_at
from chengan.city.warn.services.noticing import Message, call_off, notify
from chengan.city.warn.services.noticing import acknowledge as acknowledge_notice
from chengan.city.warn.services.opening import open_forecast, open_warning
from chengan.city.warn.services.releasing import (
    amend,
    approve_change,
    change_level,
    lift,
    release,
)
from chengan.city.warn.services.responding import MOVES, respond, supervise
from chengan.city.warn.services.sample_channels import ensure_sample_channels
from chengan.city.warn.services.stepping import OUT
from chengan.city.warn.services.sweeping import run_sweeper, sweep_all

__all__ = [
    "MOVES",
    "OUT",
    "PIPES_QUEUE",
    "Alarm",
    "AlarmGroup",
    "BadLimits",
    "BadWarning",
    "EventType",
    "LimitSet",
    "Message",
    "NeedsReason",
    "NeedsSecond",
    "NotAllowed",
    "NotWaiting",
    "Notice",
    "Queue",
    "Rule",
    "Severity",
    "Stale",
    "State",
    "WarnError",
    "Warning",
    "WarningStep",
    "WrongState",
    "acknowledge_notice",
    "amend",
    "approve",
    "approve_change",
    "ask_backtest",
    "backtest_candidates",
    "backtest_curve",
    "call_off",
    "change_level",
    "confirm",
    "counts",
    "dismiss",
    "ensure_limits",
    "ensure_sample_channels",
    "ensure_tables",
    "filtered_warnings",
    "in_si",
    "keep_at",
    "level",
    "lift",
    "load_sample",
    "notify",
    "onsets",
    "open_forecast",
    "open_warning",
    "precision_by_rule",
    "queue",
    "release",
    "reopen",
    "resolve_limits",
    "respond",
    "rings",
    "run_backtest",
    "run_sweeper",
    "run_warn",
    "send_back",
    "severities_at",
    "silenced",
    "similar",
    "supervise",
    "sweep_all",
    "take_facts",
    "time_limits",
    "visible_alarms",
    "visible_warnings",
    "waiting",
    "way_down",
    "way_up",
    "withdraw",
]
