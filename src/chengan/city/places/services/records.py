"""Rows of the register changed one at a time by a person: nobody overwrites another's change."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from chengan.city.places import geometry, selectors
from chengan.city.places.errors import BeyondScope, Conflict, PlacesError
from chengan.city.places.models import (
    Area,
    Duty,
    Holding,
    Organisation,
    Person,
    Post,
    Shift,
    Substitute,
    User,
)
from chengan.city.places.permissions import Permission

Row = TypeVar("Row", bound=Model)
ENCODER = DjangoJSONEncoder(sort_keys=True)
EDITS: dict[type[Model], Permission] = {
    Organisation: Permission.EDIT_PLACES,
    Area: Permission.EDIT_PLACES,
    Person: Permission.MANAGE_DUTIES,
    Post: Permission.MANAGE_DUTIES,
    Holding: Permission.MANAGE_DUTIES,
    Duty: Permission.MANAGE_DUTIES,
    Substitute: Permission.MANAGE_DUTIES,
    Shift: Permission.MANAGE_DUTIES,
}
OWNERS = {
    Person: "organisation__path",
    Post: "organisation__path",
    Holding: "post__organisation__path",
    Duty: "post__organisation__path",
    Substitute: "duty__post__organisation__path",
    Shift: "post__organisation__path",
}


def fingerprint(row: Model) -> str:
    """Digest of a row's values: it differs after any write, whichever road it came by."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return hashlib.sha256(ENCODER.encode(values).encode()).hexdigest()[:16]


def editable(model: type[Row], user: User) -> Any:
    """Rows of `model` that `user` may change."""
    found = selectors.branches(user, EDITS[model])
    if model is Organisation:
        wanted = found.paths_q("path")
    elif model is Area:
        wanted = selectors.Scope(everything=found.everything, owner_paths=found.area_paths).paths_q(
            "path"
        )
    else:
        wanted = found.paths_q(OWNERS[model])
    return model._default_manager.filter(wanted)


def create(*, row: Row, by: User) -> Row:
    """Write a new row.

    Raises
    ------
    BeyondScope
        If it lies outside the branches of `by`.
    PlacesError
        If the register refuses it.
    """
    return _write(row, by)


def change(*, row: Row, seen: str, by: User) -> Row:
    """Write a changed row, unless it changed under the editor's hands.

    Raises
    ------
    Conflict
        If the row is no longer what `seen` is the fingerprint of.
    BeyondScope
        If the row lies, or would lie, outside the branches of `by`.
    """
    with transaction.atomic():
        check_unchanged(editable(type(row), by).select_for_update(of=("self",)), row.pk, seen)
        return _write(row, by)


def check_unchanged(found: Any, key: int, seen: str) -> Any:
    """Lock and give the row of `key`, unless it is no longer what was seen.

    Raises
    ------
    Conflict
    BeyondScope
    """
    now = found.filter(pk=key).first()
    if now is None:
        raise BeyondScope(_("This lies outside what you may change."))
    if fingerprint(now) != seen:
        raise Conflict(_conflict(now))
    return now


def last_changed_by(row: Model) -> str:
    """Name of whoever wrote the row last, as the audit trail knows it; empty when it does not."""
    events: Any = row.pgh_event_model  # type: ignore[attr-defined]
    event = events.objects.filter(pgh_obj_id=row.pk).select_related("pgh_context").last()
    about = event.pgh_context.metadata if event and event.pgh_context else {}
    user = User.objects.filter(id=about.get("user") or 0).first()
    return user.get_username() if user else str(about.get("by", ""))


def _conflict(row: Model) -> str:
    who = last_changed_by(row) or _("somebody else")
    return _(
        "%(who)s changed this after you opened it. Nothing was saved: open it again, look at the "
        "present values and enter yours once more."
    ) % {"who": who}


def _write(row: Row, by: User) -> Row:
    if isinstance(row, Area):
        _put_box(row)
    try:
        with transaction.atomic():
            row.save()
            _check_within(row, by)
    except IntegrityError as error:
        raise PlacesError(_("The register refuses this: it contradicts another row.")) from error
    row.refresh_from_db()
    return row


def _check_within(row: Model, by: User) -> None:
    """Look where the row lies now that the database has written its path."""
    if not editable(type(row), by).filter(pk=row.pk).exists():
        raise BeyondScope(_("This lies outside what you may change."))


def _put_box(area: Area) -> None:
    bounds: Iterable[float | None] = (None,) * 4
    if area.geometry is not None:
        bounds = geometry.bounds(area.geometry, ("Polygon", "MultiPolygon"))
    area.lon_min, area.lat_min, area.lon_max, area.lat_max = bounds


def retired_at_of(row: Model) -> datetime | None:
    """When the row was taken out of use; None for one in use, or of a sort without that."""
    return getattr(row, "retired_at", None)
