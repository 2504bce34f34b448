"""One partition's work on a batch, without the log: store, judge, commit, roll.

Order matters: the tail is durable before anything is judged, the transaction decides whether the
batch has happened, and only then may the log forget it.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from django.db import transaction

from chengan.city.hub import api as hub
from chengan.city.sense.lake import history, segments, tail
from chengan.city.sense.models import Checkpoint, Segment
from chengan.city.sense.runner import commit, memory
from chengan.city.sense.runner.facts import facts_of
from chengan.city.sense.runner.registry import version
from chengan.city.sense.runner.sorting import Rejected, Sorted, doubles, sort_out
from chengan.core.stream import dedupe

DEAF_US = 60_000_000
Hook = Callable[[str], None]


def nothing(_place: str) -> None:
    """Let the work go on (tests stop it here)."""


class Partition:
    """The state of one partition, brought back from its checkpoint when it is made."""

    def __init__(self, lake: Path, number: int = 0, hook: Hook = nothing) -> None:
        """Recover; `hook` is called with the name of each place where a crash may happen."""
        self.lake, self.hook = lake, hook
        self.point, _made = Checkpoint.objects.get_or_create(partition=number)
        self.point.tail_file = memory.tail_name(number, self.point.epoch)
        memory.clear_orphans(lake, self.point)
        self.memory = memory.recover(lake, self.point)
        self.tail = tail.Tail(lake / self.point.tail_file, self.point.tail_offset)
        self._say_what_is_in_force()

    def close(self) -> None:
        """Close the tail."""
        self.tail.close()

    def take(self, messages: list[hub.Message], log_seq: int) -> None:
        """Store and judge the messages up to `log_seq`, exactly once."""
        batch = sort_out(messages, self.memory.registry)
        rows, origin, outcome = self._once(batch)
        rows["late"] = dedupe.late(rows["stream"], rows["time"], self.memory.newest)
        outcome["late"] = Counter(origin[rows["late"] == 1].tolist())
        if len(rows):
            self.point.tail_offset = self.tail.append(tail.Frame(rows))
        self.hook("durable")
        events = self.memory.take(rows)
        self.point.log_seq, self.point.batch = log_seq, self.point.batch + 1
        commit.commit(
            self.point,
            messages=messages,
            sorted_batch=batch,
            outcome=outcome,
            facts=facts_of(events, self.memory.registry),
        )
        self.hook("committed")

    def _once(self, batch: Sorted) -> tuple[np.ndarray, np.ndarray, dict[str, Counter[int]]]:
        """Readings never stored before; contradictions join the rejected."""
        double, conflict = doubles(batch.rows, self.memory.newest, self._stored)
        for place in np.flatnonzero(conflict):
            batch.rejected.append(self._conflict(batch, int(place)))
        same = double & ~conflict
        fresh = ~double
        outcome = {
            "stored": Counter(batch.origin[fresh].tolist()),
            "duplicate": Counter(batch.origin[same].tolist()),
        }
        return batch.rows[fresh], batch.origin[fresh], outcome

    def _conflict(self, batch: Sorted, place: int) -> Rejected:
        row = batch.rows[place]
        names = {known.slot: key for key, known in self.memory.registry.known.items()}
        _source, key = names[int(row["stream"])]
        given = {
            "datastream": key,
            "time": int(row["time"]) / 1e6,
            "value": float(row["given"]),
            "unit": row["unit"].decode(),
        }
        said = "another value is stored for this time"
        message = batch.messages[int(batch.origin[place])]
        return Rejected(message, "conflict", "value", said, 1, [given])

    def _stored(self, stream: np.ndarray, time: np.ndarray) -> np.ndarray:
        """Values stored for these streams and times, in segments or in the tail."""
        value = history.stored(stream, time)
        held = self.memory.in_tail()
        if len(held):
            known = {
                (int(r["stream"]), int(r["time"])): float(r["value"]) for r in _near(held, time)
            }
            for place in np.flatnonzero(np.isnan(value)):
                value[place] = known.get((int(stream[place]), int(time[place])), np.nan)
        return value

    def tick(self, now_us: int) -> None:
        """State who fell silent by `now_us`; nothing is written when nobody did."""
        before = self.memory.state.copied()
        events = self.memory.tick(now_us)
        if not len(events):
            return
        self.memory.state = before
        self.point.tail_offset = self.tail.append(tail.Frame(None, now_us))
        events = self.memory.tick(now_us)
        facts = facts_of(events, self.memory.registry)
        empty = sort_out([], self.memory.registry)
        none: dict[str, Counter[int]] = {
            "stored": Counter(),
            "duplicate": Counter(),
            "late": Counter(),
        }
        commit.commit(self.point, messages=[], sorted_batch=empty, outcome=none, facts=facts)

    def listen(self, now_us: int) -> None:
        """Begin to hear; after a time without hearing nobody is called silent for that time."""
        if now_us - self.point.heard_us > DEAF_US:
            self.point.tail_offset = self.tail.append(tail.Frame(None, now_us, listen=True))
            self.memory.listen(now_us)
        self.heard(now_us)

    def heard(self, now_us: int) -> None:
        """Note that the log could be heard until now."""
        self.point.heard_us = now_us
        self.point.save()

    def write_latest(self) -> None:
        """Bring the table of newest readings up to date."""
        commit.write_latest(self.memory)

    def roll(self) -> None:
        """Turn the tail into a segment, keep the state, begin a new tail; then look for news."""
        number, epoch = self.point.partition, self.point.epoch + 1
        held = self.memory.in_tail()
        self.memory.save(memory.state_file(self.lake, number, epoch))
        row = self._segment(held, epoch) if len(held) else None
        fresh = tail.Tail(self.lake / memory.tail_name(number, epoch), 0)
        old = self.point.tail_file
        with transaction.atomic():
            if row:
                row.save()
            self.point.epoch, self.point.tail_offset = epoch, 0
            self.point.tail_file = memory.tail_name(number, epoch)
            self.point.save()
        self.tail.close()
        self.tail, self.memory.tail_rows = fresh, []
        (self.lake / old).unlink(missing_ok=True)
        self._forget_state(epoch - 1)
        if version() != self.memory.registry.version:
            self.memory = memory.recover(self.lake, self.point)
            self._say_what_is_in_force()

    def _say_what_is_in_force(self) -> None:
        self.point.registry = str(self.memory.registry.version)
        self.point.save()

    def _segment(self, held: np.ndarray, epoch: int) -> Segment:
        name = f"segments/{self.point.partition}-{epoch}.parquet"
        made = segments.write(self.lake, name, held)
        return Segment(partition=self.point.partition, level=segments.LEVEL_TAIL, **vars(made))

    def _forget_state(self, epoch: int) -> None:
        file = memory.state_file(self.lake, self.point.partition, epoch)
        file.unlink(missing_ok=True)
        file.with_suffix(".newest.npz").unlink(missing_ok=True)

    def needs_roll(self, *, largest: int) -> bool:
        """Say whether the tail has grown large, or limits or datastreams have changed."""
        return self.point.tail_offset > largest or version() != self.memory.registry.version


def _near(held: np.ndarray, time: np.ndarray) -> np.ndarray:
    near: np.ndarray = held[(held["time"] >= time.min()) & (held["time"] <= time.max())]
    return near
