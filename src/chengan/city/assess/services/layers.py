"""Sums by cell kept for each day, so that the map of a million risks is a lookup."""

import contextlib
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from chengan.city.assess.models import CellCount, Layer
from chengan.city.assess.selectors import layers
from chengan.city.places import api as places

DAILY: Final = 62
"""Days of which every day's sums are kept; before that, the first of each month."""
AT_ONCE: Final = 50_000
"""Ratings up to which whoever asks for a past day waits for its sums: a second or two."""
TASK: Final = "assess.sum_day"
MEMORY: Final = "64MB"
"""What one step of summing may keep in memory; a million risks then need no file."""
KEEP: Final = """insert into assess_cellcount (day, scheme, key, area_path, {columns})
    select %s, %s, summed.* from ({sums}) summed"""


def rebuild(day: date, at: datetime) -> int:
    """Sum a day anew, with the whole city's finished layers; give how many rows there are.

    All is summed within the database. Whoever looks meanwhile sees the sums of before: everything
    changes in one transaction.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"set local work_mem = '{MEMORY}'")
        for name, query in (
            ("risk_of_day", layers.risks_of(day, at)),
            ("object_of_day", layers.OBJECTS),
        ):
            cursor.execute(
                f"create temporary table {name} on commit drop as {query}",
                {"end": layers.end_of(day)},
            )
            cursor.execute(f"analyze {name}")
        CellCount.objects.filter(day=day).delete()
        made = sum(_sum(cursor, day, scheme) for scheme in (*layers.CELLS, "grid"))
        cursor.execute("drop table risk_of_day, object_of_day")
        _finish(day, at)
    return made


def _sum(cursor: Any, day: date, scheme: str) -> int:
    query = layers.summing(scheme, "table risk_of_day", "table object_of_day")
    cursor.execute(KEEP.format(columns=", ".join(layers.SUMS), sums=query), [day, scheme])
    return int(cursor.rowcount)


def _finish(day: date, at: datetime) -> None:
    """Make the layers that whoever sees the whole city is served."""
    everything = places.Scope(everything=True)
    finished = [
        Layer(
            day=day,
            scheme=scheme,
            area_path=layers.EVERYTHING,
            body=layers.make(scheme, layers.summed(scheme, day, everything, at), day, at),
            built_at=at,
        )
        for scheme in layers.SCHEMES
    ]
    Layer.objects.filter(day=day).delete()
    Layer.objects.bulk_create(finished)


def ensure(day: date, at: datetime) -> bool:
    """Sum a past day of which there are no sums, from the changes of level up to its end.

    A small register is summed at once; for a large one the worker is asked, and False given until
    it has done it.
    """
    if CellCount.objects.filter(day=day).exists():
        return True
    if _estimate() < AT_ONCE:
        rebuild(day, at)
        return True
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(TASK, queue="imports", queueing_lock=f"sum-day-{day}").defer(
            day=day.isoformat()
        )
    return False


def _estimate() -> float:
    """Give about how many ratings there are; -1 while the database has not looked."""
    with connection.cursor() as cursor:
        cursor.execute("select reltuples from pg_class where oid = 'assess_rating'::regclass")
        return float(cursor.fetchone()[0])


def prune(today: date) -> int:
    """Let the sums of old days go, but for the first of each month; give how many days went."""
    old = CellCount.objects.filter(day__lt=today - timedelta(days=DAILY)).exclude(day__day=1)
    gone = list(old.values_list("day", flat=True).distinct())
    CellCount.objects.filter(day__in=gone).delete()
    Layer.objects.filter(day__in=gone).delete()
    return len(gone)
