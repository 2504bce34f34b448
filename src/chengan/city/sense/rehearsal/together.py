"""Limits tried on datastreams that are judged together: one joint model a group, one site of gas.

Groups, sites, rows, sources and wind are made by the runner's own code, from rows as the limits
tried would make them; of a group whose sources come by several partitions each part is tried.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from chengan.city.sense.lake import history
from chengan.city.sense.models import Datastream, StreamLimit
from chengan.city.sense.rehearsal.alone import stretches
from chengan.city.sense.rehearsal.breaches import Breach, Breaches
from chengan.city.sense.rehearsal.scores import at_limit
from chengan.city.sense.runner import asking
from chengan.city.sense.runner.columns import columns_of
from chengan.city.sense.runner.gathering import Member

if TYPE_CHECKING:
    from chengan.city.sense.runner.releasing import Releasing
    from chengan.city.sense.runner.together import Together

Fields = Mapping[str, Any]
Going = Callable[[float], bool]
Piece = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
MOST_ROWS: Final = {"joint": 200_000, "release": 60_000}
"""Rows of a group that are tried, of more the newest: a few minutes' work. Of joint alarms one run
gives all scores; a site is followed once for each factor."""
PIECE: Final = 4_096
"""Readings after which it is told how far it is."""
SECOND: Final = 1_000_000


@dataclass(frozen=True)
class Grouped:
    """Datastreams (ids) that the runner would judge together; `cause`: "joint" or "release"."""

    cause: str
    name: str
    partition: int
    datastreams: tuple[int, ...]


@dataclass(frozen=True)
class Rehearsed:
    """What a trial of a group gave; `raised`: for each factor the breaches, oldest first.

    rows : so many were judged; below `least` nothing can be said. since : µs, where the trial
    began. why_not : "alone", "no_site", or empty where it could be tried.
    """

    readings: int = 0
    rows: int = 0
    least: int = 0
    since: int = 0
    raised: list[list[Breach]] = field(default_factory=list)
    why_not: str = ""


def groups_of(asked: Mapping[int, Fields]) -> list[Grouped]:
    """What the runner would judge together if these limits (by datastream) were in force."""
    found = []
    for partition, each in sorted(asking.together(_rows(asked)).items()):
        for cause, groups in (("joint", each.joint), ("release", each.gas)):
            for name, members in groups.items():
                slots = tuple(member.slot for member in members)
                found.append(Grouped(cause, name, partition, slots))
    return found


def rehearse_group(
    group: Grouped,
    asked: Mapping[int, Fields],
    start_us: int,
    end_us: int,
    factors: Sequence[float],
    going: Going,
) -> Rehearsed | None:
    """Try a group's limits, times each of `factors`, on [start, end].

    Of joint alarms the score's limit moves, of releases the excess over clean air that is gas.
    `going` is told the share done, and says whether to go on; None where it was stopped.
    """
    rows = {row.pk: row for row in _rows({pk: asked[pk] for pk in group.datastreams})}
    together = asking.together(rows.values())[group.partition]
    members = (together.joint if group.cause == "joint" else together.gas)[group.name]
    pace = max(member.interval_s for member in members)
    start_us = max(start_us, end_us - round(MOST_ROWS[group.cause] * pace * SECOND))
    try_on = _joint if group.cause == "joint" else _release
    return try_on(group.name, members, rows, (start_us, end_us), factors, going)


def _rows(asked: Mapping[int, Fields]) -> list[StreamLimit]:
    """Rows, not saved, of what is asked beyond one datastream."""
    wanted = [
        pk for pk, each in asked.items() if each["joint_severity"] or each["release_severity"]
    ]
    streams = Datastream.objects.select_related("source").in_bulk(wanted)
    return [StreamLimit(datastream=streams[pk], version=0, **asked[pk]) for pk in sorted(streams)]


def _joint(
    name: str, members: tuple[Member, ...], rows: dict[int, StreamLimit],
    span: tuple[int, int], factors: Sequence[float], going: Going,
) -> Rehearsed | None:  # fmt: skip
    from chengan.city.sense.runner.together import Together
    from chengan.core.joint.watch import FIRST

    if len(members) < 2:
        return Rehearsed(why_not="alone")
    heard: list[tuple[int, float]] = []
    judge = Together(heard=lambda at, score: heard.append((at, score))).under({name: members})
    slots = [each.slot for each in judge.groups[name].members]
    found = Breaches()
    readings = _play([rows[slot] for slot in slots], span, partial(_judged, judge, found), going)
    if readings is None:
        return None
    time = np.array([at for at, _score in heard], dtype=np.int64)
    times_limit = -np.log2(1.0 - np.array([score for _at, score in heard]))
    raised = [at_limit(found.all, time, times_limit, factor) for factor in factors]
    return Rehearsed(readings, len(time), FIRST, span[0], raised)


def _release(
    name: str, members: tuple[Member, ...], rows: dict[int, StreamLimit],
    span: tuple[int, int], factors: Sequence[float], going: Going,
) -> Rehearsed | None:  # fmt: skip
    from chengan.city.sense.runner.releasing import Releasing
    from chengan.city.sense.runner.sites import sites_of
    from chengan.core.events.excess import HOT
    from chengan.core.events.release import WINDOW

    sites = sites_of({name: members})
    if not sites:
        return Rehearsed(why_not="no_site")
    slots = [each.slot for each in sites[name].members]
    judges = [Releasing(hot=HOT * factor).under(sites) for factor in factors]
    found = [Breaches() for _each in factors]

    def judged(*piece: np.ndarray) -> None:
        for judge, mine in zip(judges, found, strict=True):
            _judged(judge, mine, *piece)

    beside = _in_force([slot for slot in slots if slot not in rows])
    readings = _play([(rows | beside)[slot] for slot in slots], span, judged, going)
    if readings is None:
        return None
    count = judges[0].sites[name].follower.rows
    return Rehearsed(readings, count, WINDOW, span[0], [each.all for each in found])


def _in_force(slots: Iterable[int]) -> dict[int, StreamLimit]:
    """The limits in force on datastreams, or none."""
    known = StreamLimit.objects.select_related("datastream").in_bulk(slots)
    others = Datastream.objects.in_bulk([slot for slot in slots if slot not in known])
    return known | {pk: StreamLimit(datastream=each, version=0) for pk, each in others.items()}


def _judged(judge: "Together | Releasing", found: Breaches, *piece: np.ndarray) -> None:
    stream, time, value, quality = piece
    found.take(judge.take(stream, time, value, quality).rows(), judge.said)


def _play(
    rows: Sequence[StreamLimit], span: tuple[int, int],
    take: Callable[..., None], going: Going,
) -> int | None:  # fmt: skip
    """Give `take` the stored readings of these datastreams in order of time; how many there were.

    Each with its quality under the datastream's own limits, as the runner judges it.
    """
    readings = 0
    for stream, time, value, quality in _pieces(rows, span):
        take(stream, time, value, quality)
        readings += len(time)
        if not going((int(time[-1]) - span[0]) / max(span[1] - span[0], 1)):
            return None
    return readings


def _pieces(rows: Sequence[StreamLimit], span: tuple[int, int]) -> Iterator[Piece]:
    from chengan.core.stream.evaluate import step
    from chengan.core.stream.limits import Limits
    from chengan.core.stream.state import StreamState

    slots, limits = np.array([row.pk for row in rows], dtype=np.int32), Limits.none(len(rows))
    for k, row in enumerate(rows):
        limits.put(k, **columns_of(row))
    state = StreamState.empty(len(rows))
    for begin, end in stretches([row.datastream.expected_interval_s for row in rows], *span):
        place, time, value = _read(slots, begin, end)
        _state, _events, quality = step(
            state, limits, stream=place, time=time, value=value, arrival=time
        )
        for first in range(0, len(time), PIECE):
            part = slice(first, first + PIECE)
            yield slots[place[part]], time[part], value[part], quality[part]


def _read(slots: np.ndarray, begin: int, end: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Place among `slots`, time and value of the stored readings, in order of time."""
    found = [history.readings(int(slot), begin, end) for slot in slots]
    place = np.repeat(np.arange(len(slots), dtype=np.int32), [len(each.time) for each in found])
    time = np.concatenate([each.time for each in found])
    order = np.argsort(time, kind="stable")
    return place[order], time[order], np.concatenate([each.value for each in found])[order]
