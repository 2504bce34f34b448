"""Risks found: registered at an object of the city, duplicates pointed out, closed in the end."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from chengan.city.assess import errors, messages
from chengan.city.assess.messages import Named
from chengan.city.assess.messages import message as _
from chengan.city.assess.models import Hazard, Photo, Risk
from chengan.city.assess.services import assessing, levels, methods, twins
from chengan.city.places import api as places
from chengan.core.geo.distance import box_around, distances_m

NEAR_M: Final = 200
"""How far an object may stand from where somebody reports [ours]."""
OLDEST: Final = timedelta(days=30)
"""What a device kept longer than this counts as found then [ours]."""


@dataclass(frozen=True)
class Near:
    """A registered risk of the same hazard and how far away it is, in metres."""

    risk: Risk
    distance_m: float


def alike(
    *,
    among: QuerySet[Risk],
    hazard_code: str,
    lon: float,
    lat: float,
    radius_m: float | None = None,
) -> list[Near]:
    """Open risks of the same hazard within the register's radius, nearest first.

    `among` is what whoever asks may see: others' risks are not told by the way.
    """
    radius = radius_m if radius_m is not None else float(methods.policy()["duplicate_m"])
    west, south, east, north = box_around(lon, lat, radius)
    resolution, rings = twins.reach(radius)
    cells = list(twins.disk(lon, lat, resolution, rings))
    rows = list(
        among.exclude(status=Risk.Status.CLOSED)
        .filter(hazard_code=hazard_code, lon__range=(west, east), lat__range=(south, north))
        .filter(**{f"rating__h3_{resolution}__in": cells})
        .select_related("city_object", "rating")
    )
    metres = distances_m(lon, lat, [each.lon for each in rows], [each.lat for each in rows])
    found = [Near(each, float(far)) for each, far in zip(rows, metres, strict=True)]
    return sorted((each for each in found if each.distance_m <= radius), key=lambda n: n.distance_m)


def prepared(
    *, city_object: places.CityObject, hazard: Hazard, by: str, at: datetime, **about: Any
) -> Risk:
    """Make a risk from a library's hazard at an object, not saved."""
    return Risk(
        city_object=city_object,
        hazard_code=hazard.code,
        sector=hazard.library.code,
        name_zh=about.pop("name_zh", "") or f"{city_object.name_zh}·{hazard.name_zh}"[:200],
        name_en=about.pop("name_en", "") or _english(city_object, hazard),
        accident_zh=hazard.accident_zh,
        accident_en=hazard.accident_en,
        lon=about.pop("lon", None) or city_object.lon,
        lat=about.pop("lat", None) or city_object.lat,
        found_by=by,
        found_at=at,
        is_sample=about.pop("is_sample", city_object.is_sample),
        **about,
    )


def _english(city_object: places.CityObject, hazard: Hazard) -> str:
    parts = [city_object.name_en or city_object.name_zh, hazard.name_en or hazard.name_zh]
    return ": ".join(parts)[:200]


@transaction.atomic
def register(
    *, city_object: places.CityObject, hazard: Hazard, by: str, at: datetime, **about: Any
) -> Risk:
    """Put a risk into the register, not assessed yet.

    Raises
    ------
    errors.Duplicate
        If this hazard is registered at this object and place already.
    """
    risk = prepared(city_object=city_object, hazard=hazard, by=by, at=at, **about)
    try:
        with transaction.atomic():
            risk.save()
    except IntegrityError as error:
        text = _("“%s” is registered at this object and place already.")
        raise errors.Duplicate(text % Named(hazard.name_zh, hazard.name_en)) from error
    levels.opened(risk).save()
    return risk


@transaction.atomic
def register_many(risks: Sequence[Risk]) -> None:
    """Put prepared risks into the register at once; the caller has refused duplicates."""
    Risk.objects.bulk_create(risks)
    type(levels.opened(risks[0])).objects.bulk_create([levels.opened(each) for each in risks])


