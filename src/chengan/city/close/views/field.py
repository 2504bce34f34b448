"""Dangers found on the way: a page that works without a network and sends later."""

from datetime import timedelta
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengan.city.assess import api as assess
from chengan.city.close import codes, forms
from chengan.city.close.errors import BadDanger, CloseError
from chengan.city.close.models import HiddenDanger
from chengan.city.close.selectors import dangers as selectors
from chengan.city.close.services import reporting
from chengan.city.places import api as places

May = places.Permission
CHOICES: Final = 300
"""Objects that the page offers by name; one stands near any other too."""
NEAR_M: Final = 50.0
"""How far the nearest object may stand from where somebody reports [ours]."""
NEWEST: Final = 20


@require_GET
@login_required
def report(request: HttpRequest) -> HttpResponse:
    """What to tell of a danger, with photo and place; and what one has told lately."""
    return _page(request, forms.ReportForm(initial=request.GET.dict()))


def _page(request: HttpRequest, form: forms.ReportForm) -> HttpResponse:
    places.require(request.user, May.REPORT_DANGERS)
    mine = HiddenDanger.objects.filter(found_by=request.user.get_username())
    offered = places.visible_objects(request.user, May.REPORT_DANGERS).order_by("id")[:CHOICES]
    context = {
        "form": form,
        "objects": _with_asked(request, list(offered)),
        "chosen": str(form["object"].value() or ""),
        "risk": _risk(request, str(form["risk"].value() or "")),
        "mine": mine.select_related("city_object").order_by("-pk")[:NEWEST],
    }
    return render(request, "close/report.html", context)


def _with_asked(request: HttpRequest, offered: list[places.CityObject]) -> list[places.CityObject]:
    """Add the object that the address names, where it is not among the first."""
    asked = _object(request, request.GET.get("object", ""))
    return offered if asked is None or asked in offered else [asked, *offered]


def _object(request: HttpRequest, key: str) -> places.CityObject | None:
    mine = places.visible_objects(request.user, May.REPORT_DANGERS)
    return mine.filter(pk=int(key)).first() if key.isdecimal() else None


def _risk(request: HttpRequest, key: str) -> assess.Risk | None:
    seen = assess.visible_risks(request.user)
    return seen.filter(pk=int(key)).first() if key.isdecimal() else None


@require_POST
@login_required
def send(request: HttpRequest) -> HttpResponse:
    """Take one report: JSON for the device's queue, a page for a plain form."""
    places.require(request.user, May.REPORT_DANGERS)
    is_queue = request.headers.get("Accept", "").startswith("application/json")
    form = forms.ReportForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise BadDanger("", _first_fault(form))
        by = request.user.get_username()
        made = reporting.report(found=_found(request, form), by=by, at=timezone.now())
    except (CloseError, places.BadPicture) as error:
        if is_queue:
            return JsonResponse({"taken": False, "message": str(error)}, status=400)
        if not form.errors:
            field = getattr(error, "field", "")
            form.add_error(field if field in form.fields else None, str(error))
        return _page(request, form)
    if is_queue:
        return JsonResponse({"taken": True, "message": "", "danger": made.pk})
    return redirect("close:danger", made.pk)


def _first_fault(form: forms.ReportForm) -> str:
    field, faults = next(iter(form.errors.items()))
    label = form.fields[field].label or field if field in form.fields else field
    return f"{label}: {faults[0]}"


def _found(request: HttpRequest, form: forms.ReportForm) -> reporting.Found:
    """Read a report; without an object it is at the nearest of the user's, or at the place alone.

    Raises
    ------
    BadDanger
        If the object is none of the user's.
    BadPicture
    """
    given = form.cleaned_data
    thing = _object(request, given["object"])
    if given["object"] and thing is None:
        raise BadDanger("object", _("No object of yours of this number."))
    lon, lat = given["lon"], given["lat"]
    if thing is None and lon is not None and lat is not None:
        thing = _nearest(request, lon, lat)
    risk = _risk(request, given["risk"])
    plain = {name: given[name] for name in ("title", "description", "place_note", "source", "kind")}
    return reporting.Found(
        city_object=thing,
        risk=risk if risk and thing and risk.city_object_id == thing.pk else None,
        lon=lon,
        lat=lat,
        age=_age(request),
        photo=forms.picture(given["photo"]),
        client_id=form.number(),
        **plain,
    )


def _nearest(request: HttpRequest, lon: float, lat: float) -> places.CityObject | None:
    near = [each.city_object for each in places.objects_near(lon, lat, NEAR_M)]
    mine = places.visible_objects(request.user, May.REPORT_DANGERS)
    allowed = set(mine.filter(pk__in=[each.pk for each in near]).values_list("pk", flat=True))
    return next((each for each in near if each.pk in allowed), None)


def _age(request: HttpRequest) -> timedelta:
    """How long ago it was written, by the device's own clock; none where it does not say."""
    try:
        written, sent = (
            parse_datetime(request.POST.get(name, "")) for name in ("client_at", "sent_at")
        )
        return sent - written if sent and written else timedelta()
    except (ValueError, TypeError):
        return timedelta()


@require_GET
@login_required
def alike(request: HttpRequest) -> HttpResponse:
    """Open dangers of the same type near by, shown before one more is told."""
    places.require(request.user, May.REPORT_DANGERS)
    found: list[HiddenDanger] = []
    kind = request.GET.get("kind", "")
    if (place := _place(request)) and kind.isdecimal() and int(kind) in codes.numbers("kind"):
        found = selectors.alike(request.user, int(kind), *place)[:5]
    return render(request, "close/_alike.html", {"alike": found})


def _place(request: HttpRequest) -> tuple[float, float] | None:
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
        return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None
    except (KeyError, ValueError):
        chosen = _object(request, request.GET.get("object", ""))
        return (chosen.lon, chosen.lat) if chosen else None


@require_GET
def manifest(_request: HttpRequest) -> JsonResponse:
    """Say how the page stands on a phone's first screen."""
    start = reverse("close:report")
    icon = {"src": static("chengan/icon.svg"), "type": "image/svg+xml", "sizes": "any"}
    return JsonResponse(
        {
            "name": _("Chengan · hidden dangers"),
            "short_name": _("Hidden dangers"),
            "start_url": start,
            "scope": start,
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#0b57a4",
            "icons": [icon],
        },
        content_type="application/manifest+json",
    )


@require_GET
def worker(_request: HttpRequest) -> HttpResponse:
    """Give the service worker, whose scope is this folder."""
    return places.field_worker(
        home=reverse("close:report"), pages="^/close/report/$", cache="chengan-dangers-1"
    )
