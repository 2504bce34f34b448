"""Objects, organisations, people and accounts, as far as a user may see them."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from chengan.city.places.errors import NoSuch
from chengan.city.places.models import (
    Area,
    CityObject,
    Grant,
    ImportJob,
    ObjectKind,
    Organisation,
    Person,
    Role,
    User,
)
from chengan.city.places.permissions import Permission
from chengan.city.places.selectors.scopes import NOTHING, Scope, Somebody, scope
from chengan.core.geo.distance import box_around, distances_m


@dataclass(frozen=True)
class Near:
    """An object and how far its point is, in metres."""

    city_object: CityObject
    distance_m: float


def visible_objects(
    user: Somebody, permission: str = Permission.VIEW_PLACES, *, with_retired: bool = False
) -> QuerySet[CityObject]:
    """Objects that `user` may see (or, by another permission, act on)."""
    found = CityObject.objects.filter(scope(user, permission).q())
    found = found if with_retired else found.filter(retired_at=None)
    return found.select_related("kind", "owner", "area", "network")


def get_object(object_id: int) -> CityObject:
    """Give the object of this id.

    Raises
    ------
    NoSuch
        If there is none.
    """
    found = CityObject.objects.select_related("kind", "owner", "area", "network")
    try:
        return found.get(id=object_id)
    except CityObject.DoesNotExist as error:
        raise NoSuch(_("There is no object %(id)s.") % {"id": object_id}) from error


def objects_near(lon: float, lat: float, radius_m: float) -> list[Near]:
    """Objects in use whose point lies within `radius_m` metres of a point, nearest first."""
    west, south, east, north = box_around(lon, lat, radius_m)
    around = CityObject.objects.filter(
        lat__range=(south, north), lon__range=(west, east), retired_at=None
    ).select_related("kind", "owner", "area")
    rows = list(around)
    metres = distances_m(lon, lat, [each.lon for each in rows], [each.lat for each in rows])
    found = [Near(each, float(far)) for each, far in zip(rows, metres, strict=True)]
    return sorted(
        (each for each in found if each.distance_m <= radius_m),
        key=lambda near: (near.distance_m, near.city_object.id),
    )


def kinds() -> QuerySet[ObjectKind]:
    """Every kind of object."""
    return ObjectKind.objects.order_by("plate", "code")


def organisation_by_code(code: str) -> Organisation:
    """Give the organisation of this code.

    Raises
    ------
    NoSuch
        If there is none.
    """
    try:
        return Organisation.objects.get(code=code)
    except Organisation.DoesNotExist as error:
        raise NoSuch(_("There is no organisation “%(code)s”.") % {"code": code}) from error


def visible_organisations(
    user: Somebody, permission: str = Permission.VIEW_PLACES
) -> QuerySet[Organisation]:
    """Organisations of the user's branches and those that work on their ground."""
    found = scope(user, permission).paths_q("path", "area__path")
    return Organisation.objects.filter(found).select_related("area").order_by("path")


def visible_areas(user: Somebody) -> QuerySet[Area]:
    """Areas of the user's ground; all of them for the whole city."""
    found = scope(user, Permission.VIEW_PLACES)
    ground = Scope(everything=found.everything, owner_paths=found.area_paths)
    return Area.objects.filter(ground.paths_q("path")).order_by("path")


def visible_people(user: Somebody, permission: str = Permission.VIEW_PLACES) -> QuerySet[Person]:
    """People who work in the user's branches."""
    found = scope(user, permission).paths_q("organisation__path")
    return Person.objects.filter(found).select_related("organisation").order_by("id")


def visible_users(user: Somebody) -> QuerySet[User]:
    """Accounts that `user` manages: those granted something in their branches."""
    found = scope(user, Permission.MANAGE_USERS)
    if found.everything:
        return User.objects.order_by("username")
    granted = found.paths_q("grants__organisation__path")
    wanted = granted if found else NOTHING
    if found:
        wanted = wanted | Q(grants=None)
    return User.objects.filter(wanted).distinct().order_by("username")


def grantable_roles(user: Somebody) -> QuerySet[Role]:
    """Roles that hold nothing which `user` does not hold somewhere: none above their own."""
    held = {
        code
        for each in Grant.objects.filter(user_id=user.pk or 0).select_related("role")
        for code in each.role.permissions
    }
    return Role.objects.filter(permissions__contained_by=sorted(held)).order_by("code")


def visible_imports(user: Somebody) -> QuerySet[ImportJob]:
    """Imports for owners in the branches where `user` may import."""
    found = scope(user, Permission.IMPORT_PLACES).paths_q("owner__path")
    return ImportJob.objects.filter(found).select_related("owner", "created_by").order_by("-id")


def is_empty() -> bool:
    """Say whether nobody has laid a ground yet."""
    return not Organisation.objects.exists()


def user_ids_in(found: Scope) -> list[int]:
    """Ids of the accounts granted something in the branches of a scope."""
    users = User.objects.filter(found.paths_q("grants__organisation__path"))
    return list(users.distinct().values_list("id", flat=True))
