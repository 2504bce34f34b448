"""A handler's pages: my tasks, one task, what is sent from the field; a page that can be pinned."""

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengan.city.command import selectors
from chengan.city.command.errors import CommandError, NotYours
from chengan.city.command.models import FieldReport, Photo, Task
from chengan.city.command.services import changing, fielding, photos, tasking
from chengan.city.command.views.acting import doer, name
from chengan.city.places import api as places

NEXT = {
    "given": "acknowledge",
    "acknowledged": "en_route",
    "en_route": "on_scene",
    "on_scene": "done",
}
RECENT = timedelta(hours=12)
MOST_YEAR = 9000


@require_GET
@login_required
def tasks(request: HttpRequest) -> HttpResponse:
    """Show the user's own tasks, the first due first, and notices for their organisation."""
    places.require(request.user, places.Permission.HANDLE_TASKS)
    now = timezone.now()
    mine = list(selectors.my_tasks(request.user, now)[:100])
    context = {
        "tasks": [(each, NEXT.get(each.status, "")) for each in mine],
        "notices": selectors.notices_for(request.user).filter(
            read_at=None, incident__status="open"
        )[:20],
        "now": now,
    }
    template = "command/_mine.html" if request.headers.get("HX-Request") else "command/tasks.html"
    return render(request, template, context)


def _task(request: HttpRequest, task_id: Any) -> Task:
    return get_object_or_404(selectors.visible_tasks(request.user), pk=task_id)


@require_GET
@login_required
def task(request: HttpRequest, task_id: Any) -> HttpResponse:
    """Show one task: what to do, the next step, what was reported."""
    found = _task(request, task_id)
    now = timezone.now()
    is_mine = selectors.is_mine(request.user, found, now)
    may_lead = selectors.may_lead(request.user, found.incident)
    context = {
        "task": found,
        "incident": found.incident,
        "next": NEXT.get(found.status, "") if is_mine or may_lead else "",
        "is_mine": is_mine,
        "may_lead": may_lead and found.incident.status == "open",
        "may_verify": may_lead and found.status == "done" and found.done_by != name(request),
        "reports": found.reports.select_related("photo").order_by("-happened_at"),
        "deadlines": found.deadlines.order_by("round", "due_at"),
        "colleagues": _colleagues(found),
        "dispatches": found.dispatches.select_related("resource").order_by("-at"),
        "at": changing.now_in(found.incident, now),
    }
    return render(request, "command/task.html", context)


def _colleagues(found: Task) -> Any:
    if not found.organisation_path:
        return places.Person.objects.none()
    same = places.Person.objects.filter(
        organisation__path__startswith=found.organisation_path, retired_at=None
    )
    return same.exclude(pk=found.person_id or 0).order_by("pk")


@require_POST
@login_required
def send(request: HttpRequest) -> HttpResponse:
    """Take one report from the field; JSON for the page's queue, a page for a plain form."""
    is_queue = request.headers.get("Accept", "").startswith("application/json")
    found = None
    try:
        found = _reported_on(request, uuid.UUID(request.POST.get("task", "")))
        report = _take(request, found)
    except ValueError:
        return _refused(request, is_queue, _("This is not a task's number."), found)
    except CommandError as error:
        return _refused(request, is_queue, str(error), found)
    if is_queue:
        answer = {
            "client_id": str(report.pk),
            "taken": report.is_taken,
            "message": report.refusal,
            "clock_wrong": report.is_clock_wrong,
        }
        return JsonResponse(answer)
    if report.refusal:
        messages.error(request, report.refusal)
    return redirect("command:task", found.pk)


def _reported_on(request: HttpRequest, task_id: uuid.UUID) -> Task:
    """Find the task of a report: one that the user sees, or worked on before it went elsewhere.

    Raises
    ------
    NotYours
        If it was never theirs, or went to others before they reported anything.
    """
    found = selectors.task_to_report(request.user, task_id)
    if found is None:
        raise NotYours(
            _("This task is with others now: tell whoever leads what you wrote and saw.")
        )
    return found


def _take(request: HttpRequest, found: Task) -> FieldReport:
    now = timezone.now()
    is_theirs = selectors.is_mine(request.user, found, now) or _sent_before(request, found)
    fielding.require_mine(is_theirs or selectors.may_lead(request.user, found.incident))
    return fielding.take(
        task=found,
        sent=_sent(request),
        by=name(request),
        at=changing.now_in(found.incident, now),
        received_at=now,
    )


def _sent_before(request: HttpRequest, found: Task) -> bool:
    """Say whether the user worked on the task: what they wrote offline still counts."""
    return found.reports.filter(by=name(request)).exists()


