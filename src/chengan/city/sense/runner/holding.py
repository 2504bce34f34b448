"""Whose a partition is: the worker's who last raised its epoch, and nobody else's.

Taking over is one transaction: the tail of the worker before is sealed at what it committed, and
the epoch goes up. Whatever that worker still does is conditional on the epoch it had, so a worker
that was only slow can commit nothing, and what it still writes into its own tail never happened.
"""

import secrets
from pathlib import Path

from django.db import connection, transaction

from chengan.city.sense.models import Checkpoint, SealedTail, Segment


class Superseded(Exception):
    """Another worker has taken the partition over: drop everything."""


class PartitionsChanged(Exception):
    """The city was begun with another number of partitions."""


def agree(partitions: int) -> None:
    """Write down how many partitions the city has, at its first start; later it must be the same.

    Raises
    ------
    PartitionsChanged
        A datastream's state and order live in its partition, so the number can't just change.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("lock table sense_checkpoint in share row exclusive mode")
        known = Checkpoint.objects.count()
        if known == 0:
            Checkpoint.objects.bulk_create(Checkpoint(partition=n) for n in range(partitions))
        elif known != partitions:
            raise PartitionsChanged(
                f"CHENGAN_PARTITIONS 是 {partitions}，而这座城市以 {known} 个分区建立：请改回 · "
                f"CHENGAN_PARTITIONS is {partitions}, but this city was begun with {known}: "
                "set it back"
            )


def committed(partition: int) -> int:
    """How far the partition has come in the log."""
    found = Checkpoint.objects.filter(partition=partition).values_list("log_seq", flat=True)
    return found.first() or 0


def tail_name(partition: int, epoch: int) -> str:
    """Give a new tail's name within the lake; no two tails share one, whoever makes them."""
    return f"tail/{partition}-{epoch}-{secrets.token_hex(4)}.tail"


def segment_name(partition: int, epoch: int) -> str:
    """Give a new segment's name within the lake, made by the holder of `epoch`."""
    return f"segments/{partition}-{epoch}-{secrets.token_hex(4)}.parquet"


def claim(partition: int, tail_file: str, epoch: int) -> Checkpoint:
    """Take the partition over from epoch `epoch`, with a new, empty tail.

    Raises
    ------
    Superseded
        If somebody else did first.
    """
    with transaction.atomic():
        point = Checkpoint.objects.select_for_update().get(partition=partition)
        if point.epoch != epoch:
            raise Superseded(f"partition {partition} is at epoch {point.epoch}, not {epoch}")
        seal(point, tail_file)
    return point


def seal(point: Checkpoint, tail_file: str) -> None:
    """Within a transaction: go on with a new tail and the next epoch; the old tail is sealed.

    Raises
    ------
    Superseded
    """
    old = SealedTail(
        partition=point.partition, epoch=point.epoch, path=point.tail_file, bytes=point.tail_offset
    )
    advance(point, epoch=point.epoch + 1, tail_file=tail_file, tail_offset=0)
    if old.bytes:
        old.save()


def advance(point: Checkpoint, **fields: int | str) -> None:
    """Change fields of the checkpoint, here and in the database, if the partition is still ours.

    Raises
    ------
    Superseded
    """
    mine = Checkpoint.objects.filter(partition=point.partition, epoch=point.epoch)
    if not mine.update(**fields):
        raise Superseded(f"partition {point.partition} went on without epoch {point.epoch}")
    for name, value in fields.items():
        setattr(point, name, value)


def clear_orphans(lake: Path, point: Checkpoint) -> list[str]:
    """Remove this partition's files of earlier epochs that no row names; give their names.

    Those of this epoch and later ones are left alone: a successor may be making them.
    """
    number = point.partition
    found = [*lake.glob(f"tail/{number}-*"), *lake.glob(f"segments/{number}-*")]
    named = set(Segment.objects.filter(partition=number).values_list("path", flat=True))
    named |= set(SealedTail.objects.filter(partition=number).values_list("path", flat=True))
    named |= {str(state_file(Path(), number, point.state_epoch))}
    named |= {str(newest_file(Path(), number, point.state_epoch))}
    gone = [
        file
        for file in found
        if str(file.relative_to(lake)) not in named and _epoch(file) < point.epoch
    ]
    for file in gone:
        file.unlink(missing_ok=True)
    return [str(file.relative_to(lake)) for file in gone]


def _epoch(file: Path) -> int:
    """Epoch in the name of a file `<partition>-<epoch>…`."""
    digits = file.name.split("-")[1].split(".")[0]
    return int(digits) if digits.isdigit() else 0


def state_file(lake: Path, partition: int, epoch: int) -> Path:
    """Where the state at the beginning of an epoch is kept."""
    return lake / "tail" / f"{partition}-{epoch}.state.npz"


def newest_file(lake: Path, partition: int, epoch: int) -> Path:
    """Where the newest readings at the beginning of an epoch are kept."""
    return state_file(lake, partition, epoch).with_suffix(".newest.npz")
