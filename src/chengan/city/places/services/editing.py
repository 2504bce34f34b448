"""One object made or changed by a person, checked like an imported row."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chengan.city.places import selectors
from chengan.city.places.errors import BadObject, BeyondScope
from chengan.city.places.models import CityObject, Organisation, User
from chengan.city.places.permissions import Permission
from chengan.city.places.services.objects import COMPARED, ObjectRow, Register
from chengan.city.places.services.records import check_unchanged


def editable_objects(user: User) -> QuerySet[CityObject]:
    """Objects whose owner lies in the branches where `user` may change the register."""
    found = selectors.branches(user, Permission.EDIT_PLACES)
    return CityObject.objects.filter(found.paths_q("owner__path")).select_related(
        "kind", "owner", "network", "area"
    )


def create_object(*, row: ObjectRow, owner: Organisation, by: User) -> CityObject:
    """Write a new object.

    Raises
    ------
    BadObject
        Naming the field that is wrong; a number that is taken is one.
    BeyondScope
        If `by` may not change the register for `owner`.
    """
    _check_may(by, owner)
    made = Register().object_of(row, owner)
    with transaction.atomic():
        theirs = CityObject.objects.filter(namespace=row.namespace, external_id=row.external_id)
        if theirs.exists():
            raise BadObject("external_id", _("This number is taken in this register."))
        made.save()
    return made


def change_object(
    *, key: int, seen: str, row: ObjectRow, owner: Organisation, by: User
) -> CityObject:
    """Write a changed object; its register and number stay.

    Raises
    ------
    BadObject, BeyondScope
    Conflict
        If it changed since `seen`.
    """
    _check_may(by, owner)
    made = Register().object_of(row, owner)
    with transaction.atomic():
        now = _locked(key, seen, by)
        made.id, made.retired_at = now.id, now.retired_at
        made.namespace, made.external_id = now.namespace, now.external_id
        made.is_sample = now.is_sample
        made.save(force_update=True, update_fields=[name.removesuffix("_id") for name in COMPARED])
    return made


def set_in_use(*, key: int, seen: str, in_use: bool, by: User, at: datetime) -> None:
    """Take an object out of use, or bring it back; nothing is deleted.

    Raises
    ------
    Conflict, BeyondScope
    """
    with transaction.atomic():
        now = _locked(key, seen, by)
        now.retired_at = None if in_use else (now.retired_at or at)
        now.save(update_fields=["retired_at"])


def _locked(key: int, seen: str, by: User) -> CityObject:
    found = selectors.branches(by, Permission.EDIT_PLACES).paths_q("owner__path")
    theirs = CityObject.objects.filter(found).select_for_update(of=("self",))
    locked: CityObject = check_unchanged(theirs, key, seen)
    return locked


def _check_may(by: User, owner: Organisation) -> None:
    if not selectors.may(by, Permission.EDIT_PLACES, owner):
        raise BeyondScope(_("This lies outside what you may change."))
