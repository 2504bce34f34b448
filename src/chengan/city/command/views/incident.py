"""One incident: the shared case as everybody who takes part sees it."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chengan.city.assess import api as assess
from chengan.city.command import plume_words, selectors
from chengan.city.command.forms import TaskForm
from chengan.city.command.models import Cordon, Dispatch, Incident, Plan, Resource, Viewer
from chengan.city.command.services import changing
from chengan.city.command.words import STABILITIES
from chengan.city.places import api as places

SHOWN_LINES = 60
COUNTED = 40


def found(request: HttpRequest, incident_id: Any) -> Incident:
    """Give the incident of this id, if the user may see it; 404 otherwise."""
    return get_object_or_404(selectors.visible_incidents(request.user), pk=incident_id)


@require_GET
@login_required
def incident(request: HttpRequest, incident_id: Any) -> HttpResponse:
    """Show the case; only what lives, to its own script."""
    case = found(request, incident_id)
    now = timezone.now()
    _seen(case, request.user, now)
    context = live_parts(request, case, now)
    if request.headers.get("HX-Request") == "true":
        return render(request, "command/_live.html", context)
    return render(request, "command/incident.html", context | _rest(request, case))


def live_parts(request: HttpRequest, case: Incident, now: Any) -> dict[str, Any]:
    """Give what changes by itself: head, tasks, decisions, resources, the log."""
    at = changing.now_in(case, now)
    tasks = selectors.tasks_of(case)
    mine = set(selectors.my_tasks(request.user, now).values_list("pk", flat=True))
    going = Dispatch.objects.filter(task__incident=case, released_at=None)
    return {
        "incident": case,
        "at": at,
        "tasks": [(each, each.pk in mine) for each in tasks],
        "overdue": sum(each.supervision >= 2 and not each.is_over for each in tasks),
        "over": sum(each.is_over for each in tasks),
        "decisions": case.decisions.order_by("due_at", "pk"),
        "dispatches": going.select_related("resource", "task").order_by("-at"),
        "notices": case.notices.select_related("organisation", "message").order_by("due_at", "pk"),
        "lines": selectors.lines(case, SHOWN_LINES),
        "looking": selectors.looking(case, now),
        **picture_parts(request, case, now),
        "grade": changing.grade_of(case),
        "may_lead": selectors.may_lead(request.user, case) and case.status == "open",
        "may_lift": selectors.may_lead(request.user, case),
    }


def picture_parts(request: HttpRequest, case: Incident, now: Any) -> dict[str, Any]:
    """Give what stands beside the map: the wind, the cloud, cordons and what lies inside them."""
    cordons = case.cordons.filter(lifted_at=None).order_by("pk")
    wind = selectors.wind_near(case.lon, case.lat, now)
    return {
        "inside": selectors.inside_counts(request.user, case.affected_area),
        "cordons": [
            (each, selectors.inside_counts(request.user, each.geometry)) for each in cordons
        ],
        "wind": wind,
        "plume": plume_words.said(case.plume, wind) if case.plume else None,
    }


def _rest(request: HttpRequest, case: Incident) -> dict[str, Any]:
    """Give what the page has beside: forms, links, plans to activate."""
    active = set(case.activations.values_list("plan_code", flat=True))
    plans = Plan.objects.filter(kind=case.kind, retired_at=None).exclude(effective_at=None)
    others = selectors.visible_incidents(request.user).filter(
        status="open", is_drill=case.is_drill, clock_at=None
    )
    return {
        "activations": case.activations.select_related("plan"),
        "plans": [p for p in plans if p.code not in active and case.level in p.levels],
        "no_plan": not plans and not active,
        "links": [
            *[(link.get_way_display(), link.target, link) for link in case.links_out.all()],
            *[(_reverse_word(link.way), link.source, link) for link in case.links_in.all()],
        ],
        "others": others.exclude(pk=case.pk).order_by("-number")[:50],
        "levels": list(reversed(Incident.Level.choices)),
        "layers": selectors.layers(request.user, case),
        "substances": assess.SUBSTANCES,
        "stabilities": STABILITIES,
        "cordon_kinds": Cordon.Kind.choices,
        "task_form": TaskForm() if selectors.may_lead(request.user, case) else None,
        "organisations": places.Organisation.objects.filter(retired_at=None).order_by("path"),
        "may_review": selectors.may_lead(request.user, case),
        "csv": reverse("command:log_export", args=[case.pk, "csv"]),
        "excel": reverse("command:log_export", args=[case.pk, "xlsx"]),
    }


def _reverse_word(way: str) -> str:
    return _("took in") if way == "merged" else _("split off")


def _seen(case: Incident, user: Any, now: Any) -> None:
    """Remember that somebody looks, at most every few seconds."""
    last = Viewer.objects.filter(incident=case, user=user).first()
    if last is None or (now - last.seen_at).total_seconds() > 15:
        Viewer.objects.update_or_create(incident=case, user=user, defaults={"seen_at": now})


@require_GET
@login_required
def log_export(request: HttpRequest, incident_id: Any, form: str) -> HttpResponseBase:
    """Give the whole log, oldest first, as CSV or Excel."""
    case = found(request, incident_id)
    headers = [
        _("Time"), _("Incident"), _("Drill"), _("By"), _("Step"), _("Text"), _("Fact"), _("Entry"),
    ]  # fmt: skip
    rows: Iterator[list[Any]] = (
        [
            each.at, f"#{each.incident.number}", _("Drill") if each.incident.is_drill else "",
            each.actor, each.word, each.text, each.kind, each.seq,
        ]
        for each in reversed(selectors.lines(case))
    )  # fmt: skip
    return places.table_file(f"incident-{case.number}-log", form, headers, rows)


def resources_ready() -> list[Resource]:
    """Give every resource in service, with whom it belongs to."""
    found_all = Resource.objects.exclude(state=Resource.State.OUT)
    return list(found_all.select_related("organisation").order_by("code"))
