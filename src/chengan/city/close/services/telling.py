"""Tells organisations about a danger by the city's own channels."""

from datetime import datetime
from typing import Final

from django.urls import reverse

from chengan.city.close import rules
from chengan.city.close.models import DangerStep, HiddenDanger
from chengan.city.close.services import log
from chengan.city.places import api as places
from chengan.city.warn import api as warn

SEVERITY: Final = {None: 2, 1: 2, 2: 4}
"""From which severity on a channel tells of an ordinary and of a major danger [ours]."""


def superior(danger: HiddenDanger) -> places.Organisation:
    """Give who stands above the responsible organisation; itself where nobody does."""
    return danger.organisation.parent or danger.organisation


def tell(
    danger: HiddenDanger,
    step: DangerStep,
    to: places.Organisation,
    words: tuple[str, str],
    at: datetime,
) -> None:
    """Send `words` (Chinese, English) about `danger` to whoever is on duty in `to`; once a step."""
    zh, en = words
    place = danger.city_object.name_zh if danger.city_object else danger.place_note
    due = rules.last_day(danger.due_at).isoformat() if danger.due_at else ""
    message = warn.Message(
        key=f"hidden-danger/{danger.pk}/{step.pk}/{to.pk}",
        about=log.subject(danger),
        url=reverse("close:danger", args=[danger.pk]),
        severity=SEVERITY[danger.level],
        subject_zh=f"{zh}：{danger.title}",
        subject_en=f"{en}: {danger.title}",
        body_zh="\n".join(filter(None, [place, step.note, due and f"整改期限：{due}"])),
        body_en="\n".join(filter(None, [place, step.note, due and f"Due: {due} (Beijing)"])),
        is_sample=danger.is_sample,
    )
    warn.notify(message=message, organisation=to, city_object=danger.city_object, at=at)
