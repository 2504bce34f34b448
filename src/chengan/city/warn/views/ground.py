"""Whose ground an alarm stands on: who sees it, and who may judge it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from chengan.city.places import api as places
from chengan.city.warn import selectors
from chengan.city.warn.models import Alarm


def to_judge(request: HttpRequest, alarm_id: str) -> Alarm:
    """Give an alarm that the user sees and may judge on its ground, not on another's.

    Raises
    ------
    Http404, PermissionDenied
    """
    found = get_object_or_404(selectors.visible_alarms(request.user), pk=alarm_id)
    places.require(request.user, places.Permission.JUDGE_ALARMS)
    if not may_judge(request.user, found):
        raise PermissionDenied(_("You may see this alarm; its ground is judged by others."))
    return found


def may_judge(user: places.Somebody, found: Alarm) -> bool:
    """Say whether the user may judge an alarm, on its ground."""
    mine = selectors.visible_alarms(user, places.Permission.JUDGE_ALARMS)
    return mine.filter(pk=found.pk).exists()
