"""What a person corrects of a registered risk: its names, place, people, loss and area."""

from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chengan.city.assess import errors
from chengan.city.assess.models import LevelChange, Rating, Risk
from chengan.city.assess.selectors import register
from chengan.city.assess.services import levels
from chengan.city.journal import api as journal
from chengan.city.places import api as places

FIELDS: Final = (
    "name_zh", "name_en", "place_note", "description", "exposed_people", "loss_per_year",
    "area_m2", "lon", "lat",
)  # fmt: skip
ON_THE_MAP: Final = {"loss_per_year", "area_m2", "lon", "lat"}
RATED: Final = ("weight", "loss", "h3_7", "h3_8", "h3_9", "h3_10")


@transaction.atomic
def correct(
    *, risk: Risk, seen: str, by: places.User, at: datetime, **values: Any
) -> tuple[str, ...]:
    """Write corrected fields unless the risk changed since `seen`; give the names of those changed.

    The map follows: cells, area and loss of the rating are those of the risk.

    Raises
    ------
    errors.NotWaiting
        If the risk is closed.
    errors.Duplicate
        If its hazard is registered at the new place of the object already.
    places.PlacesError
        If somebody changed it meanwhile, or it lies outside what `by` may change.
    """
    mine = register.visible_risks(by, places.Permission.EDIT_RISKS)
    now: Risk = places.check_unchanged(mine.select_for_update(of=("self",)), risk.pk, seen)
    if now.status == Risk.Status.CLOSED:
        raise errors.NotWaiting(_("The risk is closed."))
    changed = tuple(
        name for name in FIELDS if name in values and getattr(now, name) != values[name]
    )
    for name in changed:
        setattr(now, name, values[name])
    if changed:
        _save(now, changed)
        _follow(now, changed, at)
        _record(now, changed, by, at)
    return changed


def _save(now: Risk, changed: tuple[str, ...]) -> None:
    try:
        with transaction.atomic():
            now.save(update_fields=changed)
    except IntegrityError as error:
        text = _("This hazard is registered at this place of the object already.")
        raise errors.Duplicate(text) from error


def _follow(now: Risk, changed: tuple[str, ...], at: datetime) -> None:
    """A change of level, though the level stays, tells the maps to be drawn anew."""
    if not ON_THE_MAP & set(changed):
        return
    fresh = levels.opened(now)
    kept = {name: getattr(fresh, name) for name in RATED}
    Rating.objects.filter(risk_id=now.pk).update(**kept)
    levels.settle([now.pk], at=at, why=LevelChange.Why.CORRECTED, always=True)


def _record(now: Risk, changed: tuple[str, ...], by: places.User, at: datetime) -> None:
    fact = journal.Fact(
        kind="assess.risk.corrected",
        subject=f"risk:{now.pk}",
        at=at,
        actor=by.get_username(),
        data={"risk": now.pk, "city_object": now.city_object_id, "fields": list(changed)},
    )
    journal.append([fact])
