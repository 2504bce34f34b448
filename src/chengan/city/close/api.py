"""Close's front door."""

from chengan.city.close.errors import BadDanger, CloseError, NotYours, WrongStep
from chengan.city.close.models import DangerDeadline, DangerStep, Extension, HiddenDanger
from chengan.city.close.selectors.acting import acts
from chengan.city.close.selectors.dangers import alike, filtered, matching, visible_dangers
from chengan.city.close.selectors.shift import shift_of
from chengan.city.close.services.clock import sweep
from chengan.city.close.services.following import run_close
from chengan.city.close.services.judging import dismiss, judge, order, plan
from chengan.city.close.services.rectifying import close, rectify, send_back, start, verify
from chengan.city.close.services.reporting import Found, report
from chengan.city.close.services.sample import load_sample
from chengan.city.close.services.supervising import answer, ask, list_for_supervision

__all__ = [
    "BadDanger",
    "CloseError",
    "DangerDeadline",
    "DangerStep",
    "Extension",
    "Found",
    "HiddenDanger",
    "NotYours",
    "WrongStep",
    "acts",
    "alike",
    "answer",
    "ask",
    "close",
    "dismiss",
    "filtered",
    "judge",
    "list_for_supervision",
    "load_sample",
    "matching",
    "order",
    "plan",
    "rectify",
    "report",
    "run_close",
    "send_back",
    "shift_of",
    "start",
    "sweep",
    "verify",
    "visible_dangers",
]
