"""One partition's work on a batch, without the log: store, judge, commit, seal.

Order matters: the transaction decides whether a batch has happened, and comes only once the tail is
durable; only then may the log forget it.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from django.db import transaction

from chengan.city.hub import api as hub
from chengan.city.sense.lake import history, tail
from chengan.city.sense.lake.rows import Rows
from chengan.city.sense.models import Checkpoint, SealedTail
from chengan.city.sense.runner import commit, holding, memory
from chengan.city.sense.runner.commit import Outcome
from chengan.city.sense.runner.facts import facts_of
from chengan.city.sense.runner.registry import Registry, version
from chengan.city.sense.runner.sealing import Sealer
from chengan.city.sense.runner.sorting import Rejected, Sorted, doubles, sort_out
from chengan.core.stream import dedupe
from chengan.core.stream.events import Events

DEAF_US = 60_000_000
Hook = Callable[[str], None]


def nothing(_place: str) -> None:
    """Let the work go on (tests stop it here)."""


class Partition:
    """A partition taken over, its state brought back from its checkpoint."""

    def __init__(self, lake: Path, number: int = 0, hook: Hook = nothing) -> None:
        """Take over and recover; `hook` is called with each place where a crash may happen.

        Raises
        ------
        Superseded
            If another worker takes it over at the same moment.
        """
        self.lake, self.hook = lake, hook
        before, _made = Checkpoint.objects.get_or_create(partition=number)
        self.tail = self._new_tail(number, before.epoch + 1)
        self.point = holding.claim(number, self._name(self.tail), before.epoch)
        holding.clear_orphans(lake, self.point)
        known = memory.recover(lake, self.point)
        self.memory, self.spans = known.memory, known.spans
        self.sealer = Sealer(lake)
        self.disk = ThreadPoolExecutor(1, thread_name_prefix="disk")
        self._say_what_is_in_force()
        self._begin_sealing(must_keep=known.must_keep)

    def _new_tail(self, number: int, epoch: int) -> tail.Tail:
        return tail.Tail(self.lake / holding.tail_name(number, epoch))

    def _name(self, of: tail.Tail) -> str:
        return str(of.path.relative_to(self.lake))

    def close(self) -> None:
        """Close the tail, and end the threads."""
        self.sealer.close()
        self.disk.shutdown()
        self.tail.close()

    @property
    def registry(self) -> Registry:
        """What is known of datastreams."""
        return self.memory.registry

    def take(self, messages: list[hub.Message], log_seq: int) -> None:
        """Store and judge the messages up to `log_seq`, exactly once."""
        self.take_sorted(sort_out(messages, self.registry), log_seq)

    def take_sorted(self, batch: Sorted, log_seq: int) -> None:
        """Store and judge what was sorted out of the messages up to `log_seq`, exactly once."""
        rows, outcome = self._once(batch)
        fields = {"log_seq": log_seq, "batch": self.point.batch + 1}
        events = Events.none()
        if len(rows):
            fields["tail_offset"] = self.tail.write(tail.Frame(rows))
            durable = self.disk.submit(self.tail.sync)
            events = self.memory.take(rows)
            durable.result()
        self.hook("durable")
        facts = facts_of(events, self.registry, self.memory.said)
        commit.commit(self.point, batch=batch, outcome=outcome, facts=facts, fields=fields)
        self.hook("committed")

    def _once(self, batch: Sorted) -> tuple[Rows, Outcome]:
        """Readings never stored before; contradictions join the rejected."""
        rows, none = batch.rows, np.zeros(len(batch.messages), np.int64)
        late = dedupe.late(rows.stream, rows.time, self.memory.newest)
        if not late.any():
            return rows, Outcome(np.diff(batch.starts), none, none)
        double, conflict = doubles(rows, self.memory.newest, self._stored)
        for place in np.flatnonzero(conflict):
            batch.rejected.append(self._conflict(batch, int(place)))
        origin = batch.origin
        fresh, of = rows.chosen(~double), origin[~double]
        fresh.late[:] = dedupe.late(fresh.stream, fresh.time, self.memory.newest)
        outcome = Outcome(
            stored=np.bincount(of, minlength=len(none)),
            duplicate=np.bincount(origin[double & ~conflict], minlength=len(none)),
            late=np.bincount(of[fresh.late], minlength=len(none)),
        )
        return fresh, outcome

    def _conflict(self, batch: Sorted, place: int) -> Rejected:
        rows = batch.rows
        key = self.registry.key_of(int(rows.stream[place]))
        given = {
            "datastream": key,
            "time": int(rows.time[place]) / 1e6,
            "value": float(rows.given[place]),
            "unit": rows.units[rows.unit[place]],
        }
        said = "another value is stored for this time"
        message = batch.messages[int(np.searchsorted(batch.starts, place, side="right")) - 1]
        return Rejected(message, "conflict", "value", said, 1, [given])

    def _stored(self, stream: np.ndarray, time: np.ndarray) -> np.ndarray:
        """Values stored for these streams and times, in segments or in the tails."""
        value = history.stored(stream, time)
        places = np.flatnonzero(np.isnan(value))
        if len(places):
            known = self._in_tails(stream[places], time[places])
            asked = zip(stream[places].tolist(), time[places].tolist(), strict=True)
            value[places] = [known.get(each, np.nan) for each in asked]
        return value

    def _in_tails(self, stream: np.ndarray, time: np.ndarray) -> dict[tuple[int, int], float]:
        """The stored values of these streams and times, of readings that are in no segment yet."""
        asked = np.zeros(self.memory.state.streams, np.bool_)
        asked[stream] = True
        first, last = int(time.min()), int(time.max())
        found: dict[tuple[int, int], float] = {}
        for path, spans in [*self.spans.items(), (self.tail.path, self.tail.spans)]:
            for span in spans:
                if span.time_min > last or span.time_max < first:
                    continue
                rows = tail.at_span(path, span)
                rows = rows.chosen(asked[rows.stream] & np.isin(rows.time, time))
                keys = zip(rows.stream.tolist(), rows.time.tolist(), strict=True)
                found.update(zip(keys, rows.value.tolist(), strict=True))
        return found

    def tick(self, now_us: int) -> None:
        """State who fell silent or is retired by `now_us`; nothing is written when nobody did."""
        before = self.memory.state.copied()
        events = self.memory.tick(now_us)
        if not len(events):
            return
        self.memory.state = before
        offset = self.tail.append(tail.Frame(None, now_us))
        events = self.memory.tick(now_us)
        commit.commit(
            self.point,
            batch=sort_out([], self.registry),
            outcome=Outcome(*(np.zeros(0, np.int64),) * 3),
            facts=facts_of(events, self.registry, self.memory.over),
            fields={"tail_offset": offset},
        )

    def listen(self, now_us: int) -> None:
        """Begin to hear; after a time without hearing nobody is called silent for that time."""
        if now_us - self.point.heard_us > DEAF_US:
            offset = self.tail.append(tail.Frame(None, now_us, listen=True))
            self.memory.listen(now_us)
            holding.advance(self.point, tail_offset=offset)
        self.heard(now_us)

    def heard(self, now_us: int) -> None:
        """Note that the log could be heard until now."""
        holding.advance(self.point, heard_us=now_us)

    def write_latest(self) -> None:
        """Bring the table of newest readings up to date."""
        commit.write_latest(commit.latest_columns(self.memory))

    def seal(self, *, must_keep: bool = False) -> None:
        """Go on with a new tail; the old one becomes a segment beside the work, or at once."""
        fresh = self._new_tail(self.point.partition, self.point.epoch + 1)
        old = self.tail
        with transaction.atomic():
            holding.seal(self.point, self._name(fresh))
        self.tail = fresh
        self.spans[old.path] = old.spans
        old.close()
        self._begin_sealing(must_keep=must_keep)

    def _begin_sealing(self, *, must_keep: bool = False) -> None:
        """Make segments of what waits; `must_keep`: have the state on disk before going on."""
        waiting = list(SealedTail.objects.filter(partition=self.point.partition))
        if waiting or must_keep:
            self.sealer.begin(waiting, self.memory.copied(), self.point)
        if must_keep:
            self.finish_sealing()

    def finish_sealing(self) -> None:
        """Wait for the segments in the making, and put them in the tails' place."""
        for path in self.sealer.finish(self.point):
            self.spans.pop(path, None)

    def roll(self) -> None:
        """Look for news; seal the tail and wait until it is a segment, beside the state with these.

        So a replay judges each reading with what it was judged with: whenever this stops, the
        state on disk is beside what was in force for all the tails since.
        """
        self.finish_sealing()
        is_news = version() != self.registry.version
        if is_news:
            self.memory = self.memory.under(Registry(self.point.partition))
        if is_news or self.point.tail_offset:
            self.seal(must_keep=True)
        if is_news:
            self._say_what_is_in_force()

    def _say_what_is_in_force(self) -> None:
        holding.advance(self.point, registry=str(self.registry.version))

    @property
    def is_outdated(self) -> bool:
        """Say whether limits or datastreams have changed."""
        return version() != self.registry.version
