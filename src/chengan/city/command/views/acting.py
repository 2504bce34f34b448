"""What an officer does in an incident: one address, one small function for each act."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengan.city.command import selectors
from chengan.city.command.errors import BadPlace, BadTask, CommandError
from chengan.city.command.forms import TaskForm, doer_of
from chengan.city.command.models import (
    Decision,
    Dispatch,
    Incident,
    IncidentNotice,
    Plan,
    Resource,
)
from chengan.city.command.services import (
    activating,
    changing,
    dispatching,
    merging,
    notices,
    rehearsing,
    tasking,
)
from chengan.city.command.services.holders import Doer, of_post
from chengan.city.command.views import drawing
from chengan.city.command.views.incident import found
from chengan.city.places import api as places

Act = Callable[[HttpRequest, Incident, datetime], Any]


@require_POST
@login_required
def act(request: HttpRequest, incident_id: Any, what: str) -> HttpResponse:
    """Do one thing in an incident; back to its page, with what went wrong."""
    case = found(request, incident_id)
    if what not in ACTS:
        raise Http404
    if what not in FOR_ALL and not selectors.may_lead(request.user, case):
        raise PermissionDenied(_("Only whoever leads this incident may do that."))
    at = changing.now_in(case, timezone.now())
    try:
        there = ACTS[what](request, case, at)
    except CommandError as error:
        messages.error(request, str(error))
        there = None
    if isinstance(there, Incident):
        return redirect("command:incident", there.pk)
    back = request.POST.get("back", "")
    if back == "dispatch":
        return redirect("command:dispatch", case.pk)
    return redirect("command:incident", case.pk)


def name(request: HttpRequest) -> str:
    """Give the account's name, as the log has it."""
    return request.user.get_username()


def whole(request: HttpRequest, field: str, otherwise: int = 0) -> int:
    """Read a whole number from the form.

    Raises
    ------
    CommandError
        If it is none.
    """
    text = request.POST.get(field, "").strip().replace(",", "")
    if not text:
        return otherwise
    try:
        number = int(text)
    except ValueError as error:
        raise CommandError(_("“%(text)s” is not a whole number.") % {"text": text[:40]}) from error
    if abs(number) > 10**12:
        raise CommandError(_("“%(text)s” is too large.") % {"text": text[:40]})
    return number


def doer(choice: str, at: datetime) -> Doer:
    """Give whom a choice like `post:7` names.

    Raises
    ------
    BadTask
        If it names nobody.
    """
    kind, key = doer_of(choice)
    if kind == "post":
        post = places.Post.objects.filter(pk=key, retired_at=None).first()
        if post is not None:
            return of_post(post, at)
    if kind == "person":
        person = places.Person.objects.filter(pk=key).select_related("organisation", "user").first()
        if person is not None:
            return Doer(person.organisation, person=person, why="person")
    if kind == "organisation":
        body = places.Organisation.objects.filter(pk=key, retired_at=None).first()
        if body is not None:
            return Doer(body, why="organisation")
    raise BadTask(_("Choose who is to do it."))


def _say(request: HttpRequest, case: Incident, at: datetime) -> None:
    changing.say(incident=case, text=request.POST.get("text", ""), by=name(request), at=at)


def _level(request: HttpRequest, case: Incident, at: datetime) -> None:
    level, before = whole(request, "level"), whole(request, "before")
    changing.set_level(incident=case, level=level, before=before, by=name(request), at=at)


def _losses(request: HttpRequest, case: Incident, at: datetime) -> None:
    changing.set_losses(
        incident=case,
        deaths=whole(request, "deaths"),
        serious_injuries=whole(request, "serious_injuries"),
        direct_loss_yuan=whole(request, "direct_loss_yuan"),
        by=name(request),
        at=at,
    )


def _area(request: HttpRequest, case: Incident, at: datetime) -> None:
    """Set the affected area, or draw a cordon where that is what was chosen."""
    given, is_off = request.POST, request.POST.get("clear") == "1"
    if given.get("kind") and not is_off:
        drawing.cordon(request, case, at)
        return
    area = "" if is_off else given.get("area", "").strip()
    if not area and not is_off:
        raise BadPlace(_("Draw the area first: at least three corners on the map."))
    changing.set_area(incident=case, area=area, by=name(request), at=at)


def _activate(request: HttpRequest, case: Incident, at: datetime) -> None:
    plan = get_object_or_404(Plan, pk=whole(request, "plan"))
    made, is_new = activating.activate(incident=case, plan=plan, by=name(request), at=at)
    if is_new:
        text = _("Plan activated: %(count)s tasks given out.")
        messages.success(request, text % {"count": made.tasks.count()})
    else:
        messages.info(request, _("%(by)s has activated this plan already.") % {"by": made.by})


def _decide(request: HttpRequest, case: Incident, at: datetime) -> None:
    decision = get_object_or_404(Decision, pk=whole(request, "decision"), incident=case)
    chosen, reason = request.POST.get("chosen", ""), request.POST.get("reason", "")
    activating.decide(decision=decision, chosen=chosen, reason=reason, by=name(request), at=at)


