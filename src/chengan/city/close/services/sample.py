"""The sample city's hidden dangers: each goes its way through the same steps as any other."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from chengan.city.assess import api as assess
from chengan.city.close import rules
from chengan.city.close.models import HiddenDanger
from chengan.city.close.services import judging, rectifying, reporting, supervising
from chengan.city.places import api as places

FINDER, JUDGE, LEADER = "west", "duty", "leader"
STEPS = ("reported", "judged", "ordered", "rectifying", "listed", "to_verify", "closed")


@transaction.atomic
def load_sample(rows: Iterable[Any], at: datetime) -> None:
    """Write the sample dangers, each as far as its row says; again: no change."""
    if not HiddenDanger.objects.filter(is_sample=True).exists():
        for row in rows:
            _follow(row, at)


def _follow(row: Any, at: datetime) -> None:
    namespace, _slash, number = row.object.partition("/")
    thing = places.CityObject.objects.select_related("owner", "area").get(
        namespace=namespace, external_id=number
    )
    begun = at - timedelta(days=row.days_ago)
    found = reporting.Found(
        title=row.title,
        description=row.description,
        city_object=thing,
        risk=assess.Risk.objects.filter(city_object=thing).order_by("pk").first(),
        source=row.source,
        kind=row.kind,
        is_sample=True,
    )
    danger = reporting.report(found=found, by=FINDER, at=begun)
    for step in STEPS[1 : STEPS.index(row.until) + 1]:
        begun += timedelta(hours=1)
        _step(step, danger, row, begun, at)


def _step(step: str, danger: HiddenDanger, row: Any, at: datetime, now: datetime) -> None:
    judge: dict[str, Any] = {"by": JUDGE, "at": at}
    doer: dict[str, Any] = {"by": row.doer, "at": at}
    match step:
        case "judged":
            _judge(danger, row, at, now)
        case "ordered":
            due = rules.last_day(now) + timedelta(days=row.due_days)
            judging.order(danger=danger, due_date=due, **judge)
        case "rectifying":
            rectifying.start(danger=danger, **doer)
        case "listed" if danger.is_major:
            supervising.list_for_supervision(
                danger=danger, stop="partial", note=row.description, by=LEADER, at=at
            )
        case "to_verify":
            rectifying.rectify(danger=danger, note=row.done, **doer)
        case "closed":
            rectifying.verify(danger=danger, note=row.done, **judge)
            rectifying.close(danger=danger, **judge)


def _judge(danger: HiddenDanger, row: Any, at: datetime, now: datetime) -> None:
    judging.judge(
        danger=danger,
        level=row.level,
        kind=row.kind,
        manage=1,
        cause=row.cause,
        organisation=danger.organisation,
        risk=danger.risk,
        by=JUDGE,
        at=at,
    )
    if row.plan:
        due = rules.last_day(now) + timedelta(days=row.due_days)
        judging.plan(danger=danger, plan_date=due, by=JUDGE, at=at, **row.plan)
