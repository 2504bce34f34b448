"""What can go wrong in the risk register.

AssessError
├── BadDefinition    a method, library or rule that contradicts itself or its schema
├── BadInputs        inputs that the method does not take; names the field
├── Duplicate        the same hazard is registered at this place already
├── NotYours         the same person may not sign twice
├── NotWaiting       somebody was quicker, or it is not that assessment's turn
├── Stale            somebody changed it meanwhile
└── EngineFailed     a foreign engine did not end well, or its result is not believed
"""

from chengan.city.assess import messages


class AssessError(Exception):
    """Base of this app's errors; said in the language of whoever reads it."""

    def __str__(self) -> str:
        return messages.of(self)


class BadDefinition(AssessError):
    """A method, library or rule contradicts itself; the message says where."""


class BadInputs(AssessError):
    """Inputs that the method does not take."""

    def __init__(self, field: str, message: str) -> None:
        """Keep the field, so that a form can show the message there."""
        super().__init__(message)
        self.field = field


class Duplicate(AssessError):
    """The same hazard is registered at this place already."""


class NotYours(AssessError):
    """Author, reviewer and approver are three people."""


class NotWaiting(AssessError):
    """Somebody was quicker, or it is not its turn."""


class Stale(AssessError):
    """Somebody changed it meanwhile: look again before changing it."""


class EngineFailed(AssessError):
    """A foreign engine did not end well; the message is what it said."""
