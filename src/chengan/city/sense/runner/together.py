"""Streams judged together because rules ask for it: one joint model a group, as for a file."""

import copy
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from chengan.city.sense.runner import ending
from chengan.city.sense.runner.ending import Ending
from chengan.city.sense.runner.gathering import Gathering, Member, interval_us
from chengan.city.sense.runner.said import Said
from chengan.core.arrays import NEVER
from chengan.core.joint import keeping
from chengan.core.joint.blame import Departure, departure
from chengan.core.joint.chart import HORIZONS
from chengan.core.joint.watch import Watch, Watched
from chengan.core.stream.events import EVENT, Cause, Events, Kind, Quality

log = logging.getLogger(__name__)
MOST = 64
"""So many datastreams one group may have: what is learned of them grows with the square."""
FAMILIES = ("clock", "others", "before", "law")
LIMIT = 0.5


@dataclass
class Group(Gathering):
    """Members in the order of slots, rows that wait for theirs, and what was learned."""

    members: tuple[Member, ...]
    watch: Watch
    waiting: dict[int, tuple[int, np.ndarray]] = field(default_factory=dict)
    judged: int = NEVER
    on: tuple[int, int] | None = None
    """Slot and onset of the alarm that goes on."""

    @property
    def where(self) -> tuple[object, ...]:
        """As of its members."""
        return where(self.members)


