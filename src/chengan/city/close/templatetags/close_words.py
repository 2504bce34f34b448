"""Words of hidden dangers on a page."""

from datetime import date, datetime

from django import template

from chengan.city.close import rules

register = template.Library()


@register.filter
def last_day(moment: datetime | None) -> date | None:
    """Give the day with which a deadline ends."""
    return rules.last_day(moment) if moment else None
