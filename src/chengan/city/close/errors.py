"""What can go wrong on the way of a hidden danger to its end.

CloseError
├── WrongStep        it is not where this step begins; somebody was first
├── NotYours         one would verify or answer one's own work
└── BadDanger        something is missing, or a day is not possible; `field` names it
"""


class CloseError(Exception):
    """Base of this app's errors."""


class WrongStep(CloseError):
    """The danger is not where this step begins; look at it again."""


class NotYours(CloseError):
    """Nobody verifies, or answers, what is their own."""


class BadDanger(CloseError):
    """What was given can't be so; `field` names it, empty for the whole."""

    def __init__(self, field: str, message: str) -> None:
        """Keep which field it is."""
        super().__init__(message)
        self.field = field
