"""Who is on duty for an organisation now, apart from any single object."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from chengan.city.places.models import Organisation, Person


def people_of(organisation: Organisation, at: datetime) -> list[tuple[Person, str]]:
    """The organisation's people at `at`: those on its rosters, else the holders of its posts.

    Gives pairs of person and how (`roster` or `post`).
    """
    alive = Person.objects.filter(retired_at=None).order_by("id")
    on_shift = alive.filter(
        shifts__post__organisation=organisation, shifts__starts_at__lte=at, shifts__ends_at__gt=at
    ).distinct()
    if found := list(on_shift.select_related("organisation", "user")):
        return [(person, "roster") for person in found]
    day = timezone.localdate(at)
    held = alive.filter(
        Q(holdings__until_date=None) | Q(holdings__until_date__gt=day),
        holdings__post__organisation=organisation,
        holdings__post__retired_at=None,
        holdings__from_date__lte=day,
    ).distinct()
    return [(person, "post") for person in held.select_related("organisation", "user")]


def on_rosters(at: datetime, kinds: list[str]) -> list[Person]:
    """People who are on a roster of an organisation of one of `kinds` at `at`."""
    found = Person.objects.filter(
        retired_at=None,
        shifts__post__organisation__kind__in=kinds,
        shifts__starts_at__lte=at,
        shifts__ends_at__gt=at,
    )
    return list(found.distinct().select_related("organisation", "user").order_by("id"))
