"""Whom to send: travel times, one solution for all open tasks, the officer decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from chengan.city.command.errors import CommandError, NotReady
from chengan.city.command.models import Dispatch, Incident, Resource, Task
from chengan.city.command.services import log
from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.core.arrays import BoolArray, FloatArray
from chengan.core.errors import CoreError
from chengan.core.network import assignment, roads, straight

GOING = ["given", "acknowledged", "en_route", "on_scene"]
MOVING = [Resource.Kind.TEAM, Resource.Kind.VEHICLE, Resource.Kind.EXPERT]
LEVEL_WEIGHT = {2: 1.0, 3: 2.0, 4: 4.0, 5: 8.0}
"""A second of a graver incident weighs double: our own design, the city's to set."""


@dataclass(frozen=True)
class Need:
    """One place of a task to be filled."""

    task: Task
    kind: str
    skill: str


@dataclass(frozen=True)
class Choice:
    """A resource with its way to a task: seconds, metres, and whether over roads."""

    resource: Resource
    travel_s: float
    way_m: float
    is_by_road: bool


@dataclass(frozen=True)
class Proposal:
    """Whom to send to a need: the one chosen for all needs at once, and the nearest others."""

    need: Need
    chosen: Choice | None
    others: list[Choice]
    ready: int
    """How many are ready that could do it."""

    @property
    def is_nearest(self) -> bool:
        """Say whether nobody else would be there sooner."""
        others = [each.travel_s for each in self.others]
        return bool(self.chosen) and all(self.chosen.travel_s <= t for t in others)  # type: ignore[union-attr]


def needs_of(tasks: Sequence[Task]) -> list[Need]:
    """Give the places that the tasks still have to fill, one by one."""
    sent: dict[tuple[Any, str], int] = {}
    going = Dispatch.objects.filter(task__in=tasks, released_at=None).select_related("resource")
    for each in going:
        key = (each.task_id, each.resource.kind)
        sent[key] = sent.get(key, 0) + 1
    found = []
    for task in tasks:
        for need in task.needs:
            if need["kind"] not in MOVING:
                continue
            there = min(need["count"], sent.get((task.pk, need["kind"]), 0))
            sent[task.pk, need["kind"]] = sent.get((task.pk, need["kind"]), 0) - there
            skill = need.get("skill", "")
            found += [Need(task, need["kind"], skill)] * (need["count"] - there)
    return found


def open_tasks(*, is_drill: bool, rehearsal: Incident | None = None) -> list[Task]:
    """Give the going tasks of all open incidents with a position, of drills or of real ones.

    Rehearsals stand apart: each sees itself alone.
    """
    found = Task.objects.filter(
        status__in=GOING,
        incident__status=Incident.Status.OPEN,
        incident__is_drill=is_drill,
        incident__lon__isnull=False,
    ).exclude(needs=[])
    found = found.filter(incident=rehearsal) if rehearsal else found.filter(incident__clock_at=None)
    return list(found.select_related("incident").order_by("-incident__level", "due_at", "pk"))


def propose(tasks: Sequence[Task], resources: Sequence[Resource]) -> list[Proposal]:
    """Solve for all needs of `tasks` at once, with the ready ones of `resources`."""
    needs = needs_of(tasks)
    if not needs:
        return []
    freed = on_drills() if not needs[0].task.incident.is_drill else set()
    ready = [each for each in resources if each.state == Resource.State.READY or each.pk in freed]
    time_s, way_m, is_road = travel(needs, ready)
    allowed = _who_can(needs, ready)
    weight = [LEVEL_WEIGHT[need.task.incident.level] for need in needs]
    chosen = assignment.assign(time_s, allowed, weight)

    def choice(row: int, column: int) -> Choice:
        return Choice(
            ready[column],
            float(time_s[row, column]),
            float(way_m[row, column]),
            bool(is_road[row, column]),
        )

    found = []
    for row, need in enumerate(needs):
        able = np.flatnonzero(allowed[row])
        nearest = able[np.argsort(time_s[row, able])][:4]
        others = [choice(row, int(column)) for column in nearest if column != chosen[row]][:3]
        best = choice(row, int(chosen[row])) if chosen[row] >= 0 else None
        found.append(Proposal(need, best, others, len(able)))
    return found


def on_drills() -> set[int]:
    """Ids of resources that are on a drill: a real incident may call them off it."""
    going = Dispatch.objects.filter(released_at=None, task__incident__is_drill=True)
    return set(going.values_list("resource_id", flat=True))


def _who_can(needs: Sequence[Need], ready: Sequence[Resource]) -> BoolArray:
    """Say which resource can fill which need, shape (needs, resources)."""
    rows = {
        (kind, skill): np.array(
            [each.kind == kind and (not skill or skill in each.skills) for each in ready], bool
        )
        for kind, skill in {(need.kind, need.skill) for need in needs}
    }
    return np.array([rows[need.kind, need.skill] for need in needs], bool)


