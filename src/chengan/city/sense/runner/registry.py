"""What the runner knows of datastreams: which slot, which dimension, which limits."""

import logging
from dataclasses import dataclass

from django.db import connection

from chengan.city.sense.models import Datastream, StreamLimit
from chengan.city.sense.runner.asking import Groups, Together, partition_of
from chengan.city.sense.runner.columns import SECOND, columns_of
from chengan.city.sense.runner.sites import Site, sites_of
from chengan.city.sense.runner.stepping import StepAsked
from chengan.city.sense.runner.watching import Asked
from chengan.core.errors import CoreError
from chengan.core.stream.limits import Limits
from chengan.core.tables import units

log = logging.getLogger(__name__)
MEANINGS = 1_000_000
"""So many are remembered; a key may come in any spelling of its unit."""


@dataclass(frozen=True)
class Known:
    """A datastream: its slot in the arrays, the unit it sends, the dimension it must have."""

    slot: int
    unit: str
    dimension: str


@dataclass(frozen=True)
class Meaning:
    """What a figure of one key and unit means: its slot, and SI = figure · factor + offset."""

    slot: int
    unit: str
    factor: float
    offset: float


class Meaningless(Exception):
    """A key or unit that means nothing here: why, and in which field."""

    def __init__(self, reason: str, field: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.field, self.detail = reason, field, detail


class Registry:
    """Datastreams by (source key, key), and the limits of each slot."""

    def __init__(self, partition: int = 0) -> None:
        """Read everything from the database.

        Groups, and those that must be heard (`enrolled`), are the partition's own sources'.
        """
        self.version = version()  # first: what changes while the rest is read is news then
        self.partition, self.together = partition, Together()
        rows = Datastream.objects.filter(is_active=True).select_related(
            "source", "observed_property"
        )
        self.known: dict[tuple[str, str], Known] = {}
        self.enrolled: dict[int, int] = {}
        self.size = 1
        for row in rows:
            dimension = units.dimension(row.observed_property.shown_unit)
            self.known[row.source.key, row.key] = Known(row.pk, row.unit, dimension)
            self.size = max(self.size, row.pk + 1)
            if partition_of(row) == partition:
                self.enrolled[row.pk] = round(row.created_at.timestamp() * SECOND)
        self.rules: dict[int, str] = {}
        self.unusual: dict[int, Asked] = {}
        self.steps: dict[int, StepAsked] = {}
        self.limits = self._limits()
        self.groups: Groups = self.together.joint
        self.sites: dict[str, Site] = sites_of(self.together.gas)
        self.meanings: dict[tuple[str, str, str], Meaning] = {}
        self.keys: dict[int, str] = {}

    def key_of(self, slot: int) -> str:
        """The key by which a slot's source names it."""
        if not self.keys:
            self.keys = {known.slot: key for (_source, key), known in self.known.items()}
        return self.keys[slot]

    def meaning(self, source: str, key: str, unit: str) -> Meaning:
        """Say what readings of `key` in `unit` mean; an empty unit is the one it always sends.

        Raises
        ------
        Meaningless
            If there is no such datastream, or it can't be measured in this unit.
        """
        found = self.meanings.get((source, key, unit))
        if found is None:
            found = self._meaning(source, key, unit)
            if len(self.meanings) >= MEANINGS:
                self.meanings.clear()
            self.meanings[source, key, unit] = found
        return found

    def _meaning(self, source: str, key: str, unit: str) -> Meaning:
        known = self.known.get((source, key))
        if known is None:
            said = f"{key!r} is no datastream of source {source!r}"
            raise Meaningless("unknown_datastream", "datastream", said)
        named = unit or known.unit
        try:
            factor, offset = units.scale(named, dimension=known.dimension)
        except CoreError as error:
            raise Meaningless("wrong_unit", "unit", str(error)) from error
        return Meaning(known.slot, named, factor, offset)

    def _limits(self) -> Limits:
        limits = Limits.none(self.size)
        rows = StreamLimit.objects.filter(datastream__is_active=True).order_by("pk")
        found = list(rows.select_related("datastream__source"))
        refused = _put(limits, found)
        for row in found:
            if row.pk not in refused:
                self.rules[row.pk] = row.rule
                self._watched(row, row.datastream.expected_interval_s)
        return limits

    def _watched(self, row: StreamLimit, interval_s: float) -> None:
        """Note what a rule asks beyond limits: its own past, steps, those it moves with."""
        if row.anomaly_severity:
            self.unusual[row.pk] = Asked(row.anomaly_severity, row.anomaly_a_year, interval_s)
        if row.step_severity:
            self.steps[row.pk] = step_asked(row, interval_s)
        if partition_of(row.datastream) == self.partition:
            self.together.add(row)


def _put(limits: Limits, rows: list[StreamLimit]) -> set[int]:
    """Put into `limits` what the rows ask, the same of many at once; gives those refused."""
    alike: dict[str, list[StreamLimit]] = {}
    for row in rows:
        alike.setdefault(str(columns_of(row)), []).append(row)
    refused: set[int] = set()
    for same in alike.values():
        slots = [row.pk for row in same]
        try:
            limits.put(slots, **columns_of(same[0]))
        except CoreError as error:
            log.error("limits of datastreams %s are not in force: %s", slots, error)
            refused.update(slots)
    return refused


def step_asked(row: StreamLimit, interval_s: float) -> StepAsked:
    """What a row asks of steps; a window is never shorter than a reading's interval."""
    window_us = max(round(max(row.step_window_s, interval_s) * SECOND), 1)
    return StepAsked(row.step_severity, window_us, row.step_usual)


def version() -> tuple[int, int, int]:
    """A mark that changes whenever datastreams or limits do."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select coalesce(max(pgh_id), 0) from sense_datastreamevent),"
            " (select coalesce(max(version), 0) from sense_streamlimit),"
            " (select count(*) from sense_streamlimit)"
        )
        return tuple(cursor.fetchone())
