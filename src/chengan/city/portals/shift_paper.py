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
    return papers.Paper(
        title=_("Shift hand-over"),
        subtitle=f"{_clock(state['since'])} – {_clock(state['at'])}",
        mark=_("sample data") if any(map(_is_sample, _rows(state))) else "",
        footer=by,
        language="zh" if _is_chinese() else "en",
        blocks=[*_blocks(state), _signatures()],
    )


def _parts(state: dict[str, Any]) -> Iterable[tuple[str, str, list[str], Rows]]:
    """The lists of the paper: its key in `state`, heading, column heads, rows."""
    yield (
        "levels", _("Alarms that wait"),
        [_("Level"), _("Waiting"), _("In nobody's hands"), _("Oldest")],
        [[_level(each.severity), str(each.count), str(each.unassigned), _clock(each.since)]
         for each in state["levels"] if each.count],
    )  # fmt: skip
    yield (
        "going_on", _("Confirmed and still going on"),
        [_("Level"), _("Number"), _("Object"), _("By")],
        [[_level(each.severity), f"#{each.number}", _local(each.city_object, "name"),
          each.judged_by] for each in state["going_on"]],
    )  # fmt: skip
    yield (
        "warnings", _("Warnings in force"), [_("Level"), _("Number"), _("Warning"), _("State")],
        [[_level(each.severity), f"#{each.number}{_drill(each.is_exercise)}", _headline(each),
          str(each.get_state_display())] for each in state["warnings"]],
    )  # fmt: skip
    yield (
        "silenced", _("Silenced"), [_("What"), _("Why"), _("Until"), _("Hides now")],
        [[_hidden(each), f"{each.reason} ({each.created_by})", _clock(each.ends_at), str(count)]
         for each, count in state["silenced"]],
    )  # fmt: skip
    yield from _cases(state)
    yield from _dangers(state)
    yield from _means(state)


def _cases(state: dict[str, Any]) -> Iterable[tuple[str, str, list[str], Rows]]:
    for key, word, head, moment in (
        ("incidents", _("Incidents under way"), _("Since when"), "occurred_at"),
        ("closed", _("Closed in this shift"), _("Closed at"), "closed_at"),
    ):
        rows = [
            [_number(each), each.title, str(each.get_level_display()),
             _clock(getattr(each, moment))] for each in state[key]
        ]  # fmt: skip
        yield key, word, [_("Number"), _("Title"), _("Level"), head], rows
    yield from _tasks(state)
    yield (
        "decisions", _("Decisions that wait"), [_("Number"), _("Question"), _("Due")],
        [[_number(each.incident), _local(each, "question"), _clock(each.due_at)]
         for each in state["decisions"]],
    )  # fmt: skip


def _tasks(state: dict[str, Any]) -> Iterable[tuple[str, str, list[str], Rows]]:
    headers = [_("Number"), _("Task"), _("Carried out by"), _("Due")]
    for word, key in (
        (_("Overdue tasks"), "overdue"),
        (_("Tasks not acknowledged in time"), "unanswered"),
        (_("Tasks to be verified"), "to_verify"),
        (_("Refused tasks"), "refused"),
    ):
        rows = [
            [_number(each.incident), _local(each, "title"), str(each.organisation or "–"),
             _clock(each.due_at)]
            for each in state[key]
        ]  # fmt: skip
        yield key, word, headers, rows


def _dangers(state: dict[str, Any]) -> Iterable[tuple[str, str, list[str], Rows]]:
    headers = [_("Number"), _("Hidden danger"), _("Responsible organisation"), _("Due")]
    for word, key in (
        (_("Overdue hidden dangers"), "dangers_overdue"),
        (_("Other major hidden dangers"), "dangers_major"),
        (_("Hidden dangers to be judged"), "dangers_to_judge"),
    ):
        rows = [
            [f"#{each.pk}", each.title, _local(each.organisation, "name"), _clock(each.due_at)]
            for each in state[key]
        ]
        yield key, word, headers, rows


def _means(state: dict[str, Any]) -> Iterable[tuple[str, str, list[str], Rows]]:
    yield (
        "resources", _("Resources not ready"), [_("Resource"), _("State"), _("Note")],
        [[_local(each, "name"), str(each.get_state_display()), each.state_note or "–"]
         for each in state["resources"]],
    )  # fmt: skip
    yield (
        "devices", _("Device trouble"),
        [_("Number"), _("Object"), _("Datastream"), _("Since when")],
        [[f"#{each.number}", _local(each.city_object, "name"), _local(each.datastream, "name"),
          _clock(each.first_at)] for each in (row["alarm"] for row in state["devices"])],
    )  # fmt: skip
    yield (
        "bad_sources", _("Sources that do not send as expected"), [_("Source"), _("State")],
        [[_local(each.source, "name"), str(each.verdict.label)] for each in state["bad_sources"]],
    )  # fmt: skip
    for key, word in (("on_duty", _("On duty now")), ("next", _("Comes next"))):
        rows = [
            [_local(each.person, "name"), _local(each.post, "name"), each.person.phone or "–",
             f"{_clock(each.starts_at)} – {_clock(each.ends_at)}"] for each in state[key]
        ]  # fmt: skip
        yield key, word, [_("Person"), _("Post"), _("Phone"), _("Time")], rows


def _blocks(state: dict[str, Any]) -> Iterable[papers.Block]:
    for key, word, headers, rows in _parts(state):
        yield papers.Heading(word)
        yield papers.Table(headers, rows) if rows else papers.Text(_("None."))
        if left := state["more"].get(key):
            yield papers.Text(_("… and %(count)s more.") % {"count": left})
    yield papers.Heading(_("Quarantine"))
    yield papers.Text(_("%(count)s messages wait.") % {"count": state["quarantined"]})


def _rows(state: dict[str, Any]) -> Iterable[Any]:
    dangers = ("dangers_overdue", "dangers_major", "dangers_to_judge")
    for key in ("incidents", "closed", "warnings", "going_on", "resources", *dangers):
        yield from state[key]
    yield from (row["alarm"] for key in ("oldest", "devices") for row in state[key])
    yield from (silence for silence, _count in state["silenced"])


def _is_sample(row: Any) -> bool:
    return bool(getattr(row, "is_sample", False))


def _drill(is_drill: bool) -> str:
    return f" {_('DRILL')}" if is_drill else ""


def _signatures() -> papers.Block:
    return papers.Facts([(_("Handed over by"), ""), (_("Taken over by"), ""), (_("Time"), "")])


def _level(severity: int) -> str:
    glyph, word, _roman, _meaning = LEVELS[severity]
    return f"{glyph} {word}"


def _number(incident: Any) -> str:
    return f"#{incident.number}{_drill(incident.is_drill)}"


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
