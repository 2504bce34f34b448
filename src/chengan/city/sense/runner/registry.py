"""What the runner knows of datastreams: which slot, which dimension, which limits."""

import logging
from dataclasses import dataclass

import numpy as np
from django.db import connection

from chengan.city.sense.models import Datastream, StreamLimit
from chengan.core.errors import CoreError
from chengan.core.stream.limits import Limits
from chengan.core.tables import units

log = logging.getLogger(__name__)
SECOND = 1_000_000


@dataclass(frozen=True)
class Known:
    """A datastream: its slot in the arrays, the unit it sends, the dimension it must have."""

    slot: int
    unit: str
    dimension: str


class Registry:
    """Datastreams by (source key, key), and the limits of each slot."""

    def __init__(self) -> None:
        """Read everything from the database."""
        rows = Datastream.objects.filter(is_active=True).select_related(
            "source", "observed_property"
        )
        self.known: dict[tuple[str, str], Known] = {}
        self.enrolled: dict[int, int] = {}
        for row in rows:
            dimension = units.dimension(row.observed_property.shown_unit)
            self.known[row.source.key, row.key] = Known(row.pk, row.unit, dimension)
            self.enrolled[row.pk] = round(row.created_at.timestamp() * SECOND)
        self.size = max(self.enrolled, default=0) + 1
        self.rules: dict[int, str] = {}
        self.limits = self._limits()
        self.version = version()

    def _limits(self) -> Limits:
        limits = Limits.none(self.size)
        for row in StreamLimit.objects.filter(datastream__is_active=True).select_related(
            "datastream"
        ):
            try:
                limits.put(row.pk, **_columns(row))
            except CoreError as error:
                log.error("limits of datastream %s are not in force: %s", row.pk, error)
                continue
            self.rules[row.pk] = row.rule
        return limits


def _columns(row: StreamLimit) -> dict[str, object]:
    nan = np.nan
    stream = row.datastream
    return {
        "plausible_low": nan if stream.plausible_low is None else stream.plausible_low,
        "plausible_high": nan if stream.plausible_high is None else stream.plausible_high,
        "high": [nan if part is None else part for part in row.high or [None] * 5],
        "low": [nan if part is None else part for part in row.low or [None] * 5],
        "hysteresis": row.hysteresis,
        "hold_us": round(row.hold_s * SECOND),
        "clear_hold_us": round(row.clear_hold_s * SECOND),
        "rate_limit": nan if row.rate is None else row.rate,
        "rate_severity": row.rate_severity,
        "stuck_us": round(row.stuck_s * SECOND),
        "stuck_epsilon": row.stuck_epsilon,
        "expected_interval_us": round(stream.expected_interval_s * SECOND),
        "silent_after_us": round(row.silent_s * SECOND),
    }


def version() -> tuple[int, int, int]:
    """A mark that changes whenever datastreams or limits do."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select coalesce(max(pgh_id), 0) from sense_datastreamevent),"
            " (select coalesce(max(version), 0) from sense_streamlimit),"
            " (select count(*) from sense_streamlimit)"
        )
        return tuple(cursor.fetchone())
