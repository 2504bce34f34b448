"""A measure at the source: proposed, agreed, done, and its effect counted before and after."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chengan.city.assess.errors import BadInputs, NotWaiting, NotYours
from chengan.city.assess.models import CauseFact, SourceMeasure
from chengan.city.journal import api as journal
from chengan.city.places import api as places

Status = SourceMeasure.Status
WINDOWS: Final = (30, 90, 180, 365)


def facts_of(scope: dict[str, Any]) -> QuerySet[CauseFact]:
    """The facts a scope is about: one cause, at one object or at one kind of object."""
    found = CauseFact.objects.filter(cause=scope["cause"])
    if scope.get("city_object"):
        found = found.filter(city_object=scope["city_object"])
    if scope.get("kind"):
        found = found.filter(city_object__kind__code=scope["kind"])
    return found


def propose(
    *,
    scope: dict[str, Any],
    title: str,
    root_cause: str,
    measure: str,
    owner: places.Organisation,
    due_date: date,
    window_days: int,
    by: str,
    at: datetime,
) -> SourceMeasure:
    """Propose a measure against what `scope` gathers.

    Raises
    ------
    BadInputs
        Without a title or measure, for a day that has passed, another window than `WINDOWS`,
        or a scope without facts.
    """
    for field, text in (("title", title), ("measure", measure)):
        if not text.strip():
            raise BadInputs(field, _("This field is needed."))
    if due_date < at.date():
        raise BadInputs("due_date", _("The day has passed: choose one from today on."))
    if window_days not in WINDOWS:
        raise BadInputs("window_days", _("Choose 30, 90, 180 or 365 days."))
    newest = facts_of(scope).order_by("-seq").first()
    if newest is None:
        raise BadInputs("scope", _("Nothing of this cause is known yet."))
    with transaction.atomic():
        made = SourceMeasure.objects.create(
            scope=scope,
            title=title.strip(),
            root_cause=root_cause.strip(),
            measure=measure.strip(),
            owner=owner,
            due_date=due_date,
            window_days=window_days,
            proposed_by=by,
            proposed_at=at,
            is_sample=newest.is_sample,
        )
        _record("proposed", made, by, at)
    return made


def agree(*, measure: SourceMeasure, by: str, at: datetime) -> None:
    """Agree to a proposal, as another person; counts what happened before."""
    if measure.proposed_by == by:
        raise NotYours(_("Who proposed it can't agree to it."))
    values = {"agreed_by": by, "agreed_at": at, "before": _count(measure, before=at)}
    _go(measure, Status.PROPOSED, {"status": Status.AGREED, **values}, by, at)


def finish(*, measure: SourceMeasure, evidence: str, by: str, at: datetime) -> None:
    """Say that it is done, and what shows it; from now on is counted what still happens."""
    if not evidence.strip():
        raise BadInputs("evidence", _("Say what shows that it is done."))
    values = {"status": Status.DONE, "done_at": at, "evidence": evidence.strip(), "after": 0}
    _go(measure, Status.AGREED, values, by, at)


def judge(*, measure: SourceMeasure, is_effective: bool, by: str, at: datetime) -> None:
    """Judge the effect once the window has passed.

    Raises
    ------
    BadInputs
        Before the window has passed: says until when.
    NotWaiting
    """
    end = (measure.done_at or at) + timedelta(days=measure.window_days)
    if at < end:
        raise BadInputs("judge", _("The days to compare end on %(day)s.") % {"day": end.date()})
    status = Status.EFFECTIVE if is_effective else Status.NOT_EFFECTIVE
    after = _count(measure, after=measure.done_at)
    values = {"status": status, "judged_by": by, "judged_at": at, "after": after}
    _go(measure, Status.DONE, values, by, at)


def drop(*, measure: SourceMeasure, by: str, at: datetime, reason: str) -> None:
    """Give a measure up, with the reason."""
    if not reason.strip():
        raise BadInputs("reason", _("Say why it is given up."))
    values = {"status": Status.DROPPED, "evidence": reason.strip()}
    _go(measure, (Status.PROPOSED, Status.AGREED), values, by, at)


def effect(measure: SourceMeasure, at: datetime) -> dict[str, Any]:
    """Give the counts of both windows now, and how many days of the second have passed."""
    if measure.done_at is None:
        return {"before": measure.before, "after": None, "days": 0}
    days = min((at - measure.done_at).days, measure.window_days)
    after = _count(measure, after=measure.done_at)
    return {"before": measure.before, "after": after, "days": days}


def escalate_overdue(at: datetime, most: int = 200) -> int:
    """State once for each agreed measure whose day has passed that it is overdue."""
    due = SourceMeasure.objects.filter(status=Status.AGREED, due_date__lt=at.date())
    found = 0
    for each in due.filter(escalated_at=None).order_by("due_date")[:most]:
        with transaction.atomic():
            mine = SourceMeasure.objects.filter(pk=each.pk, escalated_at=None)
            if mine.update(escalated_at=at):
                _record("overdue", each, "assess", at)
                found += 1
    return found


def _count(
    measure: SourceMeasure, *, before: datetime | None = None, after: datetime | None = None
) -> int:
    window = timedelta(days=measure.window_days)
    begin, end = (before - window, before) if before else (after, after + window)  # type: ignore[operator]
    found = facts_of(measure.scope).filter(at__gt=begin, at__lte=end)
    return found.values("subject").distinct().count()


def _go(
    measure: SourceMeasure,
    before: str | tuple[str, ...],
    values: dict[str, Any],
    by: str,
    at: datetime,
) -> None:
    places_ = (before,) if isinstance(before, str) else before
    with transaction.atomic():
        found = SourceMeasure.objects.filter(pk=measure.pk, status__in=places_)
        if not found.update(**values):
            raise NotWaiting(_("Somebody was quicker: load the page anew."))
        _record(str(values["status"]), measure, by, at)
    measure.refresh_from_db()


def _record(step: str, measure: SourceMeasure, by: str, at: datetime) -> None:
    data = {"measure": measure.pk, "title": measure.title, "scope": measure.scope}
    kind, subject = f"assess.source.{step}", f"source-measure:{measure.pk}"
    journal.append([journal.Fact(kind=kind, subject=subject, at=at, actor=by, data=data)])
