"""Dangers found: reported once, however often a device sends them; and notes on the way."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chengan.city.assess import api as assess
from chengan.city.close import codes
from chengan.city.close.errors import BadDanger, CloseError
from chengan.city.close.models import HiddenDanger
from chengan.city.close.services import log, telling
from chengan.city.places import api as places

OLDEST: Final = timedelta(days=30)
"""What a device kept longer than this counts as found then [ours]."""
TOLD: Final = ("隐患上报，待核定", "Hidden danger reported, to be judged")


@dataclass(frozen=True)
class Found:
    """What was seen; `age` how long ago by the device's own clock; what is empty is unknown."""

    title: str
    description: str = ""
    city_object: places.CityObject | None = None
    risk: assess.Risk | None = None
    lon: float | None = None
    lat: float | None = None
    place_note: str = ""
    source: int = 1
    kind: int = 8
    age: timedelta = timedelta()
    photo: places.CleanPicture | None = None
    client_id: uuid.UUID | None = None
    is_sample: bool = False
    organisation: places.Organisation | None = None
    """Who answers for it; without one the object's owner, else whose ground it is."""


def report(*, found: Found, by: str, at: datetime) -> HiddenDanger:
    """Report a danger; sent a second time it gives the first.

    Raises
    ------
    BadDanger
        Without a title or a place, on nobody's ground, with a number that no code set has, or a
        risk elsewhere.
    CloseError
        If somebody else's report has this number.
    """
    known = HiddenDanger.objects.filter(client_id=found.client_id).exclude(client_id=None).first()
    if known is not None:
        return _same(known, by)
    _refuse(found)
    try:
        return _report(found, by, at)
    except IntegrityError:
        known = HiddenDanger.objects.filter(client_id=found.client_id).first()
        if known is None:
            raise
        return _same(known, by)


def _same(known: HiddenDanger, by: str) -> HiddenDanger:
    if known.found_by != by:
        raise CloseError(_("This number belongs to another report."))
    return known


def _refuse(found: Found) -> None:
    log.need("title", found.title, _("Say what is wrong."))
    if found.city_object is None and (found.lon is None or found.lat is None):
        raise BadDanger("object", _("Say where it is: choose the object, or stand at the place."))
    for name in ("source", "kind"):
        if getattr(found, name) not in codes.numbers(name):
            raise BadDanger(name, _("Choose one of the list."))
    if found.risk and found.risk.city_object_id != (found.city_object and found.city_object.pk):
        raise BadDanger("risk", _("This risk is at another object."))


@transaction.atomic
def _report(found: Found, by: str, at: datetime) -> HiddenDanger:
    thing = found.city_object
    lon = thing.lon if found.lon is None and thing else found.lon
    lat = thing.lat if found.lat is None and thing else found.lat
    area = (thing.area if thing else None) or places.area_at(lon, lat)
    answers = found.organisation or _answering(thing, area)
    made = HiddenDanger.objects.create(
        title=found.title.strip()[:200],
        description=found.description.strip(),
        city_object=thing,
        risk=found.risk,
        area=area,
        area_path=area.path if area else "",
        lon=lon,
        lat=lat,
        place_note=found.place_note.strip()[:200],
        organisation=answers,
        organisation_path=answers.path,
        source=found.source,
        kind=found.kind,
        found_by=by,
        found_at=at - min(max(found.age, timedelta()), OLDEST),
        client_id=found.client_id,
        is_sample=found.is_sample,
    )
    step = log.record(made, log.Kind.REPORTED, by, at, note=made.description, photo=found.photo)
    telling.tell(made, step, telling.superior(made), TOLD, at)
    return made


def _answering(thing: places.CityObject | None, area: places.Area | None) -> places.Organisation:
    """Give the object's owner; without an object whoever has the smallest ground that holds it."""
    if thing is not None:
        return thing.owner
    grounds = places.Organisation.objects.filter(retired_at=None, area__isnull=False)
    holding = [
        each
        for each in grounds.select_related("area")
        if area and each.area and area.path.startswith(each.area.path)
    ]
    found = max(holding, key=lambda each: len(each.area.path), default=None)  # type: ignore[union-attr]
    if found is None:
        raise BadDanger("object", _("This place is on nobody's ground: choose the object."))
    return found


@transaction.atomic
def note(
    *,
    danger: HiddenDanger,
    note: str,
    by: str,
    at: datetime,
    photo: places.CleanPicture | None = None,
) -> None:
    """Add a note or photo to a danger that is not over."""
    if photo is None:
        log.need("note", note, _("Write something, or add a photo."))
    over = {HiddenDanger.Status.CLOSED, HiddenDanger.Status.DISMISSED}
    log.hold(danger, set(HiddenDanger.Status.values) - over)
    log.record(danger, log.Kind.NOTED, by, at, note=note, photo=photo)
