"""An alarm that another one explains leaves the queue and says which; it comes back when the other
one ends or is dismissed.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from chengan.city.journal import api as journal
from chengan.city.warn.models import Alarm, InhibitRule
from chengan.city.warn.selectors import topology

RELATED = ("city_object", "datastream__observed_property")
STANDS = Q(status=Alarm.Status.OPEN, is_active=True) | Q(
    status=Alarm.Status.CONFIRMED, is_active=True
)


def explain(alarms: Iterable[Alarm], at: datetime) -> int:
    """Look which of the new `alarms` are explained, and which standing ones they explain."""
    rules = list(InhibitRule.objects.filter(is_active=True))
    done = 0
    for alarm in alarms if rules else ():
        for rule in rules:
            if _is(alarm, rule, "target"):
                done += _explained(alarm, rule, at)
            if _is(alarm, rule, "source"):
                done += _explains(alarm, rule, at)
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
            _record("freed", alarm, at, {"by": str(source)})
    return len(rows)


def _explained(alarm: Alarm, rule: InhibitRule, at: datetime) -> int:
    for source in _candidates(alarm, rule, "source"):
        if _relates(source, alarm, rule) and _hide(alarm, source, rule, at):
            return 1
    return 0


def _explains(alarm: Alarm, rule: InhibitRule, at: datetime) -> int:
    found = _candidates(alarm, rule, "target").filter(inhibited_by=None)
    return sum(_hide(target, alarm, rule, at) for target in found if _relates(alarm, target, rule))


def _candidates(alarm: Alarm, rule: InhibitRule, side: str) -> QuerySet[Alarm]:
    """Standing alarms near `alarm` that may be the `side` of a rule, the first ones first."""
    found = Alarm.objects.filter(STANDS, category=getattr(rule, f"{side}_category"))
    found = found.exclude(pk=alarm.pk)
    if causes := getattr(rule, f"{side}_causes"):
        found = found.filter(cause__in=causes)
    if properties := getattr(rule, f"{side}_properties"):
        found = found.filter(datastream__observed_property__code__in=properties)
    if rule.relation == InhibitRule.Relation.SAME_OBJECT:
        found = found.filter(city_object=alarm.city_object_id)
    else:
        found = found.filter(
            city_object__network__isnull=False, city_object__network=alarm.city_object.network_id
        )
    return found.select_related(*RELATED).order_by("first_at", "number")


def _relates(source: Alarm, target: Alarm, rule: InhibitRule) -> bool:
    if rule.relation == InhibitRule.Relation.DOWNSTREAM:
        return topology.is_upstream(source.city_object, target.city_object)
    return True


def _hide(target: Alarm, source: Alarm, rule: InhibitRule, at: datetime) -> bool:
    """Red is never hidden beyond the rule's level, and nothing explains its own explanation."""
    if target.severity > rule.max_severity or source.inhibited_by_id == target.pk:
        return False
    hidden = Alarm.objects.filter(
        pk=target.pk, inhibited_by=None, severity__lte=rule.max_severity, status=Alarm.Status.OPEN
    ).update(inhibited_by=source)
    if hidden:
        target.inhibited_by = source
        _record("inhibited", target, at, {"by": str(source.pk), "rule": rule.code})
    return bool(hidden)


def _is(alarm: Alarm, rule: InhibitRule, side: str) -> bool:
    causes: Collection[str] = getattr(rule, f"{side}_causes")
    properties: Collection[str] = getattr(rule, f"{side}_properties")
    return (
        alarm.category == getattr(rule, f"{side}_category")
        and (not causes or alarm.cause in causes)
        and (not properties or alarm.datastream.observed_property.code in properties)
    )


def _record(word: str, alarm: Alarm, at: datetime, data: dict[str, str]) -> None:
    fact = journal.Fact(
        kind=f"warn.alarm.{word}",
        subject=f"alarm:{alarm.pk}",
        at=at,
        actor="warn",
        data={"number": alarm.number, **data},
    )
    journal.append([fact])
