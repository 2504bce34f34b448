"""Figures of supervision by listing (挂牌督办), and how days are counted.

The figures are those of one city's published rule (青岛, read in the source, V); where a national
rule or the city's own says otherwise, theirs hold. Working days are those of the State Council's
yearly arrangement, days worked in lieu included; of years without one yet, the weekdays.
"""

from datetime import date, datetime, time, timedelta
from typing import Final

import chinese_calendar
from django.utils import timezone

LISTED_MOST: Final = timedelta(days=365)
"""A listed danger is put right within a year of its listing."""
ASKED_BEFORE: Final = 20
"""Working days before the end by which an extension of a listed danger is asked for."""
ANSWERED_WITHIN: Final = 10
"""Working days within which an extension is answered."""
FILED_WITHIN: Final = 3
"""Working days within which a listing is filed with the city's safety committee office."""
PUBLISHED_WITHIN: Final = 5
"""Working days within which the order, and later the end, of a listed danger is published."""
SATURDAY: Final = 5


def end_of(day: date) -> datetime:
    """Give the moment at which a day of the city ends."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def last_day(moment: datetime) -> date:
    """Give the day that ends at `moment`, or holds it."""
    return timezone.localdate(moment - timedelta(microseconds=1))


def working_days_on(day: date, count: int) -> date:
    """Give the day `count` working days after `day`, or before it where `count` is negative."""
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= _is_worked(day)
    return day


def _is_worked(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # not arranged yet
        return day.weekday() < SATURDAY


def latest(listed_at: datetime) -> datetime:
    """Give when a danger listed at `listed_at` must be put right at the latest."""
    return end_of(timezone.localdate(listed_at) + LISTED_MOST)
