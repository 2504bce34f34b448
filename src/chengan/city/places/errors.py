"""What the ground refuses.

PlacesError
├── NoSuch         a code or name that is not in the register
├── BadObject      a row that cannot become an object; says which field
├── BeyondScope    somebody would give or take more than they hold themselves
├── BadPassword    a password that the rules refuse
├── BadPicture     what was sent is no picture, or too large
├── NameTaken      an account name in use
├── Conflict       a row that somebody else changed since it was opened
├── InUse          a row that others still rest on
└── WrongState     an import that cannot be started or stopped now
"""


class PlacesError(Exception):
    """Base of the ground's refusals."""


class NoSuch(PlacesError):
    """The code or name is not in the register."""


class BadObject(PlacesError):
    """A row that cannot become an object; `field` says where."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class BeyondScope(PlacesError):
    """Nobody grants, or takes, more than their own scope and permissions."""


class BadPassword(PlacesError):
    """The password breaks a rule; the message says which."""


class BadPicture(PlacesError):
    """No picture that can be read, or one that is too large."""


class NameTaken(PlacesError):
    """An account of this name exists."""


class WrongState(PlacesError):
    """The import is not in a state that allows this."""


class Conflict(PlacesError):
    """Somebody else changed the row since it was opened."""


class InUse(PlacesError):
    """Others still rest on the row; the message says which."""
