"""Pages of alarms: the list, one alarm, what an officer makes of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn import errors, selectors
from chengan.city.warn.models import Alarm, Severity
from chengan.city.warn.selectors import silences
from chengan.city.warn.selectors.unusual import why_over, why_unusual
from chengan.city.warn.services import grouping, judging, leaking, opening
from chengan.city.warn.views import pipes
from chengan.city.warn.views.ground import may_judge, to_judge

NEAR_M = 120


@login_required
def alarms(request: HttpRequest) -> HttpResponse:
    """The alarms the user may see, worst first; filters stand in the address."""
    filters = _filters(request)
    page = selectors.queue(request.user, filters, request.GET.get("after", ""))
    context = {
        "page": page,
        "filters": filters,
        "counts": selectors.counts(request.user),
        "hidden": selectors.hidden_count(request.user),
        "saved": places.saved_views(request, "warn:alarms"),
        "statuses": Alarm.Status.choices,
        "categories": Alarm.Category.choices,
        "levels": [(level, word) for level, word in reversed(Severity.choices)],
        "kinds": places.ObjectKind.objects.order_by("code"),
        "csv": reverse("warn:alarm_export", args=["csv"]),
        "excel": reverse("warn:alarm_export", args=["xlsx"]),
    }
    return render(request, "warn/alarms.html", context)


@login_required
def alarm_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The filtered alarms as CSV or Excel."""
    found = selectors.filtered(request.user, _filters(request))
    return places.table_file("alarms", form, _headers(), map(_cells, found.iterator(2000)))


def _filters(request: HttpRequest) -> dict[str, str]:
    names = ("status", "severity", "category", "kind", "assigned", "show", "group", "q")
    filters = {name: request.GET.get(name, "") for name in names}
    if not filters["severity"].isdecimal():
        filters["severity"] = ""
    if filters["assigned"] == "me":
        filters["assigned"] = request.user.get_username()
    return filters


def _headers() -> list[str]:
    return [
        _("Number"), _("Level"), _("Worst"), _("Category"), _("Cause"), _("Object"), _("Owner"),
        _("Datastream"), _("Count"), _("Since"), _("Newest"), _("Value"), _("Limit"), _("Unit"),
        _("Status"), _("Judged by"), _("Judged at"), _("Why is it false?"), _("Note"),
        _("Assigned to"), _("Rule"), _("Sample data"),
    ]  # fmt: skip


def _cells(each: Alarm) -> list[Any]:
    stream = each.datastream
    return [
        each.number, each.get_severity_display(), each.get_worst_severity_display(),
        each.get_category_display(), each.cause, local(each.city_object),
        local(each.city_object.owner), local(stream), each.count, each.first_at, each.last_at,
        sense.shown(stream, each.value), sense.shown(stream, each.limit),
        stream.observed_property.shown_unit, each.get_status_display(), each.judged_by,
        each.judged_at, each.get_dismiss_reason_display() if each.dismiss_reason else "",
        each.judge_note, each.assigned_to, each.rule, _("yes") if each.is_sample else "",
    ]  # fmt: skip


def local(named: Any) -> str:
    """The name in the page's language."""
    is_chinese = (get_language() or "zh").startswith("zh")
    return str(named.name_zh if is_chinese else named.name_en or named.name_zh)


@require_POST
@login_required
def assign(request: HttpRequest, alarm_id: str) -> HttpResponse:
    """Take an alarm over, or give it back; answer with it."""
    found = to_judge(request, alarm_id)
    me = request.user.get_username()
    refused = ""
    try:
        judging.assign(
            alarm=found,
            to="" if found.assigned_to == me else me,
            before=request.POST.get("before", ""),
            by=me,
            at=timezone.now(),
        )
    except errors.WarnError as error:
        refused = str(error)
    return _answer(request, found, refused)


@require_POST
@login_required
def leave(request: HttpRequest, alarm_id: str) -> HttpResponse:
    """Take an alarm out of its group: it is another event; answer with it."""
    found = to_judge(request, alarm_id)
    refused = ""
    try:
        grouping.leave(alarm=found, by=request.user.get_username(), at=timezone.now())
    except errors.WarnError as error:
        refused = str(error)
    return _answer(request, found, refused)


