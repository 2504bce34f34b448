"""Pages of limits: all sets, one set with its versions, the form to change it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn import errors, selectors
from chengan.city.warn.forms import LimitForm, initial
from chengan.city.warn.models import Alarm, LimitSet, Rule
from chengan.city.warn.services import overriding
from chengan.city.warn.services.limits import in_si
from chengan.city.warn.views import backtests
from chengan.city.warn.views.apart import judged_apart

PREVIEW_STREAMS = 20
PREVIEW_DAYS = 7
DAY_US = 86_400_000_000


@login_required
def rules(request: HttpRequest) -> HttpResponse:
    """Limit sets with their source and mark, and the precision of each."""
    places.require(request.user, places.Permission.VIEW_ALARMS)
    sets = LimitSet.objects.filter(retired_at=None).select_related("observed_property", "owner")
    if text := request.GET.get("q", "").strip():
        sets = sets.filter(name_zh__icontains=text) | sets.filter(name_en__icontains=text)
    if mark := request.GET.get("mark"):
        sets = sets.filter(mark=mark)
    precision = selectors.precision_by_code()
    bound = set(Rule.objects.filter(is_active=True).values_list("limit_set_code", flat=True))
    rows = [(each, precision.get(each.code), each.code in bound) for each in sets.order_by("code")]
    context = {"rows": rows, "marks": LimitSet.Mark.choices, "query": request.GET.get("q", "")}
    return render(request, "warn/rules.html", context)


@login_required
def limit_set(request: HttpRequest, code: str) -> HttpResponse:
    """One set: figures, where it is in force, how precise it is, every version there was."""
    places.require(request.user, places.Permission.VIEW_ALARMS)
    found = _current(code)
    streams = overriding.bound_streams(code)
    may_change = _may_change(request.user, found)
    context = {
        "set": found,
        "bound": len(streams),
        "streams": streams[:PREVIEW_STREAMS],
        "rules": Rule.objects.filter(limit_set_code=code).select_related("object_kind", "owner"),
        "versions": LimitSet.objects.filter(code=code).order_by("-version"),
        "precision": selectors.precision_by_code().get(code),
        "reasons": _reasons(code),
        "may_change": may_change,
        "kinds": places.ObjectKind.objects.order_by("code") if may_change else [],
        "owners": _owners(request.user, found),
        "tests": backtests.newest(request, code),
        "span": backtests.usual_span(timezone.now()),
        "apart": judged_apart(request.user, found),
    }
    return render(request, "warn/limit_set.html", context)


@login_required
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Try out and put in force new figures."""
    found = _current(code)
    _require_change(request.user, found)
    form = LimitForm(request.POST or None, initial=initial(found))
    context: dict[str, Any] = {"set": found, "form": form, "days": PREVIEW_DAYS}
    if request.method == "POST" and form.is_valid():
        try:
            if "preview" in request.POST:
                context["preview"] = _preview(found, form)
                context["apart"] = judged_apart(request.user, found, form.figures())
            elif "backtest" in request.POST:
                return backtests.begin_draft(request, found, form.figures())
            else:
                _change(request, found, form)
                return redirect("warn:limit_set", code=code)
        except errors.WarnError as error:
            form.add_error(None, str(error))
    return render(request, "warn/limit_edit.html", context)