def _close(request: HttpRequest, case: Incident, at: datetime) -> None:
    note, rest = request.POST.get("note", ""), request.POST.get("cancel_rest") == "1"
    changing.close(incident=case, note=note, by=name(request), at=at, cancel_rest=rest)


def _reopen(request: HttpRequest, case: Incident, at: datetime) -> None:
    reason = request.POST.get("reason", "")
    changing.reopen(incident=case, reason=reason, by=name(request), at=at)


def _merge(request: HttpRequest, case: Incident, at: datetime) -> Incident:
    try:
        into = found(request, uuid.UUID(request.POST.get("into", "")))
    except ValueError as error:
        raise CommandError(_("Choose the incident to merge into.")) from error
    if not selectors.may_lead(request.user, into):
        raise PermissionDenied(_("Only whoever leads this incident may do that."))
    reason = request.POST.get("reason", "")
    merging.merge(source=case, into=into, reason=reason, by=name(request), at=at)
    return into


def _split(request: HttpRequest, case: Incident, at: datetime) -> Incident:
    keys = request.POST.getlist("task")
    return merging.split(
        source=case,
        title=request.POST.get("title", ""),
        tasks=[each for each in selectors.tasks_of(case) if str(each.pk) in keys],
        lead=case.lead,
        reason=request.POST.get("reason", ""),
        by=name(request),
        at=at,
    )


def _give(request: HttpRequest, case: Incident, at: datetime) -> None:
    form = TaskForm(request.POST)
    if not form.is_valid():
        faults = [f"{form.fields[key].label}: {text[0]}" for key, text in form.errors.items()]
        raise BadTask("; ".join(map(str, faults)))
    given = form.cleaned_data
    tasking.give(
        incident=case,
        title_zh=given["title"],
        instruction_zh=given["instruction"],
        doer=doer(given["to"], at),
        due_at=at + timedelta(minutes=given["minutes"]),
        needs=form.needs(),
        by=name(request),
        at=at,
    )


def _notice(request: HttpRequest, case: Incident, at: datetime) -> None:
    body = get_object_or_404(
        places.Organisation, pk=whole(request, "organisation"), retired_at=None
    )
    text = request.POST.get("text", "")
    notices.send(incident=case, organisation=body, text=text, by=name(request), at=at)


def _read(request: HttpRequest, case: Incident, at: datetime) -> None:
    mine = selectors.notices_for(request.user).filter(incident=case)
    notice: IncidentNotice = get_object_or_404(mine, pk=whole(request, "notice"))
    notices.read(notice=notice, by=name(request), at=at)


def _send(request: HttpRequest, case: Incident, at: datetime) -> None:
    """Send what was ticked in the proposal: `task:resource:seconds` each."""
    done, tasks = 0, selectors.tasks_of(case)
    for pick in request.POST.getlist("pick"):
        task_key, resource_key, seconds = [*pick.split("|"), "", ""][:3]
        task = next((each for each in tasks if str(each.pk) == task_key), None)
        if task is None or not resource_key.isdecimal():
            raise CommandError(_("Tick whom to send."))
        resource = get_object_or_404(Resource, pk=int(resource_key))
        dispatching.send(
            resource=resource,
            task=task,
            travel_s=float(seconds) if seconds.isdecimal() else None,
            reason=request.POST.get("reason", ""),
            by=name(request),
            at=at,
        )
        done += 1
    if not done:
        raise CommandError(_("Tick whom to send."))
    messages.success(request, _("%(count)s sent.") % {"count": done})


def _release(request: HttpRequest, case: Incident, at: datetime) -> None:
    going = Dispatch.objects.filter(task__incident=case).select_related("resource", "task")
    dispatch = get_object_or_404(going, pk=whole(request, "dispatch"))
    dispatching.release(dispatch=dispatch, by=name(request), at=at)


def _step(request: HttpRequest, case: Incident, at: datetime) -> None:
    try:
        before = parse_datetime(request.POST.get("before", "")) or at
    except ValueError as error:
        raise CommandError(_("This is not a time.")) from error
    seconds = whole(request, "seconds", 60)
    rehearsing.step(incident=case, before=before, seconds=seconds)


ACTS: dict[str, Act] = {
    "cordon": drawing.cordon,
    "lift": drawing.lift,
    "plume": drawing.plume,
    "plume_off": drawing.plume_off,
    "say": _say,
    "level": _level,
    "losses": _losses,
    "area": _area,
    "activate": _activate,
    "decide": _decide,
    "close": _close,
    "reopen": _reopen,
    "merge": _merge,
    "split": _split,
    "give": _give,
    "notice": _notice,
    "read": _read,
    "send": _send,
    "release": _release,
    "step": _step,
}
FOR_ALL = {"say", "read"}
"""What everybody who sees the case may do."""
