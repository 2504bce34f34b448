"""Risks found: registered at an object of the city, duplicates pointed out, closed in the end."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chengan.city.assess import errors
from chengan.city.assess.models import Hazard, Photo, Risk
from chengan.city.assess.services import levels, methods
from chengan.city.places import api as places
from chengan.core.geo.distance import box_around, distances_m

PICTURES: Final = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"RIFF": "image/webp"}
MOST_BYTES: Final = 12 << 20


@dataclass(frozen=True)
class Near:
    """A registered risk of the same hazard and how far away it is, in metres."""

    risk: Risk
    distance_m: float


def alike(*, hazard_code: str, lon: float, lat: float, radius_m: float | None = None) -> list[Near]:
    """Open risks of the same hazard within the register's radius, nearest first."""
    radius = radius_m if radius_m is not None else float(methods.policy()["duplicate_m"])
    west, south, east, north = box_around(lon, lat, radius)
    rows = list(
        Risk.objects.exclude(status=Risk.Status.CLOSED)
        .filter(hazard_code=hazard_code, lon__range=(west, east), lat__range=(south, north))
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
        raise errors.Duplicate(text % hazard.name_zh) from error
    levels.opened(risk).save()
    return risk


@transaction.atomic
def register_many(risks: Sequence[Risk]) -> None:
    """Put prepared risks into the register at once; the caller has refused duplicates."""
    Risk.objects.bulk_create(risks)
    type(levels.opened(risks[0])).objects.bulk_create([levels.opened(each) for each in risks])


@transaction.atomic
def close(*, risk: Risk, reason: str, by: str, at: datetime) -> None:
    """Close a risk that is gone.

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


def add_photo(*, risk: Risk, image: bytes, by: str, at: datetime) -> Photo:
    """Keep a picture of a risk.

    Raises
    ------
    errors.BadInputs
        If it is too large or no JPEG, PNG or WebP picture.
    """
    kind = next((kind for sign, kind in PICTURES.items() if image.startswith(sign)), "")
    if len(image) > MOST_BYTES or not kind:
        raise errors.BadInputs("photo", _("A JPEG, PNG or WebP picture of at most 12 MB, please."))
    folder = Path(settings.UPLOAD_FOLDER) / "risks"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / uuid.uuid4().hex
    path.write_bytes(image)
    return Photo.objects.create(
        risk=risk, file=str(path), media_type=kind, taken_by=by, taken_at=at
    )
