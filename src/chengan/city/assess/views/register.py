"""The list of risks, one risk, and a new one found in the field."""

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengan.city.assess import errors, forms
from chengan.city.assess.models import Hazard, Level, Photo, Rating, Risk
from chengan.city.assess.selectors import register
from chengan.city.assess.services import (
    assessing,
    levels,
    method_kinds,
    methods,
    registering,
)
from chengan.city.places import api as places

May = places.Permission
FILTERS = (
    "level",
    "by",
    "sector",
    "kind",
    "raised",
    "overdue",
    "area",
    "owner",
    "object",
    "cell",
    "status",
    "q",
)


def filters_of(request: HttpRequest) -> dict[str, str]:
    """Give the filters that stand in the address."""
    found = {name: request.GET.get(name, "")[:100] for name in FILTERS}
    for name in ("level", "object"):
        if not found[name].isdecimal() and (name, found[name]) != ("level", "none"):
            found[name] = ""
    if found["overdue"]:
        found["overdue"] = timezone.localdate().isoformat()
    return found


@login_required
def risks(request: HttpRequest) -> HttpResponse:
    """The risks that the user may see, worst first."""
    places.require(request.user, May.VIEW_RISKS)
    return render(request, "assess/risks.html", _listed(request, filters_of(request)))


@login_required
def major(request: HttpRequest) -> HttpResponse:
    """The list of major risks: red now, with controls, or without; a list and a view of its own."""
    places.require(request.user, May.VIEW_RISKS)
    filters = filters_of(request) | {"level": str(Level.RED)}
    context = _listed(request, filters) | {
        "is_major": True,
        "by": filters["by"] or "current",
        "bases": [
            ("current", _("by the current level")),
            ("residual", _("with controls")),
            ("inherent", _("without controls")),
        ],
        "saved": places.saved_views(request, "assess:major"),
        "csv": reverse("assess:major_export", args=["csv"]),
        "excel": reverse("assess:major_export", args=["xlsx"]),
    }
    return render(request, "assess/risks.html", context)


def _listed(request: HttpRequest, filters: dict[str, str]) -> dict[str, Any]:
    counts = register.counts(request.user)
    return {
        "page": register.page(request.user, filters, request.GET.get("after", "")),
        "filters": filters,
        "levels": [(level, word, counts.get(level, 0)) for level, word in reversed(Level.choices)]
        + [("none", _("not assessed"), counts.get(None, 0))],
        "sectors": [(code, forms.word([zh, en])) for code, zh, en in register.sectors()],
        "kinds": places.ObjectKind.objects.order_by("code"),
        "statuses": Risk.Status.choices,
        "saved": places.saved_views(request, "assess:risks"),
        "csv": reverse("assess:risk_export", args=["csv"]),
        "excel": reverse("assess:risk_export", args=["xlsx"]),
        "may_edit": places.may(request.user, May.EDIT_RISKS),
    }


@login_required
def risk_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The filtered list as CSV or Excel; level by level."""
    places.require(request.user, May.VIEW_RISKS)
    return _file(request, form, "risks", filters_of(request))


@login_required
def major_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The list of major risks as CSV or Excel."""
    places.require(request.user, May.VIEW_RISKS)
    filters = filters_of(request) | {"level": str(Level.RED)}
    return _file(request, form, "major-risks", filters)


def _file(request: HttpRequest, form: str, name: str, filters: dict[str, str]) -> HttpResponseBase:
    found = register.filtered(request.user, filters)
    policy = methods.policy()
    rows = (_cells(each, policy) for each in found.iterator(2000))
    return places.table_file(name, form, _headers(), rows)


def _headers() -> list[str]:
    return [
        _("Number"),
        _("Current level"),
        _("Without controls"),
        _("With controls"),
        _("Raised"),
        _("Risk"),
        _("Sector"),
        _("Accident"),
        _("Object"),
        _("Owner"),
        _("Area"),
        _("Method"),
        _("Score"),
        _("People exposed"),
        _("Expected loss a year, 10,000 yuan"),
        _("Next review"),
        _("Answers at"),
        _("Sample data"),
    ]