@transaction.atomic
def close(*, risk: Risk, reason: str, by: str, at: datetime) -> None:
    """Close a risk that is gone; assessments that wait go back to their authors.

    Raises
    ------
    errors.BadInputs
        Without a reason.
    errors.NotWaiting
        If it is closed already.
    """
    if not reason.strip():
        raise errors.BadInputs("reason", _("Say why the risk is gone."))
    found = Risk.objects.filter(pk=risk.pk).exclude(status=Risk.Status.CLOSED)
    if not found.update(status=Risk.Status.CLOSED, closed_at=at, close_reason=reason.strip()):
        raise errors.NotWaiting(_("The risk is closed already."))
    risk.dues.filter(done_at=None).update(done_at=at)
    levels.close(risk.rating, at=at, note=reason)
    # Last, for it states facts: whoever holds the journal must wait for no rating.
    why = messages.stored(_("The risk is closed."))
    assessing.send_back_all(risk=risk, reason=why, by=by, at=at)


@transaction.atomic
def add_photo(*, risk: Risk, image: places.CleanPicture, by: str, at: datetime) -> Photo:
    """Keep a picture of a risk, without what the camera wrote (place, device, owner)."""
    folder = Path(settings.UPLOAD_FOLDER) / "risks"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{uuid.uuid4().hex}.jpg"
    path.write_bytes(image.content)
    return Photo.objects.create(
        risk=risk, file=str(path), media_type="image/jpeg", taken_by=by, taken_at=at
    )


@dataclass(frozen=True)
class Found:
    """What was seen in the field; `age` how long ago by the device's own clock."""

    client_id: uuid.UUID
    hazard_code: str
    city_object: places.CityObject | None
    lon: float | None
    lat: float | None
    place_note: str = ""
    description: str = ""
    exposed_people: int | None = None
    loss_per_year: float | None = None
    area_m2: float | None = None
    age: timedelta = timedelta()
    photo: places.CleanPicture | None = None


@transaction.atomic
def take_found(*, found: Found, by: places.User, at: datetime) -> Risk:
    """Register what was found in the field; told twice, it is there once.

    Without an object it is at the nearest one of the user's within NEAR_M of where they stood.

    Raises
    ------
    errors.BadInputs
        If there is no such hazard, or no object of the user's there.
    errors.Duplicate
        If this hazard is registered at this object and place already.
    """
    known = Risk.objects.filter(client_id=found.client_id, found_by=by.get_username()).first()
    if known is not None:
        return known
    hazard = (
        Hazard.objects.filter(code=found.hazard_code, library__retired_at=None)
        .select_related("library")
        .first()
    )
    if hazard is None:
        raise errors.BadInputs("hazard", _("No hazard of this code in the libraries in force."))
    risk = register(
        city_object=found.city_object or _nearest(found, by),
        hazard=hazard,
        by=by.get_username(),
        at=at - min(max(found.age, timedelta()), OLDEST),
        client_id=found.client_id,
        lon=found.lon,
        lat=found.lat,
        place_note=found.place_note[:200],
        description=found.description,
        exposed_people=found.exposed_people,
        loss_per_year=found.loss_per_year,
        area_m2=found.area_m2,
    )
    if found.photo:
        add_photo(risk=risk, image=found.photo, by=by.get_username(), at=risk.found_at)
    return risk


def _nearest(found: Found, by: places.User) -> places.CityObject:
    near = [] if found.lon is None or found.lat is None else own_near(by, found.lon, found.lat)
    if not near:
        text = _("Choose the object: none of yours stands within %s m of where you were.") % NEAR_M
        raise errors.BadInputs("object", text)
    return near[0].city_object


def own_near(user: places.Somebody, lon: float, lat: float) -> list[places.Near]:
    """Objects within NEAR_M of a place whose risks the user may edit, nearest first."""
    near = places.objects_near(lon, lat, NEAR_M)
    mine = places.visible_objects(user, places.Permission.EDIT_RISKS)
    allowed = set(
        mine.filter(pk__in=[each.city_object.pk for each in near]).values_list("pk", flat=True)
    )
    return [each for each in near if each.city_object.pk in allowed]
