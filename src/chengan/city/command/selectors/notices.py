"""Notices for the user's organisations."""

from django.db.models import Q, QuerySet

from chengan.city.command.models import IncidentNotice
from chengan.city.places import api as places


def notices_for(user: places.Somebody) -> QuerySet[IncidentNotice]:
    """Notices sent to the organisations in the user's branches, newest first."""
    found = places.scope(user, places.Permission.HANDLE_TASKS)
    wanted = found.paths_q("organisation__path")
    sent = IncidentNotice.objects.filter(wanted, sent_at__isnull=False)
    return sent.select_related("incident", "organisation").order_by("-sent_at", "-pk")


def unread_count(user: places.Somebody) -> int:
    """How many notices of open incidents nobody has read yet."""
    return notices_for(user).filter(Q(read_at=None), incident__status="open").count()
