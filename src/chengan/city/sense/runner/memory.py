"""What the runner holds in memory, and how it comes back after a crash.

The state file and the tail belong together by their epoch: a state is what was known when its
epoch's tail was empty; replaying the tail up to the committed offset gives what was known last.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from chengan.city.sense.lake import tail
from chengan.city.sense.models import Checkpoint, Segment
from chengan.city.sense.runner.registry import Registry
from chengan.core.arrays import NEVER
from chengan.core.stream.evaluate import advance, step
from chengan.core.stream.events import Events
from chengan.core.stream.state import StreamState


@dataclass
class Memory:
    """State arrays by slot; `newest*` cover every stored reading, judged or not."""

    registry: Registry
    state: StreamState
    newest: np.ndarray
    newest_value: np.ndarray
    newest_arrival: np.ndarray
    tail_rows: list[np.ndarray] = field(default_factory=list)
    dirty: set[int] = field(default_factory=set)

    def take(self, rows: np.ndarray) -> Events:
        """Take in stored rows: remember the newest, judge those that are to be judged."""
        self.tail_rows.append(rows)
        stream = rows["stream"]
        latest = rows[np.lexsort((rows["time"], stream))]
        last = np.append(np.flatnonzero(np.diff(latest["stream"])), len(latest) - 1)
        latest = latest[last] if len(rows) else latest
        newer = latest[latest["time"] > self.newest[latest["stream"]]]
        self.newest[newer["stream"]] = newer["time"]
        self.newest_value[newer["stream"]] = newer["value"]
        self.newest_arrival[newer["stream"]] = newer["arrival"]
        self.dirty.update(newer["stream"].tolist())
        judged = rows[rows["evaluate"] == 1]
        events = step(
            self.state,
            self.registry.limits,
            stream=judged["stream"],
            time=judged["time"],
            value=judged["value"],
            arrival=judged["arrival"],
        ).events
        self.dirty.update(events.stream.tolist())
        return events

    def tick(self, now_us: int) -> Events:
        """Look for streams that have been silent until `now_us`."""
        active = np.zeros(self.state.streams, dtype=np.bool_)
        active[list(self.registry.enrolled)] = True
        events = advance(self.state, self.registry.limits, now_us, active).events
        self.dirty.update(events.stream.tolist())
        return events

    def listen(self, now_us: int) -> None:
        """Count silence from `now_us` at the earliest: before, nobody could be heard."""
        np.maximum(self.state.enrolled, now_us, out=self.state.enrolled)

    def in_tail(self) -> np.ndarray:
        """Readings that are in no segment yet."""
        return np.concatenate([np.zeros(0, dtype=tail.ROW), *self.tail_rows])

    def save(self, path: Path) -> None:
        """Write the state beside its epoch's tail."""
        self.state.save(path)
        np.savez(
            path.with_suffix(".newest.npz"),
            time=self.newest,
            value=self.newest_value,
            arrival=self.newest_arrival,
        )


def state_file(lake: Path, partition: int, epoch: int) -> Path:
    """Where the state of an epoch is kept."""
    return lake / "tail" / f"{partition}-{epoch}.state.npz"


def tail_name(partition: int, epoch: int) -> str:
    """Name of an epoch's tail, within the lake."""
    return f"tail/{partition}-{epoch}.tail"


def recover(lake: Path, checkpoint: Checkpoint) -> Memory:
    """Bring back what was known at `checkpoint`."""
    registry = Registry()
    memory = _loaded(state_file(lake, checkpoint.partition, checkpoint.epoch), registry)
    path = lake / tail_name(checkpoint.partition, checkpoint.epoch)
    for frame in tail.frames(path, checkpoint.tail_offset):
        if frame.listen:
            memory.listen(frame.tick_us)
        elif frame.rows is None:
            memory.tick(frame.tick_us)
        else:
            memory.take(frame.rows)
    memory.dirty.update(np.flatnonzero(memory.newest != NEVER).tolist())
    return memory


def _loaded(path: Path, registry: Registry) -> Memory:
    size = registry.size
    memory = Memory(
        registry,
        StreamState.empty(size),
        np.full(size, NEVER, dtype=np.int64),
        np.full(size, np.nan),
        np.full(size, NEVER, dtype=np.int64),
    )
    if path.exists():
        memory.state = StreamState.load(path).grown(size)
        with np.load(path.with_suffix(".newest.npz")) as kept:
            known = len(kept["time"])
            memory.newest[:known] = kept["time"]
            memory.newest_value[:known] = kept["value"]
            memory.newest_arrival[:known] = kept["arrival"]
    for slot, enrolled in registry.enrolled.items():
        memory.state.enrolled[slot] = max(enrolled, memory.state.enrolled[slot])
    return memory


def clear_orphans(lake: Path, checkpoint: Checkpoint) -> list[str]:
    """Remove this partition's files that no committed row names; give their names."""
    number = checkpoint.partition
    kept = set(Segment.objects.filter(partition=number).values_list("path", flat=True))
    epoch = f"{number}-{checkpoint.epoch}."
    tails = [each for each in lake.glob(f"tail/{number}-*") if not each.name.startswith(epoch)]
    parts = list(lake.glob(f"segments/{number}-*"))
    gone = [each for each in parts if str(each.relative_to(lake)) not in kept] + tails
    for file in gone:
        file.unlink()
    return [str(each.relative_to(lake)) for each in gone]
