"""Trials of limits on history: whose one may see."""

from django.db.models import QuerySet

from chengan.city.places import api as places
from chengan.city.warn.models import Backtest


def visible_backtests(user: places.Somebody) -> QuerySet[Backtest]:
    """One's own; all of them for whoever sees every alarm of the city."""
    reach = places.scope(user, places.Permission.VIEW_ALARMS)
    if reach.everything:
        return Backtest.objects.all()
    if not reach:
        return Backtest.objects.none()
    return Backtest.objects.filter(asked_by=user.get_username())