@login_required
def alarm(request: HttpRequest, alarm_id: str) -> HttpResponse:
    """One alarm with all that helps to judge it; the drawer of the duty room is a part of it."""
    found = get_object_or_404(selectors.visible_alarms(request.user), pk=alarm_id)
    is_part = request.headers.get("HX-Request") == "true"
    template = "warn/_alarm.html" if is_part else "warn/alarm.html"
    return render(request, template, _about(request, found))


@require_POST
@login_required
def judge(request: HttpRequest, alarm_id: str, verdict: str) -> HttpResponse:
    """Confirm, dismiss or reopen an alarm; answer with it."""
    found = to_judge(request, alarm_id)
    at = timezone.now()
    by, note = request.user.get_username(), request.POST.get("note", "")
    refused = ""
    try:
        if verdict == "confirm":
            judging.confirm(alarm=found, by=by, at=at, note=note)
        elif verdict == "dismiss":
            reason = request.POST.get("reason", "")
            judging.dismiss(alarm=found, reason=reason, by=by, at=at, note=note)
        else:
            judging.reopen(alarm=found, by=by, at=at)
    except errors.WarnError as error:
        refused = str(error)
    return _answer(request, found, refused)


def _answer(request: HttpRequest, found: Alarm, refused: str) -> HttpResponse:
    found.refresh_from_db()
    if request.headers.get("HX-Request") == "true":
        return render(request, "warn/_alarm.html", {**_about(request, found), "refused": refused})
    if refused:
        messages.error(request, refused)
    return redirect("warn:alarm", alarm_id=found.pk)


def _about(request: HttpRequest, found: Alarm) -> dict[str, Any]:
    visible = selectors.visible_alarms(request.user)
    return {
        "alarm": found,
        "value": sense.shown(found.datastream, found.value),
        "limit": sense.shown(found.datastream, found.limit),
        "unit": found.datastream.observed_property.shown_unit,
        "holders": places.duty_holders(city_object=found.city_object, at=timezone.now()),
        "rule_code": found.rule.rpartition("/")[0],
        "episodes": found.episodes.select_related("datastream").order_by("-onset")[:20],
        "unusual": why_unusual(found, request.user),
        "why_over": why_over(found),
        **_naming(found, request.user),
        "log": journal.about(f"alarm:{found.pk}", most=20),
        "near": _near(request.user, found),
        "similar": selectors.similar(found, request.user),
        "warning": _warning(found),
        "members": _members(found, visible),
        "explains": visible.filter(inhibited_by=found).order_by("number")[:10],
        "silence": silences.silence_of(found) if found.status == Alarm.Status.OPEN else None,
        "reasons": Alarm.DismissReason.choices,
        "may_judge": may_judge(request.user, found),
    }


def _naming(found: Alarm, user: places.Somebody) -> dict[str, Any]:
    """What is shown of the likely pipe, of alarms for which one can be named."""
    if not leaking.can_name(found):
        return {"names_pipe": False}
    return {"names_pipe": True, **pipes.about(found, user)}


def _warning(found: Alarm) -> Any:
    """The warning that came of it, or, once it is confirmed, of the event that it belongs to."""
    own = found.warnings.exclude(state="withdrawn").order_by("-number").first()
    is_joined = own is None and found.status == Alarm.Status.CONFIRMED
    return opening.warning_of_event(found) if is_joined else own


def _near(user: Any, found: Alarm) -> list[Any]:
    """Objects around that the user may see, nearest first, without the alarm's own."""
    thing = found.datastream.thing
    near = places.objects_near(thing.lon, thing.lat, NEAR_M)
    keys = [each.city_object.pk for each in near if each.city_object.pk != found.city_object_id]
    seen = places.visible_objects(user).filter(pk__in=keys).values_list("pk", flat=True)
    mine = set(seen)
    return [each for each in near if each.city_object.pk in mine][:8]


def _members(found: Alarm, visible: QuerySet[Alarm]) -> list[Alarm]:
    """The others of the same event, worst first."""
    if found.group_id is None or found.group is None or found.group.status == "gathering":
        return []
    others = visible.filter(group=found.group_id).exclude(pk=found.pk)
    return list(others.order_by("-severity", "-number")[:10])
