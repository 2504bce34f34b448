"""Silences and maintenance windows: set, approved for red by a second person, ended; idle ones end
by themselves.
"""

import time
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.warn.errors import BadSilence, NeedsSecond, Stale
from chengan.city.warn.models import Severity, Silence
from chengan.city.warn.selectors import silences
from chengan.city.warn.services import inhibiting

LONGEST = {
    Silence.Kind.SILENCE: timedelta(days=7),
    Silence.Kind.MAINTENANCE: timedelta(days=30),
}
EVERY_S = 5.0
_swept = [0.0]


@transaction.atomic
def set_silence(
    *,
    kind: str,
    reason: str,
    starts_at: datetime,
    ends_at: datetime,
    by: str,
    at: datetime,
    city_object: places.CityObject | None = None,
    network: places.Network | None = None,
    area: places.Area | None = None,
    **more: Any,
) -> Silence:
    """Hide alarms of an object, a network or an area for a while.

    Raises
    ------
    BadSilence
        Without reach or reason, with an end in the past or before its start, or too long.
    """
    if not reason.strip():
        raise BadSilence(_("Say why: the reason stands beside what is hidden."))
    if not (city_object or network or area):
        raise BadSilence(_("Say what is silenced: an object, a network or an area."))
    _check_times(kind, starts_at, ends_at, at)
    owner = city_object.owner if city_object else network.owner if network else None
    ground = city_object.area if city_object else area
    made = Silence.objects.create(
        kind=kind,
        reason=reason.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        created_by=by,
        created_at=at,
        city_object=city_object,
        network=network,
        area=area,
        owner_path=owner.path if owner else "",
        area_path=ground.path if ground else "",
        **more,
    )
    _record("set", made, by, at)
    return made


@transaction.atomic
def approve_silence(*, silence: Silence, by: str, at: datetime) -> None:
    """Let a silence hide red too, as a second person.

    Raises
    ------
    NeedsSecond, Stale
    """
    if by == silence.created_by:
        raise NeedsSecond(_("Somebody else approves a silence over red: you set it yourself."))
    changed = Silence.objects.filter(
        pk=silence.pk, approved_by="", ended_at=None, max_severity=Severity.RED
    ).update(approved_by=by, approved_at=at)
    if not changed:
        raise Stale(_("This silence is approved or over already."))
    _record("approved", silence, by, at)


@transaction.atomic
def end_silence(*, silence: Silence, by: str, at: datetime) -> None:
    """End a silence now; what it hid is back in the queue.

    Raises
    ------
    Stale
    """
    if not Silence.objects.filter(pk=silence.pk, ended_at=None).update(ended_at=at, ended_by=by):
        raise Stale(_("This silence is over already."))
    _record("ended", silence, by, at)


def sweep_silences(at: datetime) -> int:
    """Note what silences hide, end idle ones, free what is explained no longer."""
    if time.monotonic() - _swept[0] < EVERY_S:
        return 0
    _swept[0] = time.monotonic()
    for each in silences.in_force():
        look_at(each, at)
    return inhibiting.free(at)


def look_at(silence: Silence, at: datetime) -> None:
    """Note how many alarms a silence hides; end it when it has hidden none for its idle time."""
    count = len(silences.hides(silence).values_list("pk")[:1000])
    row = Silence.objects.filter(pk=silence.pk, ended_at=None)
    if count:
        row.update(last_match_at=at, matched=count)
    elif silence.idle_s is not None:
        since = max(silence.last_match_at or silence.starts_at, silence.starts_at)
        if at - since >= timedelta(seconds=silence.idle_s):
            end_silence(silence=silence, by="idle", at=at)


def _check_times(kind: str, starts_at: datetime, ends_at: datetime, at: datetime) -> None:
    if ends_at <= at:
        raise BadSilence(_("The end lies in the past: give a later time."))
    if ends_at <= starts_at:
        raise BadSilence(_("The end lies before the start."))
    longest = LONGEST[Silence.Kind(kind)]
    if ends_at - max(starts_at, at) > longest:
        raise BadSilence(
            _("At most %(days)d days: what lasts longer is to be mended.") % {"days": longest.days}
        )


def _record(word: str, silence: Silence, by: str, at: datetime) -> None:
    data = {
        "silence": silence.pk,
        "kind": silence.kind,
        "max_severity": silence.max_severity,
        "ends_at": silence.ends_at.isoformat(),
        "reason": silence.reason,
    }
    fact = journal.Fact(
        kind=f"warn.silence.{word}", subject=f"silence:{silence.pk}", at=at, actor=by, data=data
    )
    journal.append([fact])
