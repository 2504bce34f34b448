"""An alarm that another one explains leaves the queue and says which; it comes back when the other
one ends or is dismissed.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from chengan.city.journal import api as journal
from chengan.city.warn.models import Alarm, InhibitRule
from chengan.city.warn.selectors import topology

STANDS = Q(status=Alarm.Status.OPEN, is_active=True) | Q(
    status=Alarm.Status.CONFIRMED, is_active=True
)
Relation = InhibitRule.Relation


def explain(alarms: Iterable[Alarm], at: datetime) -> int:
    """Look, where one of the new `alarms` may explain or be explained, what explains what now."""
    new, done = list(alarms), 0
    for rule in InhibitRule.objects.filter(is_active=True) if new else ():
        touched = [each for each in new if _is(each, rule, "target") or _is(each, rule, "source")]
        for place in sorted({_place(each, rule) for each in touched} - {0}):
            done += _settle(rule, place, at)
    return done


def free(at: datetime) -> int:
    """Bring back what is explained no longer."""
    lost = Alarm.objects.filter(inhibited_by__isnull=False).exclude(
        Q(inhibited_by__status=Alarm.Status.OPEN, inhibited_by__is_active=True)
        | Q(inhibited_by__status=Alarm.Status.CONFIRMED, inhibited_by__is_active=True)
    )
    rows = list(lost[:1000])
    for alarm in rows:
        source = alarm.inhibited_by_id
        if Alarm.objects.filter(pk=alarm.pk, inhibited_by=source).update(inhibited_by=None):
            journal.append([_fact("freed", alarm, at, {"by": str(source)})])
    return len(rows)


def worsened(alarm: Alarm, at: datetime) -> None:
    """Bring an explained alarm back that got worse, unless a rule explains it at its new level."""
    source = alarm.inhibited_by_id
    if source is None:
        return
    row = Alarm.objects.filter(pk=alarm.pk, inhibited_by=source)
    if not row.update(inhibited_by=None):
        return
    alarm.inhibited_by = None
    journal.append([_fact("freed", alarm, at, {"by": str(source)})])
    explain([alarm], at)


def _place(alarm: Alarm, rule: InhibitRule) -> int:
    """The network, or the object, within which a rule looks; 0 where there is none."""
    place = alarm.city_object
    return place.pk if rule.relation == Relation.SAME_OBJECT else place.network_id or 0


def _settle(rule: InhibitRule, place: int, at: datetime) -> int:
    """Hide every waiting alarm of a network (or object) that a standing one explains."""
    sources = {
        each.city_object.external_id: each
        for each in _side(rule, "source", place).filter(STANDS).order_by("-first_at", "-number")
    }
    waiting = _side(rule, "target", place).filter(
        status=Alarm.Status.OPEN, inhibited_by=None, severity__lte=rule.max_severity
    )
    found: dict[Alarm, list[Alarm]] = {}
    for target in waiting if sources else ():
        source = _source_of(target, sources, rule, place)
        if source is not None and source.pk != target.pk:
            found.setdefault(source, []).append(target)
    return sum(_hide(source, targets, rule, at) for source, targets in found.items())


def _side(rule: InhibitRule, side: str, place: int) -> QuerySet[Alarm]:
    """Alarms that may be one side of a rule within a place."""
    where = "city_object" if rule.relation == Relation.SAME_OBJECT else "city_object__network"
    found = Alarm.objects.filter(**{where: place}, category=getattr(rule, f"{side}_category"))
    if causes := getattr(rule, f"{side}_causes"):
        found = found.filter(cause__in=causes)
    if properties := getattr(rule, f"{side}_properties"):
        found = found.filter(datastream__observed_property__code__in=properties)
    return found.select_related("city_object")


def _source_of(
    target: Alarm, sources: dict[str, Alarm], rule: InhibitRule, place: int
) -> Alarm | None:
    """What explains `target`: the furthest upstream, else the first of the place."""
    if rule.relation == Relation.DOWNSTREAM:
        way = topology.way_up(place, target.city_object.external_id)
        above = [sources[number] for number in way if number in sources]
        return above[-1] if above else None
    others = [each for each in sources.values() if each.pk != target.pk]
    first = min(others, key=lambda each: (each.first_at, each.number), default=None)
    return (
        first
        if first and (first.first_at, first.number) < (target.first_at, target.number)
        else None
    )


def _hide(source: Alarm, targets: list[Alarm], rule: InhibitRule, at: datetime) -> int:
    """Hide `targets` behind `source`, unless it is hidden behind one of them."""
    keys = [each.pk for each in targets if each.pk != source.inhibited_by_id]
    hidden = Alarm.objects.filter(
        pk__in=keys, inhibited_by=None, severity__lte=rule.max_severity, status=Alarm.Status.OPEN
    ).update(inhibited_by=source)
    if hidden:
        data = {"by": str(source.pk), "rule": rule.code}
        journal.append(
            [_fact("inhibited", each, at, data) for each in targets if each.pk in set(keys)]
        )
    return hidden


def _is(alarm: Alarm, rule: InhibitRule, side: str) -> bool:
    causes: Collection[str] = getattr(rule, f"{side}_causes")
    properties: Collection[str] = getattr(rule, f"{side}_properties")
    return (
        alarm.category == getattr(rule, f"{side}_category")
        and (not causes or alarm.cause in causes)
        and (not properties or alarm.datastream.observed_property.code in properties)
    )


def _fact(word: str, alarm: Alarm, at: datetime, data: dict[str, str]) -> journal.Fact:
    return journal.Fact(
        kind=f"warn.alarm.{word}",
        subject=f"alarm:{alarm.pk}",
        at=at,
        actor="warn",
        data={"number": alarm.number, **data},
    )
