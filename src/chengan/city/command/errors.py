"""What can go wrong when people lead and carry out incidents.

CommandError
├── NotOpen          the incident was closed or merged first
├── WrongStep        the task is not where this step begins; somebody was first
├── NotYours         the task belongs to somebody else
├── BadTask          nobody to do it, a deadline in the past, a person who left
├── BadPlace         an area that crosses itself, a point off the Earth
├── NotMixed         a drill and a real incident
├── BadPlan          a plan that breaks its schema or contradicts itself
├── BadPhoto         too large, or not a picture
├── NotReady         the resource is on its way elsewhere, or out of service
└── NeedsReason      what must say why does not
"""


class CommandError(Exception):
    """Base of this app's errors."""


class NotOpen(CommandError):
    """The incident is closed or merged: nothing more is done in it."""


class WrongStep(CommandError):
    """The task is not where this step begins; look at it again."""


class NotYours(CommandError):
    """The task belongs to somebody else, or one would verify one's own work."""


class BadTask(CommandError):
    """A task that can't be given out so."""


class BadPlace(CommandError):
    """A position or area that is no sound one."""


class NotMixed(CommandError):
    """A drill is never mixed with a real incident."""


class BadPlan(CommandError):
    """The plan breaks its schema or contradicts itself; `faults` lists all that is wrong."""

    def __init__(self, faults: list[str]) -> None:
        """Keep every fault."""
        super().__init__("; ".join(faults))
        self.faults = faults


class BadPhoto(CommandError):
    """The file is too large, or no picture that can be read."""


class NotReady(CommandError):
    """The resource can't be sent now."""


class NeedsReason(CommandError):
    """Say why."""
