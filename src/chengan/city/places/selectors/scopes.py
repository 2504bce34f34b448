"""What a user may do, and where: the organisation tree, its ground, and the user's duties."""

from dataclasses import dataclass
from typing import TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext as _

from chengan.city.places.models import Duty, Grant, Organisation, Post, User
from chengan.city.places.permissions import Permission

Somebody: TypeAlias = User | AnonymousUser
NOTHING = Q(pk__in=[])
A_DUTY_GIVES = {
    Permission.VIEW_PLACES,
    Permission.VIEW_SENSE,
    Permission.VIEW_ALARMS,
    Permission.VIEW_RISKS,
}


@dataclass(frozen=True)
class Scope:
    """Where a user has one permission: branches, ground, and what their duties name."""

    everything: bool = False
    owner_paths: tuple[str, ...] = ()
    area_paths: tuple[str, ...] = ()
    object_ids: tuple[int, ...] = ()
    network_ids: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        """Say whether the permission is held anywhere."""
        return self.everything or any(
            (self.owner_paths, self.area_paths, self.object_ids, self.network_ids)
        )

    def q(self, prefix: str = "") -> Q:
        """Filter over CityObject, or over what `prefix` (`city_object__`) leads to it."""
        found = self.paths_q(f"{prefix}owner__path", f"{prefix}area__path")
        if self.object_ids:
            found |= Q(**{f"{prefix}id__in": self.object_ids})
        if self.network_ids:
            found |= Q(**{f"{prefix}network_id__in": self.network_ids})
        return found

    def paths_q(self, owner_field: str, area_field: str = "", object_field: str = "") -> Q:
        """Filter over rows that carry paths (and an object's id) of their own."""
        if self.everything:
            return Q()
        found = NOTHING
        for path in self.owner_paths:
            found |= Q(**{f"{owner_field}__startswith": path})
        for path in self.area_paths if area_field else ():
            found |= Q(**{f"{area_field}__startswith": path})
        if object_field and self.object_ids:
            found |= Q(**{f"{object_field}__in": self.object_ids})
        return found


def scope(user: Somebody, permission: str) -> Scope:
    """Where `user` has `permission`; an empty scope for nobody and for closed accounts."""
    if not user.is_authenticated or not user.is_active:
        return Scope()
    organisations = list(
        Organisation.objects.filter(id__in=_grants(user, permission).values("organisation_id"))
        .select_related("area")
        .order_by("path")
    )
    if any(each.kind == Organisation.Kind.CITY for each in organisations):
        return Scope(everything=True)
    duties = _duties(user) if organisations or permission in A_DUTY_GIVES else []
    grounds = {each.area.path for each in organisations if each.area}
    return Scope(
        owner_paths=tuple(each.path for each in organisations),
        area_paths=tuple(sorted(grounds | {each.area.path for each in duties if each.area})),
        object_ids=tuple(each.city_object_id for each in duties if each.city_object_id),
        network_ids=tuple(each.network_id for each in duties if each.network_id),
    )


def branches(user: Somebody, permission: str) -> Scope:
    """Where `user` may change things: granted branches and their own ground, no duty's target."""
    found = scope(user, permission)
    if found.everything:
        return found
    own = Organisation.objects.filter(found.paths_q("path"), path__in=found.owner_paths)
    grounds = own.exclude(area=None).values_list("area__path", flat=True)
    return Scope(owner_paths=found.owner_paths, area_paths=tuple(sorted(set(grounds))))


def may(user: Somebody, permission: str, organisation: Organisation | None = None) -> bool:
    """Say whether `user` holds `permission`, for `organisation` when one is given."""
    if not user.is_authenticated or not user.is_active:
        return False
    grants = _grants(user, permission)
    if organisation is None:
        return grants.exists() or (permission in A_DUTY_GIVES and bool(scope(user, permission)))
    return any(
        grant.organisation.kind == Organisation.Kind.CITY
        or organisation.path.startswith(grant.organisation.path)
        for grant in grants.select_related("organisation")
    )


def require(user: Somebody, permission: str, organisation: Organisation | None = None) -> None:
    """Refuse unless `user` holds `permission`.

    Raises
    ------
    PermissionDenied
        Naming the permission that is missing.
    """
    if not may(user, permission, organisation):
        text = _("%(permission)s: ask whoever manages your account.")
        raise PermissionDenied(text % {"permission": Permission(permission).label})


def _grants(user: Somebody, permission: str) -> QuerySet[Grant]:
    return Grant.objects.filter(user__id=user.pk or 0, role__permissions__contains=[permission])


def _duties(user: Somebody) -> list[Duty]:
    today, now = TruncDate(Now()), Now()
    held = Q(
        holdings__person__user_id=user.pk,
        holdings__from_date__lte=today,
    ) & (Q(holdings__until_date=None) | Q(holdings__until_date__gt=today))
    stood_for = Q(
        shifts__person__user_id=user.pk, shifts__starts_at__lte=now, shifts__ends_at__gt=now
    )
    posts = Post.objects.filter(held | stood_for).values("id")
    return list(
        Duty.objects.filter(Q(post_id__in=posts) | Q(substitutes__person__user_id=user.pk or 0))
        .filter(retired_at=None, post__retired_at=None)
        .distinct()
        .select_related("area")
        .order_by("id")
    )
