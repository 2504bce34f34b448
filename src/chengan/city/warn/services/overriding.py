"""A city or an owner decides on its limits: new versions, own copies, bindings, the way back.

A version is never changed: the next one retires it. Whoever worked on an older one is told.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn.errors import BadLimits, Stale
from chengan.city.warn.models import LimitSet, Rule
from chengan.city.warn.services.limits import in_si, nearest, resolve_limits

GAS = "methane"


@dataclass(frozen=True)
class Figures:
    """What a version of a limit set says, in its unit; levels "1" (notice) to "5" (red)."""

    high: Mapping[str, float]
    low: Mapping[str, float]
    hysteresis: float
    hold_s: float
    clear_hold_s: float
    rate_per_s: float | None
    rate_severity: int
    stuck_s: float
    stuck_epsilon: float
    silent_factor: float
    source: str
    mark: str
    anomaly_severity: int = 0
    anomaly_a_year: float = 1.0
    step_severity: int = 0
    step_window_s: float = 10.0
    step_usual: float = 0.0
    joint_severity: int = 0
    joint_scope: str = "object"
    release_severity: int = 0


def figures_of(limit_set: LimitSet) -> Figures:
    """Give a version's figures."""
    return Figures(**{each.name: getattr(limit_set, each.name) for each in fields(Figures)})


def current(code: str) -> LimitSet:
    """Give the version in force.

    Raises
    ------
    LimitSet.DoesNotExist
    """
    return LimitSet.objects.select_related("observed_property", "owner").get(
        code=code, retired_at=None
    )


def bound_streams(code: str) -> list[sense.Datastream]:
    """The datastreams on which the set is in force."""
    rules = list(Rule.objects.filter(is_active=True))
    found = sense.all_datastreams().filter(
        observed_property__in={rule.observed_property_id for rule in rules}
    )
    return [each for each in found if (hit := nearest(rules, each)) and hit.limit_set_code == code]


def check(limit_set: LimitSet, figures: Figures) -> None:
    """Refuse figures that mean nothing, alone or on a datastream they would be in force on.

    Raises
    ------
    BadLimits
    """
    trial = with_figures(limit_set, figures)
    if not all(map(math.isfinite, [*figures.high.values(), *figures.low.values()])):
        raise BadLimits(_("A limit must be a number."))
    if figures.release_severity and limit_set.observed_property.code != GAS:
        raise BadLimits(_("A release is told from methane and the wind: ask for it there."))
    streams = bound_streams(limit_set.code) or [sense.Datastream(expected_interval_s=60)]
    for stream in streams:
        wrong = sense.check_limits(stream, in_si(trial, stream.expected_interval_s))
        if wrong:
            where = f"{stream.key}: " if stream.key else ""
            raise BadLimits(_("These limits contradict each other: %s") % f"{where}{wrong}")


@transaction.atomic
def change(*, code: str, version: int, figures: Figures, by: str, at: datetime) -> LimitSet:
    """Put new figures in force in place of `version`.

    Raises
    ------
    Stale
        If `version` is not in force any more.
    BadLimits
        If the figures mean nothing.
    """
    old = LimitSet.objects.select_related("observed_property").get(code=code, version=version)
    check(old, figures)
    if not LimitSet.objects.filter(pk=old.pk, retired_at=None).update(retired_at=at):
        raise Stale(_("Somebody changed these limits meanwhile. Look at them again."))
    made = with_figures(old, figures)
    made.version, made.effective_at, made.changed_by, made.is_sample = version + 1, at, by, False
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise Stale(_("Somebody changed these limits meanwhile. Look at them again.")) from error
    resolve_limits(made.observed_property_id)
    _record("warn.limits.changed", made, by, at, {"from": version, **_plain(figures)})
    return made


def go_back(*, code: str, version: int, to: int, by: str, at: datetime) -> LimitSet:
    """Put the figures of version `to` in force again, as a new version.

    Raises
    ------
    Stale, BadLimits
        As `change`.
    """
    figures = figures_of(LimitSet.objects.get(code=code, version=to))
    return change(code=code, version=version, figures=figures, by=by, at=at)


@transaction.atomic
def copy_for(*, limit_set: LimitSet, owner: places.Organisation, by: str, at: datetime) -> LimitSet:
    """Give `owner` a copy of a set to change, in force on its own objects at once.

    Raises
    ------
    Stale
        If the owner has its copy already.
    """
    made = with_figures(limit_set, figures_of(limit_set))
    made.code, made.version = f"{limit_set.code[:40]}-{owner.code}"[:60], 1
    made.owner, made.effective_at, made.changed_by, made.is_sample = owner, at, by, False
    if LimitSet.objects.filter(code=made.code).exists():
        raise Stale(_("%s has limits of its own for this already.") % owner.name_zh)
    made.save()
    for rule in Rule.objects.filter(limit_set_code=limit_set.code, owner=None, is_active=True):
        rule.pk, rule.owner, rule.limit_set_code, rule.is_sample = None, owner, made.code, False
        rule.save()
    resolve_limits(made.observed_property_id)
    _record("warn.limits.copied", made, by, at, {"from": limit_set.code})
    return made


@transaction.atomic
def bind(*, limit_set: LimitSet, kind: places.ObjectKind | None, by: str, at: datetime) -> Rule:
    """Bind a set to a kind of object (or to all that is observed), within its owner's reach."""
    made, _new = Rule.objects.get_or_create(
        observed_property=limit_set.observed_property,
        limit_set_code=limit_set.code,
        object_kind=kind,
        owner=limit_set.owner,
        city_object=None,
        datastream=None,
    )
    if not made.is_active:
        Rule.objects.filter(pk=made.pk).update(is_active=True)
    resolve_limits(limit_set.observed_property_id)
    _record("warn.limits.bound", limit_set, by, at, {"kind": kind.code if kind else ""})
    return made


@transaction.atomic
def unbind(*, rule: Rule, limit_set: LimitSet, by: str, at: datetime) -> None:
    """Take a binding out of force; it can be bound again."""
    Rule.objects.filter(pk=rule.pk).update(is_active=False)
    resolve_limits(limit_set.observed_property_id)
    _record("warn.limits.unbound", limit_set, by, at, {"rule": rule.pk})


def with_figures(limit_set: LimitSet, figures: Figures) -> LimitSet:
    """Give a copy of `limit_set`, not saved, with other figures."""
    names = [each.name for each in LimitSet._meta.concrete_fields if not each.primary_key]
    made = LimitSet(**{name: getattr(limit_set, name) for name in names})
    for name, value in asdict(figures).items():
        setattr(made, name, value)
    made.retired_at = None
    return made


def _plain(figures: Figures) -> dict[str, Any]:
    return {name: value for name, value in asdict(figures).items() if value not in ({}, None)}


def _record(kind: str, limit_set: LimitSet, by: str, at: datetime, extra: dict[str, Any]) -> None:
    data = {"version": limit_set.version, **extra}
    subject = f"limits:{limit_set.code}"
    journal.append([journal.Fact(kind=kind, subject=subject, at=at, actor=by, data=data)])
