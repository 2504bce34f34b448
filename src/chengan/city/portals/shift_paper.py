"""The hand-over of a shift as a paper to sign: the page's own figures, in the page's language."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chengan.city.papers import api as papers
from chengan.city.portals.templatetags.chengan import LEVELS

Rows = list[list[str]]


def paper(state: dict[str, Any], by: str) -> papers.Paper:
    """Give the hand-over of `state` (see `shift.whole`), with room for both signatures."""
    parts: list[tuple[str, list[str], Rows]] = [
        (_("Alarms that wait"), [_("Level"), _("Waiting"), _("In nobody's hands"), _("Oldest")],
         [[_level(each.severity), str(each.count), str(each.unassigned), _clock(each.since)]
          for each in state["levels"] if each.count]),
        (_("Warnings in force"), [_("Level"), _("Number"), _("Warning"), _("State")],
         [[_level(each.severity), f"#{each.number}", _headline(each),
           str(each.get_state_display())] for each in state["warnings"]]),
        (_("Silenced"), [_("What"), _("Why"), _("Until"), _("Hides now")],
         [[_hidden(each), f"{each.reason} ({each.created_by})", _clock(each.ends_at), str(count)]
          for each, count in state["silenced"]]),
        (_("Incidents under way"), [_("Number"), _("Title"), _("Level"), _("Since when")],
         [[_number(each), each.title, str(each.get_level_display()), _clock(each.occurred_at)]
          for each in state["incidents"]]),
        *_tasks(state),
        (_("Decisions that wait"), [_("Number"), _("Question"), _("Due")],
         [[_number(each.incident), _local(each, "question"), _clock(each.due_at)]
          for each in state["decisions"]]),
        (_("Resources not ready"), [_("Resource"), _("State"), _("Note")],
         [[_local(each, "name"), str(each.get_state_display()), each.state_note or "–"]
          for each in state["resources"]]),
        (_("Device trouble"), [_("Number"), _("Object"), _("Datastream"), _("Since when")],
         [[f"#{each.number}", _local(each.city_object, "name"), _local(each.datastream, "name"),
           _clock(each.first_at)] for each in (row["alarm"] for row in state["devices"])]),
        (_("Sources that do not send as expected"), [_("Source"), _("State")],
         [[_local(each.source, "name"), str(each.verdict.label)]
          for each in state["bad_sources"]]),
    ]  # fmt: skip
    is_sample = any(each.is_sample for each in [*state["incidents"], *state["warnings"]])
    return papers.Paper(
        title=_("Shift hand-over"),
        subtitle=f"{_clock(state['since'])} – {_clock(state['at'])}",
        mark=_("sample data") if is_sample else "",
        footer=by,
        language="zh" if _is_chinese() else "en",
        blocks=[*_blocks(parts), _signatures()],
    )


def _tasks(state: dict[str, Any]) -> Iterable[tuple[str, list[str], Rows]]:
    headers = [_("Number"), _("Task"), _("Carried out by"), _("Due")]
    for word, key in (
        (_("Overdue tasks"), "overdue"),
        (_("Tasks to be verified"), "to_verify"),
        (_("Refused tasks"), "refused"),
    ):
        rows = [
            [_number(each.incident), _local(each, "title"), str(each.organisation or "–"),
             _clock(each.due_at)]
            for each in state[key]
        ]  # fmt: skip
        yield word, headers, rows


def _blocks(parts: Iterable[tuple[str, list[str], Rows]]) -> Iterable[papers.Block]:
    for word, headers, rows in parts:
        yield papers.Heading(word)
        yield papers.Table(headers, rows) if rows else papers.Text(_("None."))


def _signatures() -> papers.Block:
    return papers.Facts([(_("Handed over by"), ""), (_("Taken over by"), ""), (_("Time"), "")])


def _level(severity: int) -> str:
    glyph, word, _roman, _meaning = LEVELS[severity]
    return f"{glyph} {word}"


def _number(incident: Any) -> str:
    return f"#{incident.number} {_('DRILL')}" if incident.is_drill else f"#{incident.number}"


def _headline(warning: Any) -> str:
    return str(warning.headline_zh if _is_chinese() else warning.headline_en or warning.headline_zh)


def _hidden(silence: Any) -> str:
    about = (silence.city_object, silence.network, silence.area, silence.object_kind)
    return " · ".join(_local(each, "name") for each in about if each) or "–"


def _local(row: Any, field: str) -> str:
    chinese = str(getattr(row, f"{field}_zh"))
    return chinese if _is_chinese() else getattr(row, f"{field}_en") or chinese


def _is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def _clock(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "–"
