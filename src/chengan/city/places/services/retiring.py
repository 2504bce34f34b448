"""Taking rows out of use: what history refers to stays, what others rest on is refused."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from chengan.city.places.errors import InUse, WrongState
from chengan.city.places.models import (
    Area,
    Holding,
    Organisation,
    Post,
    Shift,
    Substitute,
    User,
)
from chengan.city.places.services.records import check_unchanged, editable


def retire(*, row: Model, seen: str, by: User, at: datetime) -> None:
    """Take a row out of use from `at` on.

    A holder's time ends with that day, a shift's with that hour; a shift to come and a substitute
    are taken off, and the audit trail keeps them.

    Raises
    ------
    Conflict, BeyondScope
    InUse
        If others in use rest on it.
    """
    with transaction.atomic():
        found = editable(type(row), by).select_for_update(of=("self",))
        now = check_unchanged(found, row.pk, seen)
        resting = list(rests_on(now))
        if resting:
            raise InUse(_("Still in use by: %(what)s.") % {"what": "; ".join(resting)})
        ENDINGS.get(type(row), _set_retired)(now, at)


def bring_back(*, row: Model, seen: str, by: User) -> None:
    """Put a retired row to use again.

    Raises
    ------
    Conflict, BeyondScope
    WrongState
        If what it belongs to is out of use.
    """
    with transaction.atomic():
        found = editable(type(row), by).select_for_update(of=("self",))
        now = check_unchanged(found, row.pk, seen)
        for name in ("parent", "organisation", "post"):
            above = getattr(now, name, None)
            if above is not None and above.retired_at:
                raise WrongState(_("%(what)s is out of use itself.") % {"what": above})
        now.retired_at = None
        now.save(update_fields=["retired_at"])


def rests_on(row: Model) -> Iterator[str]:
    """Say what in use rests on a row, each in words with its number."""
    for found in _dependants(row):
        count = found.count()
        if count:
            yield f"{found.model._meta.verbose_name_plural} {count}"


def _dependants(row: Any) -> Iterator[Any]:
    used = {"retired_at": None}
    if isinstance(row, Organisation):
        yield row.children.filter(**used)
        yield row.city_objects.filter(**used)
        yield row.networks.all()
        yield row.people.filter(**used)
        yield row.posts.filter(**used)
        yield row.grants.filter(user__is_active=True)
    elif isinstance(row, Area):
        yield row.children.filter(**used)
        yield row.city_objects.filter(**used)
        yield row.organisations.filter(**used)
        yield row.duties.filter(**used)
    elif isinstance(row, Post):
        yield row.duties.filter(**used)


def _set_retired(row: Any, at: datetime) -> None:
    row.retired_at = row.retired_at or at
    row.save(update_fields=["retired_at"])


def _end_holding(row: Holding, at: datetime) -> None:
    day = timezone.localdate(at)
    row.until_date = min(row.until_date, day) if row.until_date else day
    row.save(update_fields=["until_date"])


def _end_shift(row: Shift, at: datetime) -> None:
    if row.starts_at >= at:
        row.delete()
    else:
        row.ends_at = min(row.ends_at, at)
        row.save(update_fields=["ends_at"])


def _take_off(row: Substitute, _at: datetime) -> None:
    row.delete()


ENDINGS: dict[type[Model], Callable[[Any, datetime], None]] = {
    Holding: _end_holding,
    Shift: _end_shift,
    Substitute: _take_off,
}