@require_POST
@login_required
def go_back(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Put an earlier version's figures in force again."""
    found = _current(code)
    _require_change(request.user, found)
    by, at = request.user.get_username(), timezone.now()
    try:
        overriding.go_back(code=code, version=found.version, to=version, by=by, at=at)
        messages.success(request, _("Version %s is in force again.") % version)
    except errors.WarnError as error:
        messages.error(request, str(error))
    return redirect("warn:limit_set", code=code)


@require_POST
@login_required
def copy(request: HttpRequest, code: str) -> HttpResponse:
    """Give an organisation limits of its own."""
    found = _current(code)
    owner = get_object_or_404(_owners(request.user, found), code=request.POST.get("owner", ""))
    by, at = request.user.get_username(), timezone.now()
    try:
        made = overriding.copy_for(limit_set=found, owner=owner, by=by, at=at)
    except errors.WarnError as error:
        messages.error(request, str(error))
        return redirect("warn:limit_set", code=code)
    return redirect("warn:limit_edit", code=made.code)


@require_POST
@login_required
def bind(request: HttpRequest, code: str) -> HttpResponse:
    """Bind the set to a kind of object, or take a binding out of force."""
    found = _current(code)
    _require_change(request.user, found)
    by, at = request.user.get_username(), timezone.now()
    if number := request.POST.get("unbind", ""):
        rule = get_object_or_404(Rule, pk=number, limit_set_code=code)
        overriding.unbind(rule=rule, limit_set=found, by=by, at=at)
    else:
        wanted = request.POST.get("kind", "")
        kind = get_object_or_404(places.ObjectKind, code=wanted) if wanted else None
        overriding.bind(limit_set=found, kind=kind, by=by, at=at)
    return redirect("warn:limit_set", code=code)


def _current(code: str) -> LimitSet:
    try:
        return overriding.current(code)
    except LimitSet.DoesNotExist as error:
        raise Http404(code) from error


def _may_change(user: places.Somebody, found: LimitSet) -> bool:
    reach = places.scope(user, places.Permission.EDIT_LIMITS)
    if reach.everything:
        return True
    return bool(found.owner and any(found.owner.path.startswith(p) for p in reach.owner_paths))


def _require_change(user: places.Somebody, found: LimitSet) -> None:
    if not _may_change(user, found):
        raise PermissionDenied(_("These limits are another organisation's to decide."))


def _owners(user: places.Somebody, found: LimitSet) -> Any:
    """Organisations that may get a copy: enterprises and departments within the user's reach."""
    reach = places.scope(user, places.Permission.EDIT_LIMITS)
    if found.owner or not reach:
        return places.Organisation.objects.none()
    kinds = (places.Organisation.Kind.ENTERPRISE, places.Organisation.Kind.DEPARTMENT)
    return places.Organisation.objects.filter(reach.paths_q("path"), kind__in=kinds)


def _change(request: HttpRequest, found: LimitSet, form: LimitForm) -> None:
    made = overriding.change(
        code=found.code,
        version=form.cleaned_data["version"],
        figures=form.figures(),
        by=request.user.get_username(),
        at=timezone.now(),
    )
    messages.success(request, _("Version %s is in force.") % made.version)


def _preview(found: LimitSet, form: LimitForm) -> dict[str, Any]:
    """What the figures would have raised in the last days on some of their datastreams."""
    figures = form.figures()
    overriding.check(found, figures)
    end = round(timezone.now().timestamp() * 1e6)
    trial = overriding.with_figures(found, figures)
    totals: dict[int, int] = {}
    streams = overriding.bound_streams(found.code)
    for stream in streams[:PREVIEW_STREAMS]:
        limits = in_si(trial, stream.expected_interval_s)
        counts = sense.rehearse(stream, limits, end - PREVIEW_DAYS * DAY_US, end)
        for level, count in counts.items():
            totals[level] = totals.get(level, 0) + count
    return {
        "totals": sorted(totals.items(), reverse=True),
        "streams": min(len(streams), PREVIEW_STREAMS),
        "of": len(streams),
    }


def _reasons(code: str) -> list[tuple[str, int]]:
    rows = (
        Alarm.objects.filter(rule__startswith=f"{code}/", status=Alarm.Status.DISMISSED)
        .values_list("dismiss_reason")
        .annotate(count=Count("pk"))
        .order_by("-count")
    )
    words = dict(Alarm.DismissReason.choices)
    return [(str(words.get(reason, reason)), count) for reason, count in rows]
