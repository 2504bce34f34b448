"""What can go wrong when a paper is made."""


class PapersError(Exception):
    """Base of this package's errors."""


class BadTemplate(PapersError):
    """A template can't be set: the message is the typesetter's own, with the line."""
