"""What an officer draws on the map of an incident."""

from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from chengan.city.command.errors import CommandError
from chengan.city.command.models import Cordon, Incident
from chengan.city.command.services import picturing


def cordon(request: HttpRequest, case: Incident, at: datetime) -> None:
    """Draw a cordon."""
    given = request.POST
    picturing.draw_cordon(
        incident=case,
        kind=given.get("kind", ""),
        name=given.get("name", ""),
        geometry=given.get("area", ""),
        by=request.user.get_username(),
        at=at,
    )


def lift(request: HttpRequest, case: Incident, at: datetime) -> None:
    """Lift a cordon."""
    text = request.POST.get("cordon", "")
    key = int(text) if text.isdecimal() and len(text) < 18 else 0
    row = get_object_or_404(Cordon, pk=key, incident=case)
    picturing.lift_cordon(cordon=row, by=request.user.get_username(), at=at)


def plume(request: HttpRequest, case: Incident, at: datetime) -> None:
    """Reckon the cloud of a release."""
    release = picturing.Release(
        cas=request.POST.get("cas", ""),
        rate=number(request, "rate", _("Release rate")),
        stability=request.POST.get("stability", ""),
        wind=number(request, "wind", _("Wind speed")),
        wind_from=number(request, "wind_from", _("Wind from")),
    )
    is_area = request.POST.get("is_area") == "1"
    by = request.user.get_username()
    picturing.reckon_plume(incident=case, release=release, is_area=is_area, by=by, at=at)


def plume_off(request: HttpRequest, case: Incident, at: datetime) -> None:
    """Take the cloud off the map."""
    picturing.take_plume_off(incident=case, by=request.user.get_username(), at=at)


def number(request: HttpRequest, field: str, word: str) -> float:
    """Read a figure from the form.

    Raises
    ------
    CommandError
        If it is none; the text names the field.
    """
    text = request.POST.get(field, "").strip()
    try:
        return float(text)
    except ValueError as error:
        said = {"word": word, "text": text[:40]}
        raise CommandError(_("%(word)s: a number is expected, got “%(text)s”.") % said) from error