def _sent(request: HttpRequest) -> fielding.Sent:
    """Read a report.

    Raises
    ------
    CommandError
        If a figure, time or the report's number can't be read.
    """
    post = request.POST
    try:
        key = uuid.UUID(post["client_id"]) if post.get("client_id") else uuid.uuid4()
        lon, lat, accuracy = (
            float(post[field]) if post.get(field) else None
            for field in ("lon", "lat", "accuracy_m")
        )
        times = [parse_datetime(post.get(field, "")) for field in ("client_at", "sent_at")]
        if any(each is not None and each.tzinfo is None for each in times):
            raise ValueError("a time needs its zone")
        if any(each is not None and not 1970 <= each.year < MOST_YEAR for each in times):
            raise ValueError("a time that no clock shows")
    except ValueError as error:
        raise CommandError(_("This report can't be read: %(why)s.") % {"why": error}) from error
    file = request.FILES.get("photo")
    return fielding.Sent(
        client_id=key,
        action=post.get("action", ""),
        note=post.get("note", "")[:5000],
        lon=lon,
        lat=lat,
        accuracy_m=accuracy,
        client_at=times[0],
        sent_at=times[1],
        photo=photos.clean(file.chunks(), file.name or "photo") if file else None,
    )


def _refused(
    request: HttpRequest,
    is_queue: bool,
    message: str,
    found: Task | None,
) -> HttpResponse:
    if is_queue:
        return JsonResponse({"taken": False, "message": message}, status=400)
    messages.error(request, message)
    return redirect("command:task", found.pk) if found else redirect("command:tasks")


@require_POST
@login_required
def task_act(request: HttpRequest, task_id: Any, what: str) -> HttpResponse:
    """Verify, send back, hand over, call off a task, or say why it was late."""
    found = _task(request, task_id)
    if what not in ACTS:
        raise Http404
    at = changing.now_in(found.incident, timezone.now())
    try:
        leads = selectors.may_lead(request.user, found.incident)
        if not leads and not (
            what in FOR_DOERS and selectors.is_mine(request.user, found, timezone.now())
        ):
            raise NotYours(_("Only whoever leads this incident may do that."))
        ACTS[what](request, found, at)
    except CommandError as error:
        messages.error(request, str(error))
    if request.POST.get("back") == "review":
        return redirect("command:review", found.incident_id)
    return redirect("command:task", found.pk)


def _verify(request: HttpRequest, found: Task, at: Any) -> None:
    tasking.verify(task=found, by=name(request), at=at, note=request.POST.get("note", ""))


def _send_back(request: HttpRequest, found: Task, at: Any) -> None:
    text = request.POST.get("minutes", "")
    due_at = at + timedelta(minutes=int(text) if text.isdecimal() and len(text) < 6 else 0)
    reason = request.POST.get("reason", "")
    tasking.send_back(task=found, reason=reason, due_at=due_at, by=name(request), at=at)


def _hand_over(request: HttpRequest, found: Task, at: Any) -> None:
    whom = doer(request.POST.get("to", ""), at)
    leads = selectors.may_lead(request.user, found.incident)
    is_near = whom.organisation and whom.organisation.path.startswith(found.organisation_path)
    if not leads and not (found.organisation_path and is_near):
        raise NotYours(_("Hand it over to somebody of your own organisation."))
    reason = request.POST.get("reason", "")
    tasking.assign(task=found, doer=whom, by=name(request), at=at, reason=reason)


def _cancel(request: HttpRequest, found: Task, at: Any) -> None:
    reason = request.POST.get("reason", "")
    tasking.cancel(task=found, reason=reason, by=name(request), at=at)


def _late(request: HttpRequest, found: Task, at: Any) -> None:
    reason = request.POST.get("reason", "")
    tasking.explain_delay(task=found, reason=reason, by=name(request), at=at)


ACTS: dict[str, Any] = {
    "verify": _verify,
    "send_back": _send_back,
    "hand_over": _hand_over,
    "cancel": _cancel,
    "late": _late,
}
FOR_DOERS = {"hand_over", "late"}


@require_GET
@login_required
def photo(request: HttpRequest, photo_id: Any) -> HttpResponse:
    """Give a photo to whoever sees its incident."""
    seen = selectors.visible_incidents(request.user).select_related(None).order_by().values("pk")
    found = get_object_or_404(Photo.objects.filter(incident__in=seen), pk=photo_id)
    path: Path = photos.place(found.file)
    if not path.is_file():
        raise Http404
    answer = HttpResponse(path.read_bytes(), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=86400"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_GET
def manifest(_request: HttpRequest) -> JsonResponse:
    """Say how the page stands on a phone's first screen."""
    start = reverse("command:tasks")
    return JsonResponse(
        {
            "name": _("Chengan · my tasks"),
            "short_name": _("My tasks"),
            "start_url": start,
            "scope": "/command/",
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
        home=reverse("command:tasks"),
        pages=r"^/command/tasks/($|[0-9a-f-]{36}/$)",
        cache="chengan-field-1",
    )
