"""What people draw on the common picture: cordons, and the cloud of a release."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chengan.city.assess import api as assess
from chengan.city.command.errors import BadPlace, CommandError, NotOpen
from chengan.city.command.models import Cordon, Incident
from chengan.city.command.places_of import checked_area
from chengan.city.command.services import changing, log
from chengan.core.errors import OutOfRange


@transaction.atomic
def draw_cordon(
    *, incident: Incident, kind: str, name: str, geometry: object, by: str, at: datetime
) -> Cordon:
    """Draw a cordon (GeoJSON or its text) on an open incident's map.

    Raises
    ------
    BadPlace
        If there is no polygon, or no sound one.
    CommandError
        If there is no such kind.
    NotOpen
        If the incident is closed or merged.
    """
    area = checked_area(geometry)
    if area is None:
        raise BadPlace(_("Draw the cordon first: click its corners on the map."))
    if kind not in Cordon.Kind.values:
        raise CommandError(_("Choose what holds inside the cordon."))
    if not Incident.objects.select_for_update().filter(pk=incident.pk, status="open").exists():
        raise NotOpen(_("Incident %(number)s is no longer open.") % {"number": incident.number})
    made = Cordon.objects.create(
        incident=incident,
        kind=kind,
        name=name.strip()[:100],
        geometry=area,
        drawn_by=by,
        drawn_at=at,
    )
    log.record("cordon.drawn", incident, at, by, title=str(made), area=area)
    return made


@transaction.atomic
def lift_cordon(*, cordon: Cordon, by: str, at: datetime) -> None:
    """Lift a cordon.

    Raises
    ------
    CommandError
        If somebody lifted it first.
    """
    standing = Cordon.objects.filter(pk=cordon.pk, lifted_at=None)
    if not standing.update(lifted_at=at, lifted_by=by):
        raise CommandError(_("Somebody lifted this cordon first."))
    log.record("cordon.lifted", cordon.incident, at, by, title=str(cordon))


@dataclass(frozen=True)
class Release:
    """What is let out and in what air: kg/s, Pasquill's letter, m/s, degrees it blows from."""

    cas: str
    rate: float
    stability: str
    wind: float
    wind_from: float


def reckon_plume(
    *, incident: Incident, release: Release, is_area: bool, by: str, at: datetime
) -> dict[str, Any]:
    """Reckon the cloud of a release at the incident's place, for all who look; give it.

    With `is_area` its outermost outline becomes the affected area.

    Raises
    ------
    BadPlace
        If the incident has no place.
    CommandError
        If a figure lies outside what the laws hold for; the text names it.
    NotOpen
        If the incident is closed or merged.
    """
    if incident.lon is None or incident.lat is None:
        raise BadPlace(_("The incident has no place: a cloud begins somewhere."))
    try:
        found = assess.plume(lon=incident.lon, lat=incident.lat, **asdict(release))
    except OutOfRange as error:
        text = _("The cloud can't be reckoned: %(why)s.")
        raise CommandError(text % {"why": assess.said(error)}) from error
    plume = {**asdict(release), **found, "by": by, "at": at.isoformat()}
    reach = max((each["reach_m"] for each in found["outlines"]), default=0.0)
    text = _("%(rate)g kg/s, wind %(wind)g m/s from %(from)d°, class %(stability)s: %(reach)d m")
    note = text % {
        "rate": release.rate,
        "wind": release.wind,
        "from": round(release.wind_from) % 360,
        "stability": release.stability,
        "reach": round(reach),
    }
    with transaction.atomic():
        changing.change(incident, "incident.plume", by, at, {"plume": plume}, note=note)
        if is_area and found["outlines"]:
            area = {"type": "Polygon", "coordinates": [found["outlines"][0]["ring"]]}
            changing.set_area(incident=incident, area=area, by=by, at=at)
    return plume


def take_plume_off(*, incident: Incident, by: str, at: datetime) -> None:
    """Take the cloud off the map.

    Raises
    ------
    NotOpen
        If the incident was closed or merged first.
    """
    changing.change(incident, "incident.plume_off", by, at, {"plume": None})
