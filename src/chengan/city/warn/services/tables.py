"""Changes to the tables: authority by versions, the rest row by row; each change is a fact."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chengan.city.journal import api as journal
from chengan.city.warn.errors import Stale
from chengan.city.warn.models import Authority, Channel, Routing


@transaction.atomic
def change_authority(
    *, row: Authority, version: int, values: dict[str, Any], by: str, at: datetime
) -> Authority:
    """Put the next version of a row in force.

    Raises
    ------
    Stale
        If `version` is not in force any more.
    """
    old = Authority.objects.filter(
        event_type=row.event_type_id, severity=row.severity, version=version, retired_at=None
    )
    if not old.update(retired_at=at):
        raise Stale(_("Somebody changed this row meanwhile. Look at it again."))
    made = Authority(
        event_type=row.event_type, severity=row.severity, version=version + 1,
        changed_by=by, effective_at=at, **values,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise Stale(_("Somebody changed this row meanwhile. Look at it again.")) from error
    code = row.event_type.code if row.event_type else "*"
    record("authority.changed", f"authority:{code}/{row.severity}", by, at, {
        "version": made.version, **{name: values[name] for name in values if name != "source"},
    })  # fmt: skip
    return made


@transaction.atomic
def own_authority(*, row: Authority, event_type_id: int, by: str, at: datetime) -> Authority:
    """Give an event type a row of its own, a copy of the general one.

    Raises
    ------
    Stale
        If it has one already.
    """
    if Authority.objects.filter(
        event_type=event_type_id, severity=row.severity, retired_at=None
    ).exists():
        raise Stale(_("This event type has a row of its own already."))
    names = ("issuers", "raisers", "lowerers", "lifters", "needs_approval", "approvers", "mark",
             "source")  # fmt: skip
    last = Authority.objects.filter(event_type=event_type_id, severity=row.severity).count()
    made = Authority.objects.create(
        event_type_id=event_type_id, severity=row.severity, version=last + 1, changed_by=by,
        effective_at=at, **{name: getattr(row, name) for name in names},
    )  # fmt: skip
    record("authority.copied", f"authority:{event_type_id}/{row.severity}", by, at, {})
    return made


@transaction.atomic
def change_routing(
    *, row: Routing, from_severity: int, is_active: bool, by: str, at: datetime
) -> None:
    """Change from which level on somebody is told."""
    Routing.objects.filter(pk=row.pk).update(from_severity=from_severity, is_active=is_active)
    data = {"whom": row.whom, "from_severity": from_severity, "is_active": is_active}
    record("routing.changed", f"routing:{row.pk}", by, at, data)


@transaction.atomic
def new_secret(*, channel: Channel, by: str, at: datetime) -> None:
    """Give a webhook a new secret; the old one is worth nothing from now on."""
    Channel.objects.filter(pk=channel.pk).update(key_version=channel.key_version + 1)
    record("channel.new_secret", f"channel:{channel.code}", by, at, {})


def record(kind: str, subject: str, by: str, at: datetime, data: dict[str, Any]) -> None:
    """State a change of a table in the journal."""
    journal.append(
        [journal.Fact(kind=f"warn.{kind}", subject=subject[:120], at=at, actor=by, data=data)]
    )
