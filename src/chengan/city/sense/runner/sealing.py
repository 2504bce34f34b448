"""Turns sealed tails into segments and keeps the state, beside the work that goes on."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from chengan.city.sense.lake import segments, tail
from chengan.city.sense.models import Checkpoint, SealedTail, Segment
from chengan.city.sense.runner import holding
from chengan.city.sense.runner.memory import Memory


@dataclass(frozen=True)
class Sealed:
    """What was made: the segment of each sealed tail, and the epoch of the state that was kept."""

    tails: list[tuple[SealedTail, segments.Written | None]]
    epoch: int


class Sealer:
    """One job at a time, in a thread of its own; what it made counts once `finish` says so."""

    def __init__(self, lake: Path) -> None:
        """Prepare; nothing runs yet."""
        self.lake = lake
        self.pool = ThreadPoolExecutor(1, thread_name_prefix="sealer")
        self.work: Future[Sealed] | None = None

    @property
    def is_busy(self) -> bool:
        """Say whether a job has been begun and not been finished."""
        return self.work is not None

    @property
    def is_ready(self) -> bool:
        """Say whether the job's files are made."""
        return self.work is not None and self.work.done()

    def begin(self, waiting: list[SealedTail], memory: Memory, point: Checkpoint) -> None:
        """Make segments of the tails in `waiting`, and keep `memory`, which nobody changes."""
        self.work = self.pool.submit(self._make, waiting, memory, point.partition, point.epoch)

    def finish(self, point: Checkpoint) -> list[Path]:
        """Wait for the job and put its segments in the tails' place; give the tails that went.

        Raises
        ------
        Superseded
            If the partition is another worker's by now; then nothing has changed.
        """
        if self.work is None:
            return []
        made, old = self.work.result(), point.state_epoch
        self.work = None
        with transaction.atomic():
            holding.advance(point, state_epoch=made.epoch)
            for row, written in made.tails:
                if written:
                    self._segment(row, written).save()
            SealedTail.objects.filter(pk__in=[row.pk for row, _written in made.tails]).delete()
        gone = [self.lake / row.path for row, _written in made.tails]
        for file in [*gone, *self._states(point.partition, old, made.epoch)]:
            file.unlink(missing_ok=True)
        return gone

    def close(self) -> None:
        """Wait for the job; what it made and nobody finished is an orphan."""
        self.pool.shutdown(wait=True, cancel_futures=True)

    def _make(
        self, waiting: list[SealedTail], memory: Memory, partition: int, epoch: int
    ) -> Sealed:
        memory.save(self.lake, partition, epoch)
        return Sealed([(row, self._written(row, epoch)) for row in waiting], epoch)

    def _written(self, row: SealedTail, epoch: int) -> segments.Written | None:
        rows = tail.rows(self.lake / row.path, row.bytes)
        if not len(rows):
            return None
        name = holding.segment_name(row.partition, epoch)
        return segments.write(self.lake, name, rows)

    def _segment(self, row: SealedTail, written: segments.Written) -> Segment:
        return Segment(partition=row.partition, level=segments.LEVEL_TAIL, **vars(written))

    def _states(self, partition: int, old: int, new: int) -> list[Path]:
        if old == new:
            return []
        return [
            holding.state_file(self.lake, partition, old),
            holding.newest_file(self.lake, partition, old),
        ]
