"""Puts the tables of the foundation where there are none of that name yet."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from chengan.city.warn.foundation import event_types, rules
from chengan.city.warn.models import (
    Authority,
    Channel,
    CorrelationRule,
    EventType,
    InhibitRule,
    Routing,
)

CHANNELS = (
    ("in-app", "站内", "In the app", Channel.Kind.IN_APP, 1),
    ("email", "邮件", "E-mail", Channel.Kind.EMAIL, 2),
    ("sms", "短信", "SMS", Channel.Kind.SMS, 3),
    ("cap-feed", "公开 CAP 订阅", "Public CAP feed", Channel.Kind.CAP, 1),
)


@transaction.atomic
def ensure_tables(at: datetime) -> None:
    """Lay event types, authority, routing, correlation, inhibition and channels."""
    types = {each.code: _event_type(each) for each in event_types.TYPES}
    for power in rules.POWERS:
        _power(power, types, at)
    for whom, severity, needs_receipt in rules.ROUTES:
        Routing.objects.get_or_create(
            event_type=None,
            whom=whom,
            defaults={
                "from_severity": severity,
                "needs_receipt": needs_receipt,
                "source": rules.ROUTING,
            },
        )
    for together in rules.TOGETHER:
        _together(together, types)
    for explains in rules.EXPLAINS:
        _explains(explains)
    for code, zh, en, kind, severity in CHANNELS:
        Channel.objects.get_or_create(
            code=code,
            defaults={"name_zh": zh, "name_en": en, "kind": kind, "from_severity": severity},
        )


def _event_type(each: event_types.Type) -> EventType:
    made, _new = EventType.objects.get_or_create(
        code=each.code,
        defaults={
            "name_zh": each.name_zh,
            "name_en": each.name_en,
            "national_code": each.national,
            "cap_category": each.category,
            "levels": list(each.levels),
            "kinds": list(each.kinds),
            "properties": list(each.properties),
            "tells_public": each.is_public,
            "receipt_min": event_types.RECEIPT,
            "response_min": event_types.RESPONSE,
            "instruction_zh": each.do_zh,
            "instruction_en": each.do_en,
            "mark": each.mark,
            "source": each.source,
        },
    )
    return made


def _power(power: rules.Power, types: Mapping[str, EventType], at: datetime) -> None:
    event_type = types[power.event_type] if power.event_type else None
    if Authority.objects.filter(event_type=event_type, severity=power.severity).exists():
        return
    wanted = list(power.issuers)
    Authority.objects.create(
        event_type=event_type,
        severity=power.severity,
        issuers=wanted,
        raisers=wanted,
        lowerers=wanted,
        lifters=wanted,
        needs_approval=bool(power.approvers),
        approvers=list(power.approvers),
        mark=power.mark,
        source=power.source,
        effective_at=at,
    )


def _together(each: rules.Together, types: Mapping[str, EventType]) -> None:
    values: dict[str, Any] = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in vars(each).items()
        if name not in {"code", "event_type"}
    }
    values |= {"event_type": types.get(each.event_type), "source": rules.OURS}
    CorrelationRule.objects.get_or_create(code=each.code, defaults=values)


def _explains(each: rules.Explains) -> None:
    sides = {
        f"{side}_{name}": value
        for side, given in (("source", each.source), ("target", each.target))
        for name, value in given.items()
    }
    InhibitRule.objects.get_or_create(
        code=each.code,
        defaults={
            "name_zh": each.name_zh,
            "name_en": each.name_en,
            "relation": each.relation,
            "source": rules.OURS,
            **sides,
        },
    )
