"""Words of command on a page: tasks, plans and resources in the page's language."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from chengan.city.command.models import Resource

register = template.Library()
TONES = {"verified": "good", "done": "good", "refused": "bad"}


def _is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


@register.filter
def title_of(task: Any) -> str:
    """Give a task's title in the page's language."""
    return str(task.title_zh if _is_chinese() else task.title_en or task.title_zh)


@register.filter
def instruction_of(task: Any) -> str:
    """Give how a task is to be done."""
    return str(task.instruction_zh if _is_chinese() else task.instruction_en or task.instruction_zh)


@register.filter
def question_of(decision: Any) -> str:
    """Give a decision's question."""
    return str(
        decision.question_zh if _is_chinese() else decision.question_en or decision.question_zh
    )


@register.filter
def text_of(notice: Any) -> str:
    """Give a notice's text."""
    return str(notice.text_zh if _is_chinese() else notice.text_en or notice.text_zh)


@register.filter
def plan_words(words: dict[str, str]) -> str:
    """Give words of a plan, `{zh, en}`."""
    return words["zh"] if _is_chinese() else words.get("en") or words["zh"]


@register.filter
def answer_of(decision: Any) -> str:
    """Give the answer chosen, in words."""
    for option in decision.options:
        if option["code"] == decision.chosen:
            return plan_words(option["name"])
    return ""


@register.simple_tag
def task_status(task: Any) -> SafeString:
    """Show a task's status, and how far up it is when it is overdue."""
    tone = TONES.get(task.status, "")
    shown = format_html(
        '<span class="status{}">{}</span>',
        f" status--{tone}" if tone else "",
        task.get_status_display(),
    )
    if not task.supervision or task.is_over:
        return shown
    return format_html(
        '{} <span class="status status--bad">{}</span>', shown, task.get_supervision_display()
    )


@register.simple_tag
def drill_mark(incident: Any) -> SafeString | str:
    """Say of a drill that it is one."""
    if not incident.is_drill:
        return ""
    word = _("REHEARSAL") if incident.clock_at else _("DRILL")
    return format_html('<span class="drill-mark">{}</span>', word)


@register.filter
def minutes(seconds: float | None) -> str:
    """Give seconds as whole minutes, at least one; a dash for none."""
    return "–" if seconds is None else str(max(1, round(seconds / 60)))


@register.filter
def kilometres(metres: float) -> str:
    """Give metres as kilometres with one decimal."""
    return f"{metres / 1000:.1f}"


@register.filter
def kind_word(kind: str) -> str:
    """Give the word for a kind of resource."""
    return str(Resource.Kind(kind).label)


POINTS = (
    gettext_lazy("north"),
    gettext_lazy("north-east"),
    gettext_lazy("east"),
    gettext_lazy("south-east"),
    gettext_lazy("south"),
    gettext_lazy("south-west"),
    gettext_lazy("west"),
    gettext_lazy("north-west"),
)
ARROWS = "↓↙←↖↑↗→↘"
"""Where a wind blows to that comes from each of POINTS."""


def _point(degrees: float) -> int:
    return round(float(degrees) / 45) % 8


@register.simple_tag
def bearing(degrees: float) -> str:
    """Give a direction as a point of the compass and degrees."""
    return f"{POINTS[_point(degrees)]} ({round(float(degrees)) % 360}°)"


@register.simple_tag
def wind_arrow(degrees: float) -> str:
    """Give the arrow of a wind that comes from `degrees`."""
    return ARROWS[_point(degrees)]
