"""The hand-over of a shift on one page."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chengan.city.command import selectors
from chengan.city.command.drafting import clock, language, words_of
from chengan.city.command.models import Decision, Incident, Resource
from chengan.city.command.views.papers import as_file
from chengan.city.papers import api as papers
from chengan.city.places import api as places
from chengan.city.warn import api as warn

SHIFT = timedelta(hours=12)
MOST = 50


def state_of(request: HttpRequest, at: Any) -> dict[str, Any]:
    """Give what the next shift takes over: open, overdue, unanswered, out of service."""
    seen = selectors.visible_incidents(request.user)
    going = seen.filter(status=Incident.Status.OPEN, clock_at=None)
    tasks = selectors.visible_tasks(request.user).filter(
        incident__status="open", incident__clock_at=None
    )
    keys = seen.select_related(None).order_by().values("pk")
    return {
        "at": at,
        "since": at - SHIFT,
        "incidents": going.order_by("-level", "-number")[:MOST],
        "overdue": tasks.filter(supervision__gte=1).exclude(
            status__in=["done", "verified", "cancelled"]
        ).order_by("due_at")[:MOST],
        "to_verify": tasks.filter(status="done").order_by("done_at")[:MOST],
        "refused": tasks.filter(status="refused").order_by("due_at")[:MOST],
        "decisions": Decision.objects.filter(
            incident__in=keys, incident__status="open", incident__clock_at=None, decided_at=None
        ).select_related("incident").order_by("due_at")[:MOST],
        "closed": seen.filter(closed_at__gte=at - SHIFT).order_by("-closed_at")[:MOST],
        "resources": Resource.objects.exclude(state=Resource.State.READY).order_by("code")[:MOST],
        "alarms": sorted(warn.counts(request.user).items(), reverse=True),
    }  # fmt: skip


@require_GET
@login_required
def shift(request: HttpRequest) -> HttpResponse:
    """Show the hand-over."""
    places.require(request.user, places.Permission.VIEW_INCIDENTS)
    return render(request, "command/shift.html", state_of(request, timezone.now()))


@require_GET
@login_required
def shift_paper(request: HttpRequest, form: str) -> HttpResponse:
    """Give the hand-over as a paper to sign."""
    places.require(request.user, places.Permission.VIEW_INCIDENTS)
    at = timezone.now()
    paper = _paper(state_of(request, at), request.user.get_username())
    return as_file(paper, f"shift-{timezone.localtime(at):%Y%m%d-%H%M}", form, at)


def _paper(state: dict[str, Any], by: str) -> papers.Paper:
    blocks: list[papers.Block] = [
        papers.Heading(_("Incidents under way")),
        _table(
            [_("Number"), _("Title"), _("Level"), _("Since when")],
            [
                [_number(each), each.title, str(each.get_level_display()), clock(each.occurred_at)]
                for each in state["incidents"]
            ],
        ),
    ]
    for word, key in (
        (_("Overdue tasks"), "overdue"),
        (_("Tasks to be verified"), "to_verify"),
        (_("Refused tasks"), "refused"),
    ):
        rows = [
            [
                _number(each.incident),
                words_of(each),
                str(each.organisation or "–"),
                clock(each.due_at),
            ]
            for each in state[key]
        ]
        blocks += [
            papers.Heading(word),
            _table([_("Number"), _("Task"), _("Carried out by"), _("Due")], rows),
        ]
    questions = [
        [_number(each.incident), each.question_zh, clock(each.due_at)]
        for each in state["decisions"]
    ]
    blocks += [
        papers.Heading(_("Decisions that wait")),
        _table([_("Number"), _("Question"), _("Due")], questions),
        papers.Heading(_("Resources not ready")),
        _table(
            [_("Resource"), _("State"), _("Note")],
            [
                [each.name_zh, str(each.get_state_display()), each.state_note or "–"]
                for each in state["resources"]
            ],
        ),
        papers.Facts([(_("Handed over by"), ""), (_("Taken over by"), ""), (_("Time"), "")]),
    ]
    is_sample = any(each.is_sample for each in state["incidents"])
    return papers.Paper(
        title=_("Shift hand-over"),
        subtitle=f"{clock(state['since'])} – {clock(state['at'])}",
        mark=_("sample data") if is_sample else "",
        footer=by,
        language=language(),
        blocks=blocks,
    )


def _number(incident: Incident) -> str:
    drill = f" {_('DRILL')}" if incident.is_drill else ""
    return f"#{incident.number}{drill}"


def _table(headers: list[str], rows: list[list[str]]) -> papers.Block:
    return papers.Table(headers, rows) if rows else papers.Text(_("None."))
