"""What can go wrong when people judge alarms, change limits and release warnings.

WarnError
├── NotWaiting       somebody judged the alarm first
├── NeedsReason      a reason is missing where one is required
├── BadLimits        limits that contradict each other, or their unit
├── Stale            somebody changed the row meanwhile
├── WrongState       the warning is not where this step begins, or somebody was quicker
├── NotAllowed       this account may not do this at this level
├── NeedsSecond      a second person must do this
├── BadWarning       a level, area or time that a warning can't have
├── BadSilence       a silence without reach, or too long
├── BadCap           a CAP message that is refused
├── BadFeed          a feed that can't be read
├── NoLook           no look for a likely pipe now: no model that can be run, or nothing new to see
└── BadSignature     a signed message that is refused
    ├── Forged       the signature is not ours
    ├── Expired      too old, or from a clock that is wrong
    └── Replayed     taken once already
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
    """Somebody changed the row meanwhile: look at it again before changing it."""


class WrongState(WarnError):
    """The warning is not in a state where this step begins, or somebody was quicker."""


class NotAllowed(WarnError):
    """The table of authority does not let this account do this."""


class NeedsSecond(WarnError):
    """Somebody else must do this: red, verification and wide silences need two persons."""


class BadWarning(WarnError):
    """A level, an area or a time that a warning can't have."""


class BadSilence(WarnError):
    """A silence without reach, without end, or too long."""


class BadCap(WarnError):
    """A CAP message that is refused, with the reason."""


class BadFeed(WarnError):
    """A feed that can't be read: too slow, too big, elsewhere, or not a feed."""


class NoLook(WarnError):
    """No look for a likely pipe now: no model that can be run, or nothing new to see."""


class BadSignature(WarnError):
    """A signed message that is refused."""


class Forged(BadSignature):
    """The signature is not ours, or belongs to other content."""


class Expired(BadSignature):
    """Too old, or from a clock that is wrong."""


class Replayed(BadSignature):
    """Taken once already."""
