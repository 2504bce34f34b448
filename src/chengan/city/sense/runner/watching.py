"""The streams whose own past is watched, because a rule asks for it: a profile each, no more."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from chengan.city.sense.runner import ending
from chengan.city.sense.runner.ending import Ending
from chengan.city.sense.runner.said import Said
from chengan.core.stream import anomaly, unusual
from chengan.core.stream.anomaly import Reason
from chengan.core.stream.events import Cause, Events, Kind, Quality


@dataclass(frozen=True)
class Asked:
    """What a rule asks of a stream: level of an alarm, false ones allowed a year, s a reading."""

    severity: int
    a_year: float
    interval_s: float


@dataclass
class Watching:
    """Profiles of the watched slots; `slots` (rows,) in order, `said` of what began in the last
    readings.

    A slot that is no longer asked for is forgotten: asked for again, it begins anew; its alarm that
    went on is in `ending` until it is told.
    """

    slots: np.ndarray
    profiles: np.ndarray
    severity: np.ndarray
    allowed: Mapping[int, float] = field(default_factory=dict)
    said: Said = field(default_factory=dict)
    ending: list[Ending] = field(default_factory=list)

    @classmethod
    def none(cls) -> Self:
        """Watches nothing."""
        return cls(np.zeros(0, np.int64), anomaly.empty(0), np.zeros(0, np.int8))

    def under(self, asked: Mapping[int, Asked]) -> "Watching":
        """The same for what is asked now; known profiles go on, with what is allowed now."""
        slots = np.array(sorted(asked), dtype=np.int64)
        made = Watching(slots, anomaly.empty(len(slots)), np.zeros(len(slots), np.int8))
        made.allowed = {slot: each.a_year for slot, each in asked.items()}
        made.ending = [*self.ending, *self._dropped(asked)]
        known = {int(slot): place for place, slot in enumerate(self.slots)}
        for place, slot in enumerate(slots.tolist()):
            if slot in known:
                made.profiles[place] = self.profiles[known[slot]]
            made.severity[place] = asked[slot].severity
            anomaly.allow(
                made.profiles, [place], asked[slot].a_year, max(asked[slot].interval_s, 1e-3)
            )
        return made

    def _dropped(self, asked: Mapping[int, Asked]) -> list[Ending]:
        """The alarms that go on in slots asked for no more."""
        on = np.flatnonzero(self.profiles["alarm_run"] > 0)
        rows = self.profiles[on]
        each = zip(
            self.slots[on].tolist(), rows["onset"].tolist(), rows["last_time"].tolist(),
            strict=True,
        )  # fmt: skip
        return [Ending(*row, ending.WITHDRAWN) for row in each if row[0] not in asked]

    def take(
        self, stream: np.ndarray, time: np.ndarray, value: np.ndarray, quality: np.ndarray
    ) -> Events:
        """Judge the good ones of these readings, (readings,) each, of the watched slots."""
        self.said = {}
        over = ending.events(self.ending, Cause.ANOMALY, self.said)
        self.ending = []
        if not len(self.slots):
            return over
        place = np.searchsorted(self.slots, stream)
        place[place == len(self.slots)] = 0
        mine = (quality == Quality.GOOD) & (self.slots[place] == stream)
        if not mine.any():
            return over
        found = unusual.tell(
            self.profiles,
            row=place[mine], stream=stream[mine], time=time[mine],
            value=value[mine], severity=self.severity[place[mine]],
        )  # fmt: skip
        for event, reason in zip(found.events.rows(), found.reason, strict=True):
            if event.kind == Kind.BREACH_BEGAN:
                self.said[event.stream, "anomaly", event.onset] = {
                    "reason": Reason(int(reason)).name.lower()
                }
        for event in found.events.rows():
            mine = self.said.setdefault((event.stream, "anomaly", event.onset), {"reason": ""})
            mine["false_a_year"] = self.allowed.get(event.stream)
        return over.joined(found.events)

    def copied(self) -> "Watching":
        """A copy that shares no figures with this one."""
        copies = self.slots.copy(), self.profiles.copy(), self.severity.copy()
        return Watching(*copies, self.allowed, ending=list(self.ending))
