"""One step of a danger: its row, its photo, and the fact in the journal; and the change before."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from chengan.city.close.errors import BadDanger, WrongStep
from chengan.city.close.models import DangerPhoto, DangerStep, HiddenDanger
from chengan.city.command import api as command
from chengan.city.journal import api as journal
from chengan.city.places import api as places

ACTOR: Final = "close"
Kind = DangerStep.Kind


def subject(danger: HiddenDanger) -> str:
    """Name a danger as the journal does."""
    return f"hidden-danger:{danger.pk}"


def move(danger: HiddenDanger, before: Iterable[str], **values: Any) -> None:
    """Change a danger that stands at one of `before`; whoever comes second is refused.

    Raises
    ------
    WrongStep
        If it stands elsewhere.
    """
    here = HiddenDanger.objects.filter(pk=danger.pk, status__in=list(before))
    if not here.update(**values):
        raise _wrong(danger)
    danger.refresh_from_db()


def hold(danger: HiddenDanger, before: Iterable[str]) -> None:
    """Hold a danger that stands at one of `before` until the transaction ends.

    Raises
    ------
    WrongStep
        If it stands elsewhere.
    """
    here = HiddenDanger.objects.select_for_update(no_key=True).filter(pk=danger.pk)
    if not here.filter(status__in=list(before)).exists():
        raise _wrong(danger)
    danger.refresh_from_db()


def _wrong(danger: HiddenDanger) -> WrongStep:
    danger.refresh_from_db()
    text = _("It is at “%(status)s” now: somebody was quicker, or this step comes later.")
    return WrongStep(text % {"status": danger.get_status_display()})


def record(
    danger: HiddenDanger,
    kind: str,
    by: str,
    at: datetime,
    *,
    note: str = "",
    photo: places.CleanPicture | None = None,
    due_at: datetime | None = None,
    what: str = "",
) -> DangerStep:
    """Write a step of `danger` with its photo, and the fact `close.danger.KIND`."""
    step = DangerStep.objects.create(
        danger=danger, kind=kind, at=at, by=by, note=note.strip(), due_at=due_at, what=what
    )
    if photo is not None:
        stored = command.store_photo(cleaned=photo, folder="close", at=at)
        DangerPhoto.objects.create(step=step, **vars(stored))
    data = {
        "danger": danger.pk,
        "title": danger.title,
        "city_object": danger.city_object_id,
        "risk": danger.risk_id,
        "area_path": danger.area_path,
        "organisation": danger.organisation_id,
        "danger_level": danger.level,
        "cause": danger.cause,
        "due_at": due_at.isoformat() if due_at else None,
        "what": what,
        "note": note.strip(),
        "is_sample": danger.is_sample or None,
    }
    kept = {name: value for name, value in data.items() if value not in (None, "")}
    fact = journal.Fact(
        kind=f"close.danger.{kind}", subject=subject(danger), at=at, actor=by or ACTOR, data=kept
    )
    journal.append([fact])
    return step


def need(field: str, text: str, message: str) -> str:
    """Give `text` without spaces around it.

    Raises
    ------
    BadDanger
        With `message` where nothing is left.
    """
    if not text.strip():
        raise BadDanger(field, message)
    return text.strip()
