"""Hourly compaction: the many small segments of a past hour become few, sorted by datastream.

The new files are durable before the rows of the lake change, all of them in one transaction, and
the old files go last: a crash at any place leaves either the old segments or the new ones in force.
Readers that meet a file gone begin again (see `history`).
"""

import logging
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
from django.db import DatabaseError, transaction

from chengan.city.sense.lake import segments
from chengan.city.sense.models import Segment

log = logging.getLogger(__name__)
HOUR_US: Final = 3_600_000_000
GRACE_US: Final = 600_000_000
"""How long after its end an hour waits for late readings."""
FEW: Final = 12
"""So many new segments of an hour that has its file already are left alone."""
MEMORY: Final = "1GB"
BATCH_ROWS: Final = 1 << 20
SORTED = """
select datastream, "time", value, given, unit, arrival, late from (
    from nothing union all by name from read_parquet(?, union_by_name = true)
) order by datastream, "time"
"""

Hook = Callable[[str], None]


def nothing(_place: str) -> None:
    """Let the work go on (tests stop it here)."""


def compact(lake: Path, now_us: int, hook: Hook = nothing) -> int:
    """Merge what waits of past hours; give how many segments were taken up into others.

    An hour that can't be merged (a file is missing or damaged) is told in the log, and waits; the
    others go on.
    """
    sweep(lake)
    return sum(_tried(lake, group, hook) for group in due(now_us))


def _tried(lake: Path, group: list[Segment], hook: Hook) -> int:
    try:
        return _merge(lake, group, hook)
    except (duckdb.Error, pa.ArrowException, DatabaseError, OSError, RuntimeError) as error:
        hour, partition = group[0].time_max // HOUR_US, group[0].partition
        log.exception("hour %s of partition %s can't be merged: %s", hour, partition, error)
        return 0


def sweep(lake: Path) -> list[str]:
    """Remove hour files that no row names; only this job writes there."""
    kept = set(Segment.objects.filter(level=segments.LEVEL_HOUR).values_list("path", flat=True))
    gone = [each for each in lake.glob("hours/*") if str(each.relative_to(lake)) not in kept]
    for file in gone:
        file.unlink()
    return [each.name for each in gone]


def due(now_us: int) -> Iterator[list[Segment]]:
    """Give the segments of each past hour and partition that are worth merging."""
    over = (now_us - GRACE_US) // HOUR_US * HOUR_US
    rows = Segment.objects.filter(time_max__lt=over).order_by("partition", "time_max")
    for _hour, group in groupby(rows, key=lambda row: (row.partition, row.time_max // HOUR_US)):
        found = list(group)
        small = sum(row.level == segments.LEVEL_TAIL for row in found)
        has_hour = small < len(found)
        if small > (FEW if has_hour else 1):
            yield found


def _merge(lake: Path, old: list[Segment], hook: Hook) -> int:
    partition, hour = old[0].partition, old[0].time_max // HOUR_US
    stem = f"hours/{partition}-{hour}-{max(row.pk for row in old)}"
    made = segments.write_hour(lake, stem, _sorted(lake, old))
    rows, asked = sum(each.rows for each in made), sum(row.rows for row in old)
    if rows != asked:
        for each in made:
            (lake / each.path).unlink()
        raise RuntimeError(f"{stem}: {rows} readings of {asked}")
    hook("written")
    with transaction.atomic():
        gone, _ = Segment.objects.filter(pk__in=[row.pk for row in old]).delete()
        if gone != len(old):
            raise RuntimeError(f"{stem}: {len(old) - gone} of its segments went meanwhile")
        Segment.objects.bulk_create(
            Segment(partition=partition, level=segments.LEVEL_HOUR, **vars(each)) for each in made
        )
    hook("committed")
    for row in old:
        (lake / row.path).unlink(missing_ok=True)
    return len(old)


def _sorted(lake: Path, old: list[Segment]) -> Iterator[pa.Table]:
    """Readings of all segments in order, a batch at a time; sorting spills to disk."""
    spill = lake / "spill"
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(spill)}) as question:
        question.execute("set TimeZone = 'UTC'")
        question.register("nothing", segments.SCHEMA.empty_table())
        paths = [str(lake / row.path) for row in old]
        for batch in question.sql(SORTED, params=[paths]).to_arrow_reader(BATCH_ROWS):
            yield pa.Table.from_batches([batch]).cast(segments.SCHEMA)