@dataclass
class Together:
    """Groups by name; `said` of what was told in the last readings.

    heard : is given the time and the score of each row judged. ending : alarms of groups that are
    no more, until they are told.
    """

    groups: dict[str, Group] = field(default_factory=dict)
    said: Said = field(default_factory=dict)
    ending: list[Ending] = field(default_factory=list)
    heard: Callable[[int, float], None] | None = None

    def under(self, asked: Mapping[str, tuple[Member, ...]]) -> "Together":
        """The same for what is asked now; a group of the same datastreams and pace goes on.

        One of others begins anew and learns again; its alarm that went on is over.
        """
        made = Together(ending=list(self.ending), heard=self.heard)
        goes_on: set[str] = set()
        for name, members in asked.items():
            mine = tuple(sorted(members, key=lambda each: each.slot))
            if len(mine) > MOST:
                log.error("group %s has %s datastreams, %s judged", name, len(mine), MOST)
                mine = mine[:MOST]
            if len(mine) < 2:
                continue
            known = self.groups.get(name)
            if known is not None and known.where == where(mine):
                made.groups[name] = replace(known, members=mine)
                goes_on.add(name)
            else:
                made.groups[name] = Group(mine, Watch(len(mine)))
        slots = {each.slot for members in asked.values() for each in members}
        for name, group in self.groups.items():
            if group.on and name not in goes_on:
                made.ending.append(ending.ended(group.on, group.followed, slots))
        return made

    def take(
        self, stream: np.ndarray, time: np.ndarray, value: np.ndarray, quality: np.ndarray
    ) -> Events:
        """Judge the rows that the good ones of these readings, (readings,) each, complete."""
        self.said = {}
        told = ending.told(self.ending, Cause.JOINT, self.said)
        self.ending = []
        good = quality == Quality.GOOD
        for name, group in self.groups.items():
            mine = good & np.isin(stream, list(group.places))
            if mine.any():
                for at, values in group.rows(stream[mine], time[mine], value[mine]):
                    told += self._judge(name, group, at, values)
        return Events.from_table(np.array(told, dtype=EVENT)) if told else Events.none()

    def _judge(self, name: str, group: Group, at: int, values: np.ndarray) -> list[Any]:
        """One row; gives the event that an alarm began or ended, or none."""
        seen = group.watch.judge(values[None, :], np.array([at], dtype=np.int64))
        is_on, score = bool(seen.alarm[0]), float(seen.score[0])
        if self.heard:
            self.heard(at, score)
        if is_on == (group.on is not None):
            return []
        if not is_on and group.on is not None:
            slot, onset = group.on
            group.on = None
            value = values[group.places[slot]]
            figures = (at, onset, value, score, LIMIT, np.nan)
            return [(slot, Kind.BREACH_ENDED, Cause.JOINT, 0, *figures)]
        return [self._began(name, group, at, values, seen)]

    def _began(
        self, name: str, group: Group, at: int, values: np.ndarray, seen: Watched
    ) -> tuple[object, ...]:
        found = self._departed(group, seen)
        member = group.members[found.column]
        group.on = (member.slot, at)
        horizon, family, _column = seen.cause[0].tolist()
        self.said[member.slot, "joint", at] = {
            "group": name, "of": len(group.members), "against": FAMILIES[family],
            "rows": HORIZONS[horizon], "who": str(found.who), "mean": found.seen,
            "mean_expected": found.expected,
            "most": [[group.members[k].slot, apart] for k, apart in found.most],
            "times_limit": float(-np.log2(1 - seen.score[0])),
        }  # fmt: skip
        law = seen.laws.get(0)
        if law is not None:
            switch = None if law.switch is None else group.members[law.switch].slot
            self.said[member.slot, "joint", at]["law"] = {
                "switch": switch, "case": law.case.name.lower(), "is_change": law.is_change,
            }  # fmt: skip
        figures = (at, at, values[found.column], float(seen.score[0]), LIMIT, found.expected)
        return (member.slot, Kind.BREACH_BEGAN, Cause.JOINT, member.severity, *figures)

    def _departed(self, group: Group, seen: Watched) -> Departure:
        watch = group.watch
        known, charts = watch.learned, watch.charts
        if known is None or charts is None:
            raise RuntimeError("an alarm before anything was learned")
        return departure(known, *watch.last, charts.mean, seen.cause[0], seen.laws.get(0))

    def copied(self) -> "Together":
        """A copy that shares no figures with this one."""
        return Together(copy.deepcopy(self.groups), ending=list(self.ending))

    def arrays(self) -> dict[str, np.ndarray]:
        """What is remembered, by name, for `restored`."""
        out: dict[str, np.ndarray] = {"joint_names": np.array(list(self.groups), dtype=np.str_)}
        out["joint_ending"] = ending.packed(self.ending)
        for k, group in enumerate(self.groups.values()):
            slots = [(each.slot, each.severity, each.interval_s) for each in group.members]
            waiting = list(group.waiting.items())
            out |= {f"joint_{k}_{name}": part for name, part in keeping.packed(group.watch).items()}
            out |= {
                f"joint_{k}_members": np.array(slots, dtype=np.float64),
                f"joint_{k}_numbers": np.array([[n, row[0]] for n, row in waiting], dtype=np.int64),
                f"joint_{k}_rows": np.array([row[1] for _n, row in waiting]),
                f"joint_{k}_at": np.array([group.judged, *(group.on or ())], dtype=np.int64),
            }
        return out

    @classmethod
    def restored(cls, kept: Mapping[str, np.ndarray]) -> "Together":
        """What `arrays` gave; nothing where it was saved before groups were judged."""
        names = kept["joint_names"].tolist() if "joint_names" in kept else []
        groups = {name: _group(kept, f"joint_{k}_") for k, name in enumerate(names)}
        return cls(groups, ending=ending.unpacked(kept, "joint_ending"))


def where(members: tuple[Member, ...]) -> tuple[object, ...]:
    """Slots and length of a row, whatever their levels: what makes it the same group."""
    return tuple(each.slot for each in members), interval_us(members)


def _group(kept: Mapping[str, np.ndarray], prefix: str) -> Group:
    mine = {name.removeprefix(prefix): kept[name] for name in kept if name.startswith(prefix)}
    members = tuple(Member(int(s), int(level), i) for s, level, i in mine["members"].tolist())
    numbers = mine["numbers"].tolist()
    waiting = {n: (first, row) for (n, first), row in zip(numbers, mine["rows"], strict=True)}
    judged, *on = mine["at"].tolist()
    return Group(members, keeping.unpacked(mine), waiting, judged, (on[0], on[1]) if on else None)
