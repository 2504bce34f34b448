"""Whom to send: the proposal for all open tasks, with its reasons; the officer decides."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chengan.city.command import selectors
from chengan.city.command.services import dispatching
from chengan.city.command.views.incident import found, resources_ready
from chengan.core.network import straight


@require_GET
@login_required
def dispatch(request: HttpRequest, incident_id: Any) -> HttpResponse:
    """Propose for the tasks of all open cases at once; show those of this one."""
    case = found(request, incident_id)
    if not selectors.may_lead(request.user, case):
        raise PermissionDenied(_("Only whoever leads this incident may do that."))
    rehearsal = case if case.clock_at else None
    tasks = dispatching.open_tasks(is_drill=case.is_drill, rehearsal=rehearsal)
    proposals = dispatching.propose(tasks, resources_ready())
    context = {
        "incident": case,
        "proposals": [each for each in proposals if each.need.task.incident_id == case.pk],
        "all_needs": len(proposals),
        "detour": straight.DETOUR,
        "has_roads": dispatching.roads_now() is not None,
        "weights": dispatching.LEVEL_WEIGHT,
    }
    return render(request, "command/dispatch.html", context)
