"""Drafts of papers from the log: situation and closing report; a person edits and signs."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chengan.city.command.models import Decision, Dispatch, Incident, Task
from chengan.city.command.selectors import Line, lines, tasks_of
from chengan.city.papers import api as papers
from chengan.core.tables import accident_grades

MOST_LINES = 400


def clock(at: datetime | None) -> str:
    """Write a time on the city's clock; a dash for none."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "–"


def language() -> str:
    """Give the papers' language: the page's."""
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def mark_of(incident: Incident) -> str:
    """Give what is printed on every page: drill, sample data, draft."""
    marks = [
        _("DRILL") if incident.is_drill else "",
        _("sample data") if incident.is_sample else "",
    ]
    return " · ".join(each for each in [*marks, _("draft")] if each)


def report(incident: Incident, *, sort: str, at: datetime, by: str) -> papers.Paper:
    """Draft a situation report (`situation`) or a closing report (`closing`)."""
    tasks = tasks_of(incident)
    said = lines(incident)
    is_closing = sort == "closing"
    blocks: list[papers.Block] = [
        papers.Heading(_("The incident in a few words")),
        papers.Facts(_facts(incident)),
        papers.Text(incident.summary or _("Nothing is known beyond the log.")),
        papers.Heading(_("Losses")),
        papers.Facts(_losses(incident)),
        papers.Heading(_("Tasks")),
        _tasks(tasks),
        *_decisions(incident),
        *_resources(incident),
    ]
    if is_closing:
        blocks += [papers.Heading(_("How it ended")), papers.Text(incident.close_note or "–")]
    blocks += [papers.Heading(_("Log")), _log(said)]
    if len(said) > MOST_LINES:
        text = _("The newest %(most)s entries; the whole log is in its export.")
        blocks.append(papers.Text(text % {"most": MOST_LINES}, is_note=True))
    title = _("Closing report") if is_closing else _("Situation report")
    return papers.Paper(
        title=f"{title}：{incident.title}" if language() == "zh" else f"{title}: {incident.title}",
        subtitle=f"#{incident.number} · {clock(at)}",
        mark=mark_of(incident),
        footer=_("Drafted from the log by %(by)s") % {"by": by},
        language=language(),
        blocks=blocks,
    )


def _facts(incident: Incident) -> list[tuple[str, str]]:
    place = incident.address or str(incident.city_object or "") or str(incident.area or "")
    position = f"{incident.lon:.5f}, {incident.lat:.5f}" if incident.lon is not None else "–"
    return [
        (_("Kind"), str(incident.get_kind_display())),
        (_("Level"), str(incident.get_level_display())),
        (_("Status"), str(incident.get_status_display())),
        (_("How it became known"), str(incident.get_origin_display())),
        (_("Place"), f"{place or '–'} ({position})"),
        (_("Led by"), str(incident.lead)),
        (_("Since when"), clock(incident.occurred_at)),
        (_("Opened at"), clock(incident.opened_at)),
        (_("Closed at"), clock(incident.closed_at)),
    ]


def _losses(incident: Incident) -> list[tuple[str, str]]:
    found = accident_grades.grade(
        deaths=incident.deaths,
        serious_injuries=incident.serious_injuries,
        direct_loss_yuan=incident.direct_loss_yuan,
    )
    name = (found.name_zh if language() == "zh" else found.name_en) if found else "–"
    return [
        (_("Deaths"), str(incident.deaths)),
        (_("Seriously injured"), str(incident.serious_injuries)),
        (_("Direct loss (yuan)"), f"{incident.direct_loss_yuan:,}"),
        (_("Accident grade"), f"{name} [{accident_grades.MARK}]"),
        (_("Source of the grades"), accident_grades.SOURCE),
    ]


def words_of(task: Task) -> str:
    """Give a task's title in the papers' language."""
    return task.title_zh if language() == "zh" else task.title_en or task.title_zh


def _tasks(tasks: Sequence[Task]) -> papers.Block:
    if not tasks:
        return papers.Text(_("No task was given out."))
    headers = [
        _("Task"),
        _("Carried out by"),
        _("Due"),
        _("Status"),
        _("Done at"),
        _("Verified by"),
    ]
    rows = [
        [
            words_of(each),
            " · ".join(str(who) for who in (each.organisation, each.person) if who) or "–",
            clock(each.due_at),
            str(each.get_status_display()),
            clock(each.done_at),
            each.verified_by or "–",
        ]
        for each in tasks
    ]
    return papers.Table(headers, rows, [3, 2, 1.5, 1.2, 1.5, 1])


def _decisions(incident: Incident) -> list[papers.Block]:
    found = Decision.objects.filter(incident=incident).order_by("due_at")
    if not found:
        return []
    is_zh = language() == "zh"
    rows = []
    for each in found:
        names = {option["code"]: option["name"] for option in each.options}
        chosen = names.get(each.chosen, {})
        answer = chosen.get("zh" if is_zh else "en") or chosen.get("zh") or "–"
        question = each.question_zh if is_zh else each.question_en or each.question_zh
        rows.append(
            [question, answer, each.reason or "–", each.decided_by or "–", clock(each.decided_at)]
        )
    headers = [_("Question"), _("Answer"), _("Why"), _("By"), _("Time")]
    return [papers.Heading(_("Decisions")), papers.Table(headers, rows, [3, 1, 2, 1, 1.5])]


def _resources(incident: Incident) -> list[papers.Block]:
    found = Dispatch.objects.filter(task__incident=incident).select_related("resource", "task")
    if not found:
        return []
    rows = [
        [str(each.resource.name_zh), words_of(each.task), clock(each.at), clock(each.released_at)]
        for each in found.order_by("at")
    ]
    headers = [_("Resource"), _("Task"), _("Sent at"), _("Let go at")]
    return [papers.Heading(_("Resources")), papers.Table(headers, rows, [2, 3, 1.5, 1.5])]


def _log(said: Sequence[Line]) -> papers.Block:
    rows = [
        [clock(each.at), each.actor or _("the system"), each.word, each.text]
        for each in reversed(said[:MOST_LINES])
    ]
    return papers.Table([_("Time"), _("By"), _("Step"), _("Text")], rows, [1.5, 1, 1.4, 4])
