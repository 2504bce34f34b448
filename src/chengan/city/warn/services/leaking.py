"""Names the pipe that likely leaks, for an alarm of pressures that left each other.

A worker looks at the stored pressures of those that are judged together, a day at a time, up to
three days after the alarm began: what has fallen since the week before, against what the network's
model says that a leak would take away. What came of it stays with the alarm.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from chengan.city.assess import api as assess
from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn.errors import NoLook
from chengan.city.warn.models import Alarm, PipeNaming
from chengan.city.warn.models.pipes import GOING
from chengan.core.errors import CoreError

TASK: Final = "warn.name_pipes"
QUEUE: Final = "pipes"
"""Served beside the others, and one job of it at a time: it may take half an hour."""
DAYS: Final = 60
DAY_US: Final = 86_400_000_000
AFTER: Final = timedelta(days=3)
MORE: Final = timedelta(hours=6)
"""So much more must have come in for another look."""
RETRY: Final = timedelta(hours=1)
"""After a look that failed what was missing may have been mended."""
LEAST_SHARE: Final = 0.5
"""Of a day's readings, for its mean to count; and of the weight, for a pipe to be named."""
KNOWN_DAYS: Final = 0.8
SHOWN: Final = 3
KEPT: Final = 20
Status = PipeNaming.Status


def can_name(alarm: Alarm) -> bool:
    """Say whether it is an alarm of pressures in a network that moved together."""
    return (
        alarm.cause == "joint"
        and alarm.datastream.observed_property.code == "pressure"
        and alarm.city_object.network_id is not None
    )


def newest(alarm: Alarm) -> PipeNaming | None:
    """What was asked for last."""
    return alarm.pipe_namings.order_by("-pk").first()


def ask(*, alarm: Alarm, by: str, at: datetime, is_queued: bool = True) -> PipeNaming:
    """Queue a look at an alarm's pressures; one that is going already is given as it is.

    Raises
    ------
    NoLook
        If there is no model that can be run, or the last look saw the same days with it.
    """
    last = newest(alarm)
    if last and last.is_going:
        return last
    try:
        model = assess.leak_model(alarm.city_object.network_id or 0)
    except assess.EngineFailed as error:
        raise NoLook(str(error)) from error
    if last:
        _require_news(last, model.pk, at)
    try:
        with transaction.atomic():
            made = PipeNaming.objects.create(
                alarm=alarm, asked_by=by, asked_at=at, is_sample=alarm.is_sample
            )
            _record("warn.pipes.asked", made, by, at)
            if is_queued:
                app.configure_task(TASK, queue=QUEUE, lock=TASK).defer(naming_id=made.pk)
    except IntegrityError:  # somebody asked at the same moment; it may be over by now
        if (other := newest(alarm)) is None:
            raise
        return other
    return made


def _require_news(last: PipeNaming, model: int, at: datetime) -> None:
    """Refuse to look at what the last look saw with the same model."""
    end, is_failed = seen_until(last), last.status == Status.FAILED
    if end is None or last.model_id != model:
        return
    if is_failed and (last.finished_at is None or at >= last.finished_at + RETRY):
        return
    if min(at, last.alarm.first_at + AFTER) >= end + MORE:
        return
    if is_failed:
        raise NoLook(_("The same days failed less than an hour ago: mend what is missing first."))
    raise NoLook(_("The same days were looked at with this model: nothing new would come of it."))


def seen_until(naming: PipeNaming) -> datetime | None:
    """The end of what was asked for: `data_until` stands before it where sensors were silent."""
    return naming.data_from and naming.data_from + timedelta(days=DAYS)


def is_early(naming: PipeNaming) -> bool:
    """Say whether a later look sees more of what followed the alarm."""
    end = seen_until(naming)
    return end is not None and end + MORE <= naming.alarm.first_at + AFTER


def run(*, naming_id: int, clock: Callable[[], datetime]) -> PipeNaming | None:
    """Look, and keep what came of it; None where it is over already.

    What is missing (a model, days, sensors) is kept as the reason; of a fault of ours only that
    there was one, which the log tells. A worker that dies leaves it to the next one, which begins
    again.
    """
    going = PipeNaming.objects.filter(pk=naming_id, status__in=GOING)
    if not going.update(status=Status.READING, share=0.0):
        return None
    naming = PipeNaming.objects.select_related("alarm__datastream", "alarm__city_object").get(
        pk=naming_id
    )
    try:
        found = _named(naming, clock()) | {"status": Status.DONE}
    except (assess.EngineFailed, CoreError) as error:
        found = {"status": Status.FAILED, "failure": assess.said_for_later(error)}
    except Exception:
        nothing = {"failure": "", "data_from": None, "data_until": None}
        going.update(status=Status.FAILED, finished_at=clock(), **nothing)
        raise
    at = clock()
    with transaction.atomic():
        if not going.update(**found, share=1.0, finished_at=at):
            return None
        naming.refresh_from_db()
        _record("warn.pipes.named", naming, "warn", at)
    return naming


