"""Who answers for an object now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from chengan.city.places.models import (
    Area,
    CityObject,
    Duty,
    Holding,
    Network,
    Person,
    Post,
    Shift,
    Substitute,
    User,
)
from chengan.city.places.permissions import Permission
from chengan.city.places.selectors.scopes import Somebody, scope

ROLES = [Duty.Role.RESPONSIBLE, Duty.Role.MAINTENANCE, Duty.Role.SUPERVISION]


@dataclass(frozen=True)
class Holder:
    """A person to be told, in which role, and why it is this person."""

    person: Person
    post: Post
    role: str
    phone: str
    how: Literal["roster", "post", "substitute"]
    target: CityObject | Network | Area


def duty_holders(*, city_object: CityObject, at: datetime) -> list[Holder]:
    """Who answers for `city_object` at `at`, nearest duty first.

    A duty on the object comes before one on its network, then its area from the deepest up. The
    roster's person stands for the post; without one, its holders do; substitutes follow by rank.
    """
    found = [
        holder
        for duty in sorted(_duties(city_object, at), key=_nearness)
        for holder in _of_duty(duty)
    ]
    seen: set[tuple[int, str]] = set()
    return [each for each in found if not _was_seen(seen, (each.person.id, each.role))]


def post_holders(*, post: Post, at: datetime) -> list[Person]:
    """Who stands for `post` at `at`: the roster's people, without any its holders."""
    on_shift = Shift.objects.filter(
        post=post, starts_at__lte=at, ends_at__gt=at, person__retired_at=None
    )
    if found := [each.person for each in on_shift.select_related("person").order_by("id")]:
        return found
    return [each.person for each in holdings_at(at).filter(post=post)]


def holdings_at(at: datetime) -> QuerySet[Holding]:
    """Who holds a post on the day of `at`, with the person, the longest first."""
    found = Holding.objects.filter(_held_on(at), person__retired_at=None)
    return found.select_related("person").order_by("from_date", "id")


def substitutes() -> QuerySet[Substitute]:
    """Who stands in for a duty, with the person, by rank."""
    found = Substitute.objects.filter(person__retired_at=None)
    return found.select_related("person").order_by("rank")


def posts_of(user: User, at: datetime) -> list[int]:
    """Ids of the posts that `user` holds or stands for at `at`."""
    shifts = Shift.objects.filter(person__user_id=user.pk, starts_at__lte=at, ends_at__gt=at)
    holdings = Holding.objects.filter(_held_on(at), person__user_id=user.pk)
    return sorted(
        {*shifts.values_list("post", flat=True), *holdings.values_list("post", flat=True)}
    )


def _held_on(at: datetime) -> Q:
    day = timezone.localdate(at)
    return Q(from_date__lte=day) & (Q(until_date=None) | Q(until_date__gt=day))


def shifts_at(user: Somebody, at: datetime) -> QuerySet[Shift]:
    """Shifts of the user's branches that are on at `at`, by organisation."""
    return _visible_shifts(user).filter(starts_at__lte=at, ends_at__gt=at)


def next_shifts(user: Somebody, at: datetime) -> list[Shift]:
    """For each post of the user's branches the first shift that begins after `at`."""
    coming = _visible_shifts(user).filter(starts_at__gt=at)
    return list(coming.order_by("post_id", "starts_at", "id").distinct("post_id"))


def _visible_shifts(user: Somebody) -> QuerySet[Shift]:
    found = scope(user, Permission.VIEW_PLACES).paths_q("post__organisation__path")
    return (
        Shift.objects.filter(found, post__retired_at=None, person__retired_at=None)
        .select_related("post__organisation", "person")
        .order_by("post__organisation__path", "post_id", "starts_at", "id")
    )


def _duties(city_object: CityObject, at: datetime) -> list[Duty]:
    wanted = Q(city_object=city_object)
    if city_object.network_id:
        wanted |= Q(network_id=city_object.network_id)
    if city_object.area:
        wanted |= Q(area_id__in=[int(key) for key in city_object.area.path.strip("/").split("/")])
    shifts = Shift.objects.filter(
        starts_at__lte=at, ends_at__gt=at, person__retired_at=None
    ).select_related("person")
    return list(
        Duty.objects.filter(wanted, retired_at=None, post__retired_at=None)
        .select_related("post__organisation", "city_object", "network", "area")
        .prefetch_related(
            Prefetch("post__holdings", holdings_at(at), to_attr="held"),
            Prefetch("post__shifts", shifts.order_by("starts_at", "id"), to_attr="on_shift"),
            Prefetch("substitutes", substitutes()),
        )
    )


def _nearness(duty: Duty) -> tuple[int, int, int, int]:
    depth = duty.area.path.count("/") if duty.area else 0
    tier = 0 if duty.city_object_id else 1 if duty.network_id else 2
    return ROLES.index(Duty.Role(duty.role)), tier, -depth, duty.id


def _of_duty(duty: Duty) -> Iterator[Holder]:
    target = duty.city_object or duty.network or duty.area
    on_shift = [shift.person for shift in getattr(duty.post, "on_shift", [])]
    first = on_shift or [holding.person for holding in getattr(duty.post, "held", [])]
    ways = [(person, "roster" if on_shift else "post") for person in first]
    ways += [(each.person, "substitute") for each in duty.substitutes.all()]
    for person, how in ways:
        yield Holder(person, duty.post, duty.role, person.phone, how, target)  # type: ignore[arg-type]


def _was_seen(seen: set[tuple[int, str]], key: tuple[int, str]) -> bool:
    if key in seen:
        return True
    seen.add(key)
    return False
