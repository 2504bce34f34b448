"""Alarms of one cause are one event: one of them leads and stands in the queue for all.

Which alarms belong together is data (`CorrelationRule`); that two readings are the same alarm is
decided before, by object, property and cause. A dismissed group takes nothing new; a confirmed one
does, and what is worse than all before stands in the queue by itself.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from chengan.city.journal import api as journal
from chengan.city.warn.errors import Stale
from chengan.city.warn.models import Alarm, AlarmGroup, CorrelationRule

Reach = CorrelationRule.Reach
Status = AlarmGroup.Status


@dataclass(frozen=True)
class Belongs:
    """An alarm and the key of the event that it may be part of."""

    alarm: Alarm
    rule: CorrelationRule
    key: str


def gather(alarms: Iterable[Alarm], at: datetime) -> None:
    """Put new alarms into their groups, and open the groups that are events by now."""
    rules = list(CorrelationRule.objects.filter(is_active=True).order_by("rank", "pk"))
    by_key: dict[str, list[Belongs]] = defaultdict(list)
    for alarm in alarms if rules else ():
        found = belongs(alarm, rules)
        if found:
            by_key[found.key].append(found)
    for key in sorted(by_key):
        _join(by_key[key], at)


def belongs(alarm: Alarm, rules: Collection[CorrelationRule]) -> Belongs | None:
    """The first rule that fits an alarm, and what its event shares; None when none fits."""
    for rule in rules:
        if _fits(alarm, rule):
            shared = _shared(alarm, rule.reach)
            if shared:
                return Belongs(alarm, rule, f"{rule.code}/{shared}")
    return None


def worsened(alarm: Alarm, at: datetime) -> None:
    """A member got worse than its group ever was: it leads from now on."""
    if alarm.group_id is None:
        return
    worse = AlarmGroup.objects.filter(pk=alarm.group_id, severity__lt=alarm.severity)
    if worse.update(severity=alarm.severity, last_at=at) and not alarm.is_lead:
        group = AlarmGroup.objects.get(pk=alarm.group_id)
        _lead(group, alarm)


@transaction.atomic
def leave(*, alarm: Alarm, by: str, at: datetime) -> None:
    """Take an alarm out of its group: it is another event and stands in the queue by itself.

    Raises
    ------
    Stale
        If it is in no group any more, or leads it.
    """
    group = alarm.group_id
    row = Alarm.objects.filter(pk=alarm.pk, group=group, group__isnull=False, is_lead=False)
    if not row.update(group=None, is_lead=True):
        raise Stale(_("This alarm leads its group or is in none."))
    AlarmGroup.objects.filter(pk=group or 0, count__gt=0).update(count=F("count") - 1)
    fact = journal.Fact(
        kind="warn.alarm.left_group",
        subject=f"alarm:{alarm.pk}",
        at=at,
        actor=by,
        data={"number": alarm.number, "group": group},
    )
    journal.append([fact])


def _join(found: list[Belongs], at: datetime) -> None:
    rule, key = found[0].rule, found[0].key
    alarms = [each.alarm for each in found]
    first, last = min(each.first_at for each in alarms), max(each.last_at for each in alarms)
    group = _standing(rule, key, first) or AlarmGroup.objects.create(
        key=key,
        rule=rule,
        severity=max(each.severity for each in alarms),
        first_at=first,
        last_at=last,
        is_sample=any(each.is_sample for each in alarms),
    )
    worst = group.severity
    group.count += len(alarms)
    group.last_at = max(group.last_at, last)
    group.severity = max(worst, *(each.severity for each in alarms))
    codes = {each.datastream.observed_property.code for each in alarms}
    group.properties = sorted({*group.properties, *codes})
    group.save(update_fields=["count", "last_at", "severity", "properties"])
    keys = [each.pk for each in alarms]
    if group.status == Status.GATHERING:
        Alarm.objects.filter(pk__in=keys).update(group=group)
        _perhaps_open(group, at)
    else:
        Alarm.objects.filter(pk__in=keys).update(group=group, is_lead=False)
        worse = max(alarms, key=lambda each: each.severity)
        if worse.severity > worst:
            _lead(group, worse)


def _standing(rule: CorrelationRule, key: str, first: datetime) -> AlarmGroup | None:
    since = first - timedelta(seconds=rule.window_s)
    found = AlarmGroup.objects.filter(key=key, last_at__gte=since).exclude(status=Status.DISMISSED)
    return found.order_by("-last_at").first()


def _perhaps_open(group: AlarmGroup, at: datetime) -> None:
    """Make a group an event once it has enough alarms of enough kinds."""
    rule = group.rule
    members = list(
        group.alarms.exclude(status=Alarm.Status.DISMISSED).order_by("-severity", "number")
    )
    if len(members) < max(2, rule.min_alarms) or len(group.properties) < rule.min_properties:
        return
    confirmed = [each for each in members if each.status == Alarm.Status.CONFIRMED]
    lead = (confirmed or members)[0]
    status = Status.CONFIRMED if confirmed else Status.OPEN
    opened = AlarmGroup.objects.filter(pk=group.pk, status=Status.GATHERING)
    if not opened.update(status=status):
        return
    followers = group.alarms.filter(is_lead=True).exclude(pk=lead.pk)
    if confirmed:
        followers = followers.filter(severity__lte=lead.severity)
    followers.update(is_lead=False)
    data = {"group": group.pk, "count": group.count, "rule": rule.code, "lead": str(lead.pk)}
    fact = journal.Fact(
        kind="warn.group.opened", subject=f"group:{group.pk}", at=at, actor="warn", data=data
    )
    journal.append([fact])


def _lead(group: AlarmGroup, alarm: Alarm) -> None:
    """Let a worse member lead; beside a confirmed lead it stands in the queue as well."""
    if group.status == Status.OPEN:
        group.alarms.filter(is_lead=True).exclude(pk=alarm.pk).update(is_lead=False)
    Alarm.objects.filter(pk=alarm.pk).update(is_lead=True)
    alarm.is_lead = True


def _fits(alarm: Alarm, rule: CorrelationRule) -> bool:
    return (
        alarm.category == rule.category
        and (not rule.causes or alarm.cause in rule.causes)
        and (not rule.properties or alarm.datastream.observed_property.code in rule.properties)
        and (not rule.kinds or alarm.city_object.kind.code in rule.kinds)
    )


def _shared(alarm: Alarm, reach: str) -> str:
    place = alarm.city_object
    parts = alarm.area_path.strip("/").split("/")
    found = {
        Reach.OBJECT: place.pk,
        Reach.NETWORK: place.network_id,
        Reach.OWNER: place.owner_id,
        Reach.CELL: place.h3_9,
        Reach.DISTRICT: parts[1] if len(parts) > 1 else None,
        Reach.STREET: parts[2] if len(parts) > 2 else None,
    }[Reach(reach)]
    return str(found) if found is not None else ""
