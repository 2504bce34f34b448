"""The resources a user may see: their own branches', and all of them to whoever leads incidents."""

from django.db.models import Q, QuerySet

from chengan.city.command.models import Dispatch, Resource
from chengan.city.command.selectors.incidents import visible_incidents
from chengan.city.places import api as places

May = places.Permission


def visible_resources(user: places.Somebody) -> QuerySet[Resource]:
    """Resources of the user's branches and those sent to what they see, by code.

    Whoever leads incidents sees every one: help comes from the neighbours too.
    """
    found = Resource.objects.select_related("organisation").order_by("code")
    if places.may(user, May.COMMAND_INCIDENTS):
        return found
    wanted = Q()
    for permission in (May.VIEW_INCIDENTS, May.MANAGE_RESOURCES):
        wanted |= places.scope(user, permission).paths_q("organisation__path")
    seen = visible_incidents(user).select_related(None).order_by().values("pk")
    sent = Dispatch.objects.filter(task__incident__in=seen, released_at=None)
    return found.filter(wanted | Q(pk__in=sent.values("resource")))
