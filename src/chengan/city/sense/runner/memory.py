"""What the runner holds in memory, and how it comes back after a crash.

The state on disk is what was known at the beginning of an epoch, with what was in force then;
replaying the tails since, each up to its committed offset, gives what was known last. All of them
were judged with that: whoever puts anything else in force keeps the state anew before the next
reading.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from chengan.city.sense.lake import tail
from chengan.city.sense.lake.rows import Rows
from chengan.city.sense.models import Checkpoint, SealedTail
from chengan.city.sense.runner import ending, renewing
from chengan.city.sense.runner.holding import newest_file, state_file
from chengan.city.sense.runner.in_force import InForce
from chengan.city.sense.runner.registry import Registry
from chengan.city.sense.runner.releasing import Releasing
from chengan.city.sense.runner.said import Said
from chengan.city.sense.runner.stepping import Stepping
from chengan.city.sense.runner.together import Together
from chengan.city.sense.runner.watching import Watching
from chengan.core.arrays import NEVER
from chengan.core.stream import anomaly
from chengan.core.stream.evaluate import advance, step
from chengan.core.stream.events import Events, Quality
from chengan.core.stream.late import late_breaches
from chengan.core.stream.newest import note
from chengan.core.stream.retiring import retire
from chengan.core.stream.state import StreamState


@dataclass
class Memory:
    """Arrays by slot; `newest*` cover every stored reading, judged or not.

    `dirty` marks the slots whose newest reading or standing has changed since it was written.
    in_force : what is judged with; in a replay not what `registry` says, but what was then.
    """

    registry: Registry
    in_force: InForce
    state: StreamState
    newest: np.ndarray
    newest_value: np.ndarray
    newest_arrival: np.ndarray
    dirty: np.ndarray
    watching: Watching = field(default_factory=Watching.none)
    stepping: Stepping = field(default_factory=Stepping)
    together: Together = field(default_factory=Together)
    releasing: Releasing = field(default_factory=Releasing)
    over: Said = field(default_factory=dict)
    """Of the last tick: why what it ended is over."""

    def take(self, rows: Rows) -> Events:
        """Take in stored rows: remember the newest, judge those that are to be judged."""
        note(
            rows.stream,
            rows.time,
            rows.value,
            rows.arrival,
            newest=self.newest,
            newest_value=self.newest_value,
            newest_arrival=self.newest_arrival,
            changed=self.dirty,
        )
        judged = rows if rows.evaluate.all() else rows.chosen(rows.evaluate)
        _state, events, quality = step(
            self.state,
            self.in_force.limits,
            stream=judged.stream,
            time=judged.time,
            value=judged.value,
            arrival=judged.arrival,
        )
        for watcher in (self.watching, self.stepping, self.together, self.releasing):
            found = watcher.take(judged.stream, judged.time, judged.value, quality)
            events = events.joined(found) if len(found) else events
        self.dirty[events.stream] = True
        late = quality == Quality.LATE
        return events.joined(self._late(judged.chosen(late))) if late.any() else events

    @property
    def said(self) -> Said:
        """What the events of the last rows say beyond their columns."""
        alone = self.watching.said | self.stepping.said
        return alone | self.together.said | self.releasing.said

    def _late(self, rows: Rows) -> Events:
        return late_breaches(
            self.state, self.in_force.limits, stream=rows.stream, time=rows.time, value=rows.value
        )

    def tick(self, now_us: int) -> Events:
        """Look for streams that have been silent until `now_us`, and end what retired ones had."""
        active = self.in_force.active
        events = advance(self.state, self.in_force.limits, now_us, active).events
        over = retire(self.state, np.flatnonzero(~active), now_us)
        events = events.joined(over) if len(over) else events
        self.over = ending.of_retired(events, active)
        self.dirty[events.stream] = True
        return events

    def listen(self, now_us: int) -> None:
        """Count silence from `now_us` at the earliest: before, nobody could be heard."""
        np.maximum(self.state.enrolled, now_us, out=self.state.enrolled)

    def copied(self) -> "Memory":
        """A copy that shares no figures with this one."""
        return replace(
            self,
            state=self.state.copied(),
            newest=self.newest.copy(),
            newest_value=self.newest_value.copy(),
            newest_arrival=self.newest_arrival.copy(),
            dirty=self.dirty.copy(),
            watching=self.watching.copied(),
            stepping=self.stepping.copied(),
            together=self.together.copied(),
            releasing=self.releasing.copied(),
        )

    def save(self, lake: Path, partition: int, epoch: int) -> None:
        """Write what is known at the beginning of an epoch, durably."""
        self.state.save(state_file(lake, partition, epoch))
        newest = newest_file(lake, partition, epoch)
        watched: dict[str, Any] = self.stepping.arrays() | self.together.arrays()
        watched |= self.releasing.arrays() | {"ending": ending.packed(self.watching.ending)}
        watched |= self.in_force.arrays()
        np.savez(
            newest, time=self.newest, value=self.newest_value, arrival=self.newest_arrival,
            watched=self.watching.slots, profiles=self.watching.profiles,
            **watched,
        )  # fmt: skip
        for path in (state_file(lake, partition, epoch), newest, newest.parent):
            _durable(path)

    def under(self, registry: Registry) -> "Memory":
        """The same, with the datastreams and limits of a newer registry."""
        grown = self._judging_with(registry)
        grown.stepping = self.stepping.under(registry.steps)
        grown.watching = self.watching.under(registry.unusual)
        grown.together = self.together.under(registry.groups)
        grown.releasing = self.releasing.under(registry.sites)
        return grown

    def _judging_with(self, registry: Registry) -> "Memory":
        """The same, with room and limits for those of `registry`, and the same groups."""
        size = max(registry.size, self.state.streams)
        grown = _empty(registry, size)
        known = self.state.streams
        grown.state = self.state.grown(size)
        for name in ("newest", "newest_value", "newest_arrival", "dirty"):
            getattr(grown, name)[:known] = getattr(self, name)
        for slot, enrolled in registry.enrolled.items():
            grown.state.enrolled[slot] = max(enrolled, grown.state.enrolled[slot])
        for name in ("stepping", "watching", "together", "releasing"):
            setattr(grown, name, getattr(self, name))
        return grown

    @property
    def grouping(self) -> tuple[object, ...]:
        """What is judged with what, beyond limits, to be compared."""
        groups = {name: each.where for name, each in self.together.groups.items()}
        sites = {name: each.where for name, each in self.releasing.sites.items()}
        steps = {
            slot: (each.window_us, each.usual) for slot, each in self.stepping.followers.items()
        }
        allowed = (self.watching.profiles[name].tobytes() for name in ("least", "allowance"))
        return groups, sites, steps, self.watching.slots.tobytes(), *allowed


def _durable(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _empty(registry: Registry, size: int) -> Memory:
    return Memory(
        registry,
        InForce.of(registry, size),
        StreamState.empty(size),
        np.full(size, NEVER, dtype=np.int64),
        np.full(size, np.nan),
        np.full(size, NEVER, dtype=np.int64),
        np.zeros(size, dtype=np.bool_),
    )


@dataclass(frozen=True)
class Recovered:
    """What was known, where the sealed tails' readings lie, and whether the state must be kept.

    It must where a replay from the state on disk would judge with anything else than is judged with
    from now on.
    """

    memory: Memory
    spans: dict[Path, list[tail.Span]]
    must_keep: bool


def recover(lake: Path, checkpoint: Checkpoint) -> Recovered:
    """Bring back what was known at `checkpoint`, judged as it was; then judge what is asked now.

    Raises
    ------
    tail.Damaged
        If a tail does not hold what was committed.
    """
    registry = Registry(checkpoint.partition)
    loaded = _loaded(lake, checkpoint, registry)
    memory = loaded.memory
    spans = _replayed(memory, lake, checkpoint)
    memory.dirty |= memory.newest != NEVER
    memory.watching.ending += renewing.given_up(loaded.lost, memory.newest, memory.watching.ending)
    before = memory.grouping
    now = memory.under(registry)
    is_same = now.in_force.same_as(memory.in_force) and now.grouping == before
    return Recovered(now, spans, not (is_same and loaded.is_whole))


def _replayed(memory: Memory, lake: Path, checkpoint: Checkpoint) -> dict[Path, list[tail.Span]]:
    """Take what the tails hold into `memory`, and tell nobody; gives where their readings lie."""
    spans: dict[Path, list[tail.Span]] = {}
    for path, until in _tails(lake, checkpoint):
        spans[path] = []
        for frame in tail.frames(path, until):
            if frame.listen:
                memory.listen(frame.tick_us)
            elif frame.rows is None:
                memory.tick(frame.tick_us)
            elif len(frame.rows):
                memory.take(frame.rows)
                spans[path].append(tail.span_of(frame.rows, frame.at))
    return spans


def _tails(lake: Path, checkpoint: Checkpoint) -> Iterator[tuple[Path, int]]:
    rows = SealedTail.objects.filter(
        partition=checkpoint.partition, epoch__gte=checkpoint.state_epoch
    ).order_by("epoch")
    for row in rows:
        yield lake / row.path, row.bytes
    if checkpoint.tail_offset:
        yield lake / checkpoint.tail_file, checkpoint.tail_offset


@dataclass(frozen=True)
class Loaded:
    """What is kept on disk, ready for the replay.

    lost : slots whose profiles are of another form and begin anew. is_whole : nothing is missing.
    """

    memory: Memory
    lost: np.ndarray
    is_whole: bool


def _loaded(lake: Path, checkpoint: Checkpoint, registry: Registry) -> Loaded:
    lost = np.zeros(0, dtype=np.int64)
    path = state_file(lake, checkpoint.partition, checkpoint.state_epoch)
    if not path.exists():
        return Loaded(_empty(registry, registry.size).under(registry), lost, is_whole=False)
    state = StreamState.load(path)
    with np.load(newest_file(lake, checkpoint.partition, checkpoint.state_epoch)) as kept:
        force = InForce.restored(kept)
        memory = Memory(
            registry, force or InForce.of(registry, max(registry.size, state.streams)), state,
            kept["time"], kept["value"], kept["arrival"], np.zeros(state.streams, dtype=np.bool_),
        )  # fmt: skip
        if "profiles" in kept:
            if kept["profiles"].dtype == anomaly.PROFILE:
                slots = kept["watched"]
                memory.watching = Watching(slots, kept["profiles"], np.zeros(len(slots), np.int8))
            else:
                lost = kept["watched"]
            memory.watching.ending = ending.unpacked(kept, "ending")
        memory.stepping, memory.together = Stepping.restored(kept), Together.restored(kept)
        memory.releasing = Releasing.restored(kept)
    if force is None:
        return Loaded(memory._judging_with(registry), lost, is_whole=False)
    return Loaded(memory, lost, is_whole=not len(lost))