def _named(naming: PipeNaming, at: datetime) -> dict[str, Any]:
    """The likeliest pipes and what they were named from, as fields of the row."""
    alarm, going = naming.alarm, PipeNaming.objects.filter(pk=naming.pk, status__in=GOING)
    model = assess.leak_model(alarm.city_object.network_id or 0)
    end = min(at, alarm.first_at + AFTER)
    about = {
        "data_from": end - timedelta(days=DAYS), "data_until": end,
        "model_id": model.pk, "model_zh": model.name_zh, "model_en": model.name_en,
    }  # fmt: skip
    going.update(**about)
    streams = _together(alarm)
    days = np.full((DAYS, len(streams)), np.nan)
    for k, each in enumerate(streams):
        days[:, k] = _days(each, end)
        going.update(share=(k + 1) / len(streams))
    spare = _unheard(days, end - alarm.first_at)
    if spare:
        days = days[:-spare]
        going.update(data_until=end - spare * timedelta(days=1))
    usable = np.isfinite(days).mean(axis=0) >= KNOWN_DAYS * np.isfinite(days).any(axis=1).mean()
    usable &= np.isfinite(days[-1])
    nodes = [_name(streams[k].thing.city_object) for k in np.flatnonzero(usable)]
    going.update(status=Status.RUNNING, share=0.0)
    known = days[:, usable]
    found = assess.likely_pipes(model, nodes, known, lambda share: _note(going, share))
    return {
        "result": [{"pipe": each.pipe, "share": each.share} for each in found.pipes[:KEPT]],
        "sensors": found.sensors,
        "days": int(np.isfinite(known).all(axis=1).sum()),
        "engine": found.engine,
    }


def _unheard(days: np.ndarray, since: timedelta) -> int:
    """How many of the last days to leave out, as most sensors were not heard in them.

    Half a day after the alarm began is seen at least: an earlier day knows nothing of it.
    """
    most = max(0, int((since - timedelta(hours=12)) / timedelta(days=1)))
    heard = np.isfinite(days).mean(axis=1) >= LEAST_SHARE
    return next((k for k in range(most + 1) if heard[-1 - k]), 0)


def _note(going: Any, share: float) -> None:
    going.update(share=share)


def told(naming: PipeNaming, user: places.Somebody) -> list[dict[str, Any]]:
    """The likeliest pipes as `user` may see them: object, name in the model, share in %."""
    shown = naming.result[:SHOWN]
    known = _pipes(user, naming.alarm, [each["pipe"] for each in shown]) if shown else {}
    return [
        {
            "object": known.get(each["pipe"]),
            "name": each["pipe"],
            "share": 100.0 * each["share"],
            "is_clear": each["share"] >= LEAST_SHARE,
        }
        for each in shown
    ]


def _together(alarm: Alarm) -> list[sense.Datastream]:
    """The pressures of the network that are judged together with the alarm's own."""
    group = sense.StreamLimit.objects.filter(pk=alarm.datastream_id).values("joint_group")
    asked = sense.StreamLimit.objects.filter(joint_group__in=group, joint_severity__gt=0)
    found = sense.all_datastreams().filter(
        pk__in=asked.values("pk"),
        observed_property=alarm.datastream.observed_property_id,
        thing__city_object__network=alarm.city_object.network_id,
    )
    return list(found.order_by("pk"))


def _days(stream: sense.Datastream, end: datetime) -> np.ndarray:
    """Means of the `DAYS` days up to `end`, oldest first; NaN where half a day is missing."""
    last = round(end.timestamp() * 1e6)
    first = last - DAYS * DAY_US
    found = sense.readings(stream.pk, first + 1, last)
    day = np.clip((found.time - first - 1) // DAY_US, 0, DAYS - 1).astype(np.int64)
    count = np.bincount(day, minlength=DAYS)
    total = np.bincount(day, weights=found.value, minlength=DAYS)
    is_known = count * stream.expected_interval_s >= LEAST_SHARE * DAY_US / 1e6
    out: np.ndarray = np.where(is_known, total / np.maximum(count, 1), np.nan)
    return out


def _pipes(user: places.Somebody, alarm: Alarm, names: list[str]) -> dict[str, places.CityObject]:
    """Those pipes of the alarm's network, by name in the model, that `user` may see."""
    ends = Q(external_id__in=names)
    for name in names:
        ends |= Q(external_id__endswith=f"/{name}")
    network = alarm.city_object.network_id or 0
    seen = places.visible_objects(user).filter(network=network, kind__code="water_pipe")
    return {_name(each): each for each in seen.filter(ends).order_by("pk")}


def _name(thing: places.CityObject) -> str:
    """A node's or link's name in the model, from its number in the register."""
    return thing.external_id.rpartition("/")[2]


def _record(kind: str, naming: PipeNaming, by: str, at: datetime) -> None:
    """State in the journal, under the alarm, that pipes were asked for, or which were named."""
    data: dict[str, Any] = {"naming": naming.pk, "status": naming.status}
    if naming.result:
        data |= {"pipes": naming.result[:SHOWN], "model": naming.model_id}
    subject = f"alarm:{naming.alarm_id}"
    journal.append([journal.Fact(kind=kind, subject=subject, at=at, actor=by, data=data)])