def _cells(each: Rating, policy: dict[str, Any]) -> list[Any]:
    risk, thing = each.risk, each.risk.city_object
    tier = policy["tiers"].get(str(each.current)) if each.current else None
    return [
        risk.pk,
        assessing.word_of(each.current),
        assessing.word_of(each.inherent),
        assessing.word_of(each.residual),
        _("yes") if each.is_raised else "",
        local(risk),
        risk.sector,
        forms.word([risk.accident_zh, risk.accident_en]),
        local(thing),
        local(thing.owner),
        local(thing.area) if thing.area else "",
        f"{each.method_code}/{each.method_version}" if each.method_code else "",
        each.score,
        risk.exposed_people,
        risk.loss_per_year,
        each.review_date.isoformat() if each.review_date else "",
        forms.word(tier) if tier else "",
        _("yes") if risk.is_sample else "",
    ]


def local(named: Any) -> str:
    """Give the name in the page's language."""
    return forms.word([named.name_zh, named.name_en])


@login_required
def risk(request: HttpRequest, risk_id: int) -> HttpResponse:
    """One risk: its three levels and why, controls, assessments, what happened."""
    found = get_object_or_404(register.visible_risks(request.user), pk=risk_id)
    return render(request, "assess/risk.html", about(request, found))


def about(request: HttpRequest, found: Risk) -> dict[str, Any]:
    """Give what the page of a risk shows."""
    now, policy = timezone.now(), methods.policy()
    rating = found.rating
    tier = policy["tiers"].get(str(rating.current)) if rating.current else None
    hazard = Hazard.objects.filter(code=found.hazard_code, library__retired_at=None).first()
    return {
        "risk": found,
        "rating": rating,
        "tier": forms.word(tier) if tier else "",
        "answering": register.answering(found, rating.current, policy),
        "raises": levels.raises_of(found),
        "controls": found.controls.exclude(status="withdrawn")
        .select_related("owner")
        .order_by("kind", "id"),
        "assessments": found.assessments.select_related("method").order_by("-id")[:20],
        "changes": found.level_changes.order_by("-at", "-id")[:20],
        "photos": found.photos.order_by("-id")[:12],
        "hazard": hazard,
        "alike": [
            each
            for each in registering.alike(
                among=register.visible_risks(request.user),
                hazard_code=found.hazard_code,
                lon=found.lon,
                lat=found.lat,
            )
            if each.risk.pk != found.pk
        ][:5],
        "methods": method_kinds.offered(found.sector),
        "dues": found.dues.filter(done_at=None)
        .select_related("escalated_to", "control")
        .order_by("due_at"),
        "may_edit": places.may(request.user, May.EDIT_RISKS, found.city_object.owner)
        or _covers(request, found),
        "now": now,
    }


def _covers(request: HttpRequest, found: Risk) -> bool:
    return register.visible_risks(request.user, May.EDIT_RISKS).filter(pk=found.pk).exists()