def travel(
    needs: Sequence[Need], ready: Sequence[Resource]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give seconds, metres and whether over roads, each of shape (needs, resources)."""
    to_lon = [need.task.incident.lon or 0.0 for need in needs]
    to_lat = [need.task.incident.lat or 0.0 for need in needs]
    lon, lat = [each.lon for each in ready], [each.lat for each in ready]
    line_m = straight.distances_m(to_lon, to_lat, lon, lat) * straight.DETOUR
    over = roads_now()
    road_m = np.full(line_m.shape, np.nan)
    if over is not None and len(ready):
        road_m = roads.ways_m(over, to_lon, to_lat, lon, lat)
    is_road = ~np.isnan(road_m)
    way_m = np.where(is_road, road_m, line_m)
    speed = np.array([each.speed_kmh / 3.6 for each in ready])
    return straight.times_s(way_m, speed[None, :], detour=1.0), way_m, is_road


def roads_now() -> roads.Roads | None:
    """Give the graph of the roads in the register; None where there are none."""
    found = places.CityObject.objects.filter(kind__code="road", retired_at=None)
    state = found.aggregate(Count("pk"), Max("pk"))
    return _roads(state["pk__count"], state["pk__max"] or 0)


@lru_cache(maxsize=2)
def _roads(count: int, _newest: int) -> roads.Roads | None:
    if not count:
        return None
    found = places.CityObject.objects.filter(kind__code="road", retired_at=None)
    lines = [
        geometry["coordinates"]
        for geometry in found.values_list("geometry", flat=True)
        if geometry["type"] == "LineString"
    ]
    try:
        return roads.build(lines)
    except CoreError:
        return None


@transaction.atomic
def send(
    *,
    resource: Resource,
    task: Task,
    travel_s: float | None,
    reason: str,
    by: str,
    at: datetime,
) -> Dispatch:
    """Send a resource to a task; a rehearsal moves nothing of the real ones.

    Raises
    ------
    CommandError
        If the task is over.
    NotReady
        If somebody sent it first, or it is out of service.
    """
    if not Task.objects.select_for_update().filter(pk=task.pk, status__in=GOING).exists():
        raise CommandError(_("The task is over or done: nobody is sent to it any more."))
    if task.incident.clock_at is not None:
        raise NotReady(_("A rehearsal sends nobody: the proposal shows who would go."))
    if not task.incident.is_drill:
        _call_off_drill(resource, by, at)
    ready = Resource.objects.filter(pk=resource.pk, state=Resource.State.READY)
    text = _("%(name)s is not ready: somebody sent it first, or it is out of service.")
    if not ready.update(state=Resource.State.SENT):
        raise NotReady(text % {"name": resource})
    try:
        with transaction.atomic():
            made = Dispatch.objects.create(
                resource=resource, task=task, travel_s=travel_s, reason=reason, by=by, at=at
            )
    except IntegrityError as error:
        raise NotReady(text % {"name": resource}) from error
    log.record(
        "resource.sent",
        task.incident,
        at,
        by,
        task=str(task.pk),
        title=task.title_zh,
        title_en=task.title_en,
        resource=resource.name_zh,
        resource_en=resource.name_en,
        travel_s=round(travel_s) if travel_s is not None else None,
        note=reason,
    )
    return made


def _call_off_drill(resource: Resource, by: str, at: datetime) -> None:
    """The real thing comes first: let the resource go from a drill."""
    going = Dispatch.objects.filter(
        resource=resource, released_at=None, task__incident__is_drill=True
    ).select_related("resource", "task__incident")
    for each in going:
        release(dispatch=each, by=by, at=at)


@transaction.atomic
def release(*, dispatch: Dispatch, by: str, at: datetime) -> None:
    """Let a resource go; it is ready again.

    Raises
    ------
    NotReady
        If it was let go already.
    """
    going = Dispatch.objects.filter(pk=dispatch.pk, released_at=None)
    if not going.update(released_at=at, released_by=by):
        raise NotReady(_("It was let go already."))
    Resource.objects.filter(pk=dispatch.resource_id, state=Resource.State.SENT).update(
        state=Resource.State.READY
    )
    log.record(
        "resource.released",
        dispatch.task.incident,
        at,
        by,
        resource=dispatch.resource.name_zh,
        resource_en=dispatch.resource.name_en,
        title=dispatch.task.title_zh,
    )


@transaction.atomic
def set_state(*, resource: Resource, state: str, note: str, by: str, at: datetime) -> None:
    """Take a resource out of service or bring it back; what is on a task stays so.

    Raises
    ------
    NotReady
        If it is on a task.
    CommandError
        If the state is none that a person sets.
    """
    if state not in {Resource.State.READY, Resource.State.OUT}:
        raise CommandError(_("Choose ready or out of service."))
    free = Resource.objects.filter(pk=resource.pk).exclude(state=Resource.State.SENT)
    said = {"state": state, "note": note.strip()[:200]}
    with transaction.atomic():
        if not free.update(state=state, state_note=said["note"]):
            raise NotReady(_("It is on a task: let it go there first."))
        about = f"resource:{resource.code}"
        fact = journal.Fact(
            kind="command.resource.state", subject=about, at=at, actor=by, data=said
        )
        journal.append([fact])
