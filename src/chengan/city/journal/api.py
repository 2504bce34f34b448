"""The journal's front door."""

from chengan.city.journal.errors import BackwardCursor, JournalError, NotAFact
from chengan.city.journal.listening import POINT, stop_listening, wait_for_news
from chengan.city.journal.models import Entry
from chengan.city.journal.selectors import (
    Fault,
    about,
    after,
    last_of_each,
    last_seq,
    until,
    verify,
)
from chengan.city.journal.services import Fact, advance, append, cursor

__all__ = [
    "POINT",
    "BackwardCursor",
    "Entry",
    "Fact",
    "Fault",
    "JournalError",
    "NotAFact",
    "about",
    "advance",
    "after",
    "append",
    "cursor",
    "last_of_each",
    "last_seq",
    "stop_listening",
    "until",
    "verify",
    "wait_for_news",
]
