"""What the runner knows of datastreams: which slot, which dimension, which limits."""

import logging
from dataclasses import dataclass

from django.db import connection

from chengan.city.sense.models import Datastream, StreamLimit
from chengan.city.sense.runner.columns import SECOND, columns_of
from chengan.core.errors import CoreError
from chengan.core.stream.limits import Limits
from chengan.core.tables import units

log = logging.getLogger(__name__)


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
                limits.put(row.pk, **columns_of(row))
            except CoreError as error:
                log.error("limits of datastream %s are not in force: %s", row.pk, error)
                continue
            self.rules[row.pk] = row.rule
        return limits


def version() -> tuple[int, int, int]:
    """A mark that changes whenever datastreams or limits do."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select coalesce(max(pgh_id), 0) from sense_datastreamevent),"
            " (select coalesce(max(version), 0) from sense_streamlimit),"
            " (select count(*) from sense_streamlimit)"
        )
        return tuple(cursor.fetchone())
