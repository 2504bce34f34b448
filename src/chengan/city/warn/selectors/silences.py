"""What is hidden from the queue now, by which silence or maintenance window."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from chengan.city.places import api as places
from chengan.city.warn.models import Alarm, Severity, Silence


def visible_silences(
    user: places.Somebody, permission: str = places.Permission.VIEW_ALARMS
) -> QuerySet[Silence]:
    """Silences over the branches and ground where `user` holds `permission`, the newest first."""
    reach = places.scope(user, permission)
    found = Silence.objects.filter(reach.paths_q("owner_path", "area_path", "city_object_id"))
    return found.select_related(
        "city_object", "network", "area", "object_kind", "observed_property"
    ).order_by("-id")


def in_force() -> list[Silence]:
    """Silences that hide something at this moment."""
    return list(
        Silence.objects.filter(ended_at=None, starts_at__lte=Now(), ends_at__gt=Now())
        .select_related("network", "area")
        .order_by("id")
    )


def reaches_to(silence: Silence) -> int:
    """The worst level it hides: red only once a second person has approved it."""
    if silence.approved_by:
        return silence.max_severity
    return min(silence.max_severity, int(Severity.ORANGE))


def matches(silence: Silence) -> Q:
    """The alarms that a silence is about and may hide."""
    wanted = Q(severity__lte=reaches_to(silence))
    if silence.city_object_id:
        wanted &= Q(city_object=silence.city_object_id)
    if silence.network_id:
        wanted &= Q(city_object__network=silence.network_id)
    if silence.area_id and silence.area:
        wanted &= Q(area_path__startswith=silence.area.path)
    if silence.object_kind_id:
        wanted &= Q(city_object__kind=silence.object_kind_id)
    if silence.observed_property_id:
        wanted &= Q(datastream__observed_property=silence.observed_property_id)
    if silence.category:
        wanted &= Q(category=silence.category)
    return wanted


def hidden_q(silences: Iterable[Silence]) -> Q | None:
    """Alarms hidden by any of them; None when there is nothing to hide."""
    found: Q | None = None
    for each in silences:
        found = matches(each) if found is None else found | matches(each)
    return found


def hides(silence: Silence) -> QuerySet[Alarm]:
    """The waiting alarms that a silence hides, worst first."""
    found = Alarm.objects.filter(matches(silence), status=Alarm.Status.OPEN)
    return found.select_related("city_object", "datastream").order_by("-severity", "-number")


def silence_of(alarm: Alarm) -> Silence | None:
    """The silence that hides an alarm now."""
    for each in in_force():
        if Alarm.objects.filter(matches(each), pk=alarm.pk).exists():
            return each
    return None
