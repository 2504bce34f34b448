"""Risks found on the way: a page that works without a network and sends later."""

import uuid
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengan.city.assess import errors, forms
from chengan.city.assess.models import Risk
from chengan.city.assess.models.risk import MOST_FIGURE, MOST_PEOPLE
from chengan.city.assess.selectors import register
from chengan.city.assess.services import registering
from chengan.city.assess.services.twins import Twins
from chengan.city.places import api as places

May = places.Permission
CHOICES: Final = 300
"""Objects that the page offers by name; one stands near any other too, or is searched for."""
NEWEST: Final = 20


@require_GET
@login_required
def field(request: HttpRequest) -> HttpResponse:
    """What to tell of a risk: hazard, object or place, photo; and what one has told lately."""
    user: Any = request.user
    places.require(user, May.EDIT_RISKS)
    mine = list(
        Risk.objects.filter(found_by=user.get_username())
        .select_related("city_object")
        .order_by("-id")[:NEWEST]
    )
    open_ones = [each for each in mine if each.status != Risk.Status.CLOSED]
    like = Twins(user).of(open_ones)
    alike = {each.pk: twin for each, twin in zip(open_ones, like, strict=True)}
    context = {
        "form": forms.RiskForm(kind=""),
        "objects": places.visible_objects(user, May.EDIT_RISKS)
        .select_related("kind")
        .order_by("id")[:CHOICES],
        "mine": [(each, alike.get(each.pk)) for each in mine],
    }
    return render(request, "assess/field.html", context)


@require_GET
@login_required
def alike(request: HttpRequest) -> HttpResponse:
    """What is registered near: the same hazard, among what one may see; asked before telling."""
    places.require(request.user, May.EDIT_RISKS)
    found: list[registering.Near] = []
    if (place := _place(request)) and (hazard := request.GET.get("hazard", "")):
        lon, lat = place
        seen = register.visible_risks(request.user)
        found = registering.alike(among=seen, hazard_code=hazard, lon=lon, lat=lat)[:5]
    return render(request, "assess/_alike.html", {"alike": found})


def _place(request: HttpRequest) -> tuple[float, float] | None:
    """Where it is: where one stands, or the chosen object's place."""
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
        return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None
    except (KeyError, ValueError):
        key = request.GET.get("object", "")
    mine = places.visible_objects(request.user, May.EDIT_RISKS)
    chosen = mine.filter(pk=int(key)).first() if key.isdecimal() else None
    return (chosen.lon, chosen.lat) if chosen else None


@require_POST
@login_required
def send(request: HttpRequest) -> JsonResponse:
    """Take one report; the answer says whether the device may forget it."""
    user: Any = request.user
    places.require(user, May.EDIT_RISKS)
    try:
        risk = registering.take_found(found=_found(request), by=user, at=timezone.now())
    except (errors.AssessError, places.BadPicture) as error:
        return JsonResponse({"taken": False, "message": str(error)}, status=400)
    (twin,) = Twins(user).of([risk])
    said = str(twin.said) if twin else ""
    return JsonResponse({"taken": True, "message": "", "risk": risk.pk, "alike": said})


def _found(request: HttpRequest) -> registering.Found:
    """Read a report.

    Raises
    ------
    errors.BadInputs
        Naming what can't be read.
    BadPicture
        If the photo is none.
    """
    post = request.POST
    try:
        key = uuid.UUID(post.get("client_id", ""))
        lon, lat = (float(post[name]) if post.get(name) else None for name in ("lon", "lat"))
        people = int(post["exposed_people"]) if post.get("exposed_people") else None
        written, sent = (parse_datetime(post.get(name, "")) for name in ("client_at", "sent_at"))
        if written is None or sent is None or None in {written.tzinfo, sent.tzinfo}:
            raise ValueError(_("a time needs its zone"))
        loss, area = (
            float(post[name]) if post.get(name) else None for name in ("loss_per_year", "area_m2")
        )
        limits = ((lon, -180, 180), (lat, -90, 90), (people, 0, MOST_PEOPLE),
                  (loss, 0, MOST_FIGURE), (area, 0, MOST_FIGURE))  # fmt: skip
        if not all(value is None or low <= value <= high for value, low, high in limits):
            raise ValueError(_("a figure is out of range"))
    except ValueError as error:
        raise errors.BadInputs("", _("This report can't be read: %s.") % error) from error
    file = request.FILES.get("photo")
    return registering.Found(
        client_id=key,
        hazard_code=post.get("hazard", ""),
        city_object=_object(request),
        lon=lon,
        lat=lat,
        place_note=post.get("place_note", ""),
        description=post.get("description", "")[:5000],
        exposed_people=people,
        loss_per_year=loss,
        area_m2=area,
        age=sent - written,
        photo=places.clean_picture(file.chunks(), file.name or "photo") if file else None,
    )


def _object(request: HttpRequest) -> places.CityObject | None:
    key = request.POST.get("object", "")
    if not key:
        return None
    mine = places.visible_objects(request.user, May.EDIT_RISKS)
    found = mine.filter(pk=int(key)).first() if key.isdecimal() else None
    if found is None:
        raise errors.BadInputs("object", _("No object of yours of this number."))
    return found


@require_GET
def manifest(_request: HttpRequest) -> JsonResponse:
    """Say how the page stands on a phone's first screen."""
    start = reverse("assess:field")
    return JsonResponse(
        {
            "name": _("Chengan · risks found"),
            "short_name": _("Risks found"),
            "start_url": start,
            "scope": start,
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#0b57a4",
            "icons": [{"src": static("chengan/icon.svg"), "type": "image/svg+xml", "sizes": "any"}],
        },
        content_type="application/manifest+json",
    )


@require_GET
def worker(_request: HttpRequest) -> HttpResponse:
    """Give the service worker, whose scope is this folder."""
    return places.field_worker(
        home=reverse("assess:field"), pages="^/assess/field/$", cache="chengan-risks-1"
    )
