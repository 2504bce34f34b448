"""What the journal refuses.

JournalError
├── NotAFact        a fact that cannot be written down
└── BackwardCursor  a reader that would read again what it has taken in
"""


class JournalError(Exception):
    """Base of the journal's refusals."""


class NotAFact(JournalError):
    """The fact has no time zone, or data that JSON cannot hold."""


class BackwardCursor(JournalError):
    """A cursor only moves forward."""
