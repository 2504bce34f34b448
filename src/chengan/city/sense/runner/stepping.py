"""The streams in which a step is told from a spike, because a rule asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from chengan.city.sense.runner.said import Said
from chengan.core.events.step import Step, Steps
from chengan.core.stream.events import EVENT, Cause, Events, Kind, Quality

Rows = list[tuple[object, ...]]


@dataclass(frozen=True)
class StepAsked:
    """What a rule asks: level of the alarm, a window's length, how far ordinary loads move (SI)."""

    severity: int
    window_us: int
    usual: float


@dataclass
class Stepping:
    """A follower for each watched slot; `said` of what was told in the last readings.

    A step is told once, begun and over: what stays is the new level.
    """

    asked: Mapping[int, StepAsked] = field(default_factory=dict)
    followers: dict[int, Steps] = field(default_factory=dict)
    said: Said = field(default_factory=dict)

    def under(self, asked: Mapping[int, StepAsked]) -> "Stepping":
        """The same for what is asked now; a slot with the same window goes on."""
        made = Stepping(asked)
        for slot, each in asked.items():
            known = self.followers.get(slot)
            if known is None or known.window_us != each.window_us:
                known = Steps(each.window_us)
            known.usual = each.usual
            made.followers[slot] = known
        return made

    def take(
        self, stream: np.ndarray, time: np.ndarray, value: np.ndarray, quality: np.ndarray
    ) -> Events:
        """Follow the good ones of these readings, (readings,) each, of the watched slots."""
        self.said = {}
        if not self.followers:
            return Events.none()
        mine = np.flatnonzero((quality == Quality.GOOD) & np.isin(stream, list(self.followers)))
        order = mine[np.argsort(stream[mine], kind="stable")]
        edges = np.flatnonzero(np.diff(stream[order])) + 1
        rows: Rows = []
        for part in np.split(order, edges):
            if len(part):
                slot = int(stream[part[0]])
                found = self.followers[slot].take(time[part], value[part])
                rows += [row for step in found for row in self._told(slot, step)]
        return Events.from_table(np.array(rows, dtype=EVENT)) if rows else Events.none()

    def _told(self, slot: int, step: Step) -> Rows:
        self.said[slot, "step", step.begin] = {
            "size": step.size, "spread": step.spread, "least": step.least,
            "settled": step.end, "usual": self.followers[slot].usual,
        }  # fmt: skip
        figures = (step.end, step.begin, step.after, step.size, step.least, step.before)
        severity = self.asked[slot].severity
        return [
            (slot, Kind.BREACH_BEGAN, Cause.STEP, severity, *figures),
            (slot, Kind.BREACH_ENDED, Cause.STEP, 0, *figures),
        ]

    def copied(self) -> "Stepping":
        """A copy that shares no figures with this one."""
        return Stepping(
            self.asked, {k: Steps.unpacked(v.packed()) for k, v in self.followers.items()}
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """What is remembered, by name, for `restored`."""
        parts = [each.packed() for each in self.followers.values()]
        return {
            "step_slots": np.array(list(self.followers), dtype=np.int64),
            "step_lengths": np.array([len(part) for part in parts], dtype=np.int64),
            "step_figures": np.concatenate([np.zeros(0), *parts]),
        }

    @classmethod
    def restored(cls, kept: Mapping[str, np.ndarray]) -> "Stepping":
        """What `arrays` gave; nothing where it was saved before steps were followed."""
        if "step_slots" not in kept:
            return cls()
        edges = np.cumsum(kept["step_lengths"])
        parts = np.split(kept["step_figures"], edges)
        slots = kept["step_slots"].tolist()
        followers = {slot: Steps.unpacked(p) for slot, p in zip(slots, parts, strict=False)}
        # Levels are not remembered: they matter to nobody before `under` says what is asked.
        asked = {s: StepAsked(0, each.window_us, each.usual) for s, each in followers.items()}
        return cls(asked, followers)
