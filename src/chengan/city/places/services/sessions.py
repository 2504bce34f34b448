"""Who is signed in where, and ending that."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from chengan.city.places.models import User
from chengan.city.places.services.accounts import By, check_controls

SHOWN = 8  # characters of a session's key that tell two apart


@dataclass(frozen=True)
class SignedIn:
    """One session: the start of its key, and until when it is good."""

    key: str
    until: datetime


def sessions_of(user: User, at: datetime) -> list[SignedIn]:
    """Sessions of an account that are good at `at`, the newest first."""
    found = [SignedIn(each.session_key[:SHOWN], each.expire_date) for each in _of(user, at)]
    return sorted(found, key=lambda each: each.until, reverse=True)


def end_sessions(*, user: User, by: By, at: datetime, besides: str = "") -> int:
    """End the sessions of an account but `besides`; give how many.

    Raises
    ------
    BeyondScope
    """
    check_controls(by, user)
    keys = [each.session_key for each in _of(user, at) if each.session_key != besides]
    return Session.objects.filter(session_key__in=keys).delete()[0]


def _of(user: User, at: datetime) -> Iterator[Session]:
    for each in Session.objects.filter(expire_date__gt=at).iterator(chunk_size=500):
        if each.get_decoded().get(SESSION_KEY) == str(user.pk):
            yield each
