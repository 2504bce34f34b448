"""Making and changing a project while it is a draft, and the installations it plans."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chengan.city.assess import messages
from chengan.city.assess.errors import BadInputs, NotWaiting
from chengan.city.assess.models import Installation, SitingProject, SitingStep
from chengan.city.assess.services.siting.standing import as_plant
from chengan.city.assess.services.siting.steps import record
from chengan.city.places import api as places
from chengan.core import errors as science
from chengan.core.geo import geometry as shapes
from chengan.core.risk import consequences

MOST_BYTES = 1 << 20


@dataclass(frozen=True)
class Draft:
    """What a planner says of a project; `geometry` is GeoJSON in WGS 84."""

    name_zh: str
    kind: str
    geometry: dict[str, Any]
    organisation: places.Organisation
    name_en: str = ""
    about: str = ""
    people_day: int = 0
    people_night: int = 0
    is_sample: bool = False


def read_geometry(text: str | bytes) -> dict[str, Any]:
    """Give the one shape of a GeoJSON text: a geometry, a feature, or a collection of one.

    Raises
    ------
    BadInputs
        If it is no GeoJSON, holds more than one shape, or its shape is broken; says what.
    """
    if len(text) > MOST_BYTES:
        raise BadInputs("geometry", _("The file is larger than 1 MB: draw the outline alone."))
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInputs("geometry", _("This is no GeoJSON: %(why)s") % {"why": error}) from error
    if isinstance(found, dict) and found.get("type") == "FeatureCollection":
        features = found.get("features") or []
        if len(features) != 1:
            message = _("The file holds %(n)s shapes; a project is one.") % {"n": len(features)}
            raise BadInputs("geometry", message)
        found = features[0]
    if isinstance(found, dict) and found.get("type") == "Feature":
        found = found.get("geometry")
    faults = shapes.faults(found)
    if faults:
        raise BadInputs("geometry", "; ".join(faults))
    return dict(shapes.clean(found).geometry)


def create(*, draft: Draft, by: str, at: datetime) -> SitingProject:
    """Make a project as a draft of its planner."""
    with transaction.atomic():
        made = SitingProject.objects.create(planner=by, created_at=at, **_values(draft))
        SitingStep.objects.create(project=made, step="created", by=by, at=at)
        record("assess.siting.created", made, by, at, {"kind": made.kind})
    return made


def change(*, project: SitingProject, draft: Draft, by: str, at: datetime) -> None:
    """Change a draft; its reviews remain as they were made.

    Raises
    ------
    NotWaiting
        If it is no draft any more.
    """
    with transaction.atomic():
        found = SitingProject.objects.filter(pk=project.pk, status=SitingProject.Status.DRAFT)
        if not found.update(**_values(draft)):
            raise NotWaiting(_("Only a draft can be changed: have it sent back first."))
        record("assess.siting.changed", project, by, at, {})
    project.refresh_from_db()


def add_installation(
    *, project: SitingProject, values: dict[str, Any], by: str, at: datetime
) -> Installation:
    """Plan an installation in a draft."""
    with transaction.atomic():
        locked = SitingProject.objects.select_for_update().get(pk=project.pk)
        if locked.status != SitingProject.Status.DRAFT:
            raise NotWaiting(_("Only a draft can be changed: have it sent back first."))
        made = Installation(project=locked, is_sample=locked.is_sample, **values)
        _refuse_unknown(made)
        made.save()
        record("assess.siting.installation_added", locked, by, at, {"installation": made.pk})
    return made


def _refuse_unknown(made: Installation) -> None:
    """Refuse what no law takes now, not when it is reviewed."""
    try:
        consequences.named_outcomes(as_plant(made), consequences.Assumptions())
    except science.CoreError as error:
        raise BadInputs("installation", messages.of(error)) from error


def drop_installation(*, installation: Installation, by: str, at: datetime) -> None:
    """Take a planned installation out of a draft."""
    project = installation.project
    if project is None:
        raise NotWaiting(_("This installation belongs to no project."))
    with transaction.atomic():
        locked = SitingProject.objects.select_for_update().get(pk=project.pk)
        if locked.status != SitingProject.Status.DRAFT:
            raise NotWaiting(_("Only a draft can be changed: have it sent back first."))
        number = installation.pk
        installation.delete()
        record("assess.siting.installation_dropped", locked, by, at, {"installation": number})


def _values(draft: Draft) -> dict[str, Any]:
    if not draft.name_zh.strip():
        raise BadInputs("name_zh", _("A project needs a name."))
    if draft.kind not in SitingProject.Kind.values:
        raise BadInputs("kind", _("Choose what is to be built."))
    lon, lat = shapes.representative_point(draft.geometry)
    area = places.area_at(lon, lat)
    return {
        "name_zh": draft.name_zh.strip(),
        "name_en": draft.name_en.strip(),
        "kind": draft.kind,
        "geometry": draft.geometry,
        "lon": lon,
        "lat": lat,
        "area_path": area.path if area else "",
        "organisation": draft.organisation,
        "about": draft.about.strip(),
        "people_day": draft.people_day,
        "people_night": draft.people_night,
        "is_sample": draft.is_sample,
    }
