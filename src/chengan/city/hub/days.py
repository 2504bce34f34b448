"""The city's day, by which counters count: it begins at midnight where the city is.

Counters written before this counted by the UTC day. They stay: what such a row holds can't be told
apart by hours any more, and sums over all days are the same.
"""

from datetime import date, datetime, timedelta

from django.utils import timezone


def day_of(at: datetime) -> date:
    """Give the city's date at `at` (aware)."""
    return timezone.localdate(at, timezone.get_default_timezone())


def since_midnight(at: datetime) -> timedelta:
    """Give the time that has passed since the city's midnight before `at` (aware)."""
    here = timezone.localtime(at, timezone.get_default_timezone())
    return here - here.replace(hour=0, minute=0, second=0, microsecond=0)
