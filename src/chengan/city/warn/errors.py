"""What can go wrong when people judge alarms.

WarnError
├── NotWaiting       somebody judged it first
├── NeedsReason      a dismissal without one of the reasons
├── BadLimits        limits that contradict each other, or their unit
└── Stale            somebody changed the limits meanwhile
"""


class WarnError(Exception):
    """Base of this app's errors."""


class NotWaiting(WarnError):
    """Somebody judged the alarm first."""


class NeedsReason(WarnError):
    """A dismissal needs one of the reasons, and a note when it is "other"."""


class BadLimits(WarnError):
    """Limits that contradict each other, or a unit that measures something else."""


class Stale(WarnError):
    """Somebody changed the limits meanwhile: look at them again before changing them."""