def editable(request: HttpRequest, risk_id: int) -> Risk:
    """Give a risk that the user may change; a closed one is history."""
    places.require(request.user, May.EDIT_RISKS)
    found = get_object_or_404(register.visible_risks(request.user, May.EDIT_RISKS), pk=risk_id)
    if found.status == Risk.Status.CLOSED:
        raise PermissionDenied(_("The risk is closed: nothing of it changes any more."))
    return found


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Register a risk: at an object that is chosen, searched for, or near where one stands."""
    places.require(request.user, May.EDIT_RISKS)
    chosen = _chosen(request)
    if chosen is None:
        return render(request, "assess/risk_where.html", _where(request))
    form = forms.RiskForm(request.POST or None, request.FILES or None, kind=chosen.kind.code)
    context: dict[str, Any] = {"object": chosen, "form": form}
    if request.method == "POST" and form.is_valid():
        made = _register(request, chosen, form, context)
        if made is not None:
            return redirect("assess:risk", made.pk)
    return render(request, "assess/risk_new.html", context)


def _chosen(request: HttpRequest) -> places.CityObject | None:
    key = request.GET.get("object", "")
    if not key.isdecimal():
        return None
    return get_object_or_404(places.visible_objects(request.user, May.EDIT_RISKS), pk=int(key))


def _where(request: HttpRequest) -> dict[str, Any]:
    text = request.GET.get("q", "").strip()[:100]
    mine = places.visible_objects(request.user, May.EDIT_RISKS)
    found: list[Any] = []
    try:
        lon, lat = float(request.GET.get("lon", "")), float(request.GET.get("lat", ""))
        near = registering.own_near(request.user, lon, lat)[:30]
        found = [(each.city_object, each.distance_m) for each in near]
    except ValueError:
        if text:
            rows = (
                mine.filter(name_zh__icontains=text)
                | mine.filter(name_en__icontains=text)
                | mine.filter(external_id=text)
            )
            found = [(each, None) for each in rows.order_by("id")[:30]]
    return {"found": found, "q": text, "asked": bool(text or request.GET.get("lon"))}


def _register(
    request: HttpRequest, chosen: places.CityObject, form: forms.RiskForm, context: dict[str, Any]
) -> Risk | None:
    data, at, by = form.cleaned_data, timezone.now(), request.user.get_username()
    hazard = Hazard.objects.select_related("library").get(
        code=data["hazard"], library__retired_at=None
    )
    lon, lat = data["lon"] or chosen.lon, data["lat"] or chosen.lat
    seen = register.visible_risks(request.user)
    near = registering.alike(among=seen, hazard_code=hazard.code, lon=lon, lat=lat)
    if near and "anyway" not in request.POST:
        context["alike"] = near[:5]
        return None
    try:
        file = data["photo"]
        photo = places.clean_picture(file.chunks(), file.name or "photo") if file else None
    except places.BadPicture as error:
        form.add_error("photo", str(error))
        return None
    names = ("place_note", "description", "exposed_people", "loss_per_year", "area_m2")
    try:
        made = registering.register(
            city_object=chosen,
            hazard=hazard,
            by=by,
            at=at,
            lon=lon,
            lat=lat,
            **{name: data[name] for name in names},
        )
        if photo is not None:
            registering.add_photo(risk=made, image=photo, by=by, at=at)
    except errors.AssessError as error:
        form.add_error(getattr(error, "field", None) or None, str(error))
        return None
    messages.success(request, _("Registered. Assess it next, so that the map can show it."))
    return made


@require_POST
@login_required
def close(request: HttpRequest, risk_id: int) -> HttpResponse:
    """Close a risk that is gone."""
    found = editable(request, risk_id)
    try:
        registering.close(
            risk=found,
            reason=request.POST.get("reason", ""),
            by=request.user.get_username(),
            at=timezone.now(),
        )
        messages.success(request, _("Closed; its history stays."))
    except errors.AssessError as error:
        messages.error(request, str(error))
    return redirect("assess:risk", risk_id)


@require_POST
@login_required
def add_photo(request: HttpRequest, risk_id: int) -> HttpResponse:
    """Add a picture to a risk."""
    found, file = editable(request, risk_id), request.FILES.get("photo")
    try:
        image = places.clean_picture(file.chunks() if file else [], getattr(file, "name", "–"))
        registering.add_photo(
            risk=found, image=image, by=request.user.get_username(), at=timezone.now()
        )
    except places.BadPicture as error:
        messages.error(request, str(error))
    return redirect("assess:risk", risk_id)


@login_required
def photo(request: HttpRequest, photo_id: int) -> HttpResponseBase:
    """Give a picture of a risk that the user may see."""
    found = get_object_or_404(Photo.objects.select_related("risk"), pk=photo_id)
    get_object_or_404(register.visible_risks(request.user), pk=found.risk_id)
    path = Path(found.file)
    if not path.is_file():
        raise Http404
    answer = FileResponse(path.open("rb"), content_type=found.media_type)
    answer["Content-Security-Policy"] = "default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
