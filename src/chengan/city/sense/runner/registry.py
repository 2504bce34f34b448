"""What the runner knows of datastreams: which slot, which dimension, which limits."""

import logging
from dataclasses import dataclass
from functools import cache

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Q, QuerySet

from chengan.city.sense.models import Datastream, StreamLimit
from chengan.city.sense.runner.asking import Groups, Together, partition_of, partition_of_source
from chengan.city.sense.runner.columns import SECOND, columns_of
from chengan.city.sense.runner.sites import Site, sites_of
from chengan.city.sense.runner.stepping import StepAsked
from chengan.city.sense.runner.watching import Asked
from chengan.core.errors import CoreError
from chengan.core.stream.limits import Limits
from chengan.core.tables import units

log = logging.getLogger(__name__)
STREAM = "datastream__"
OF_STREAM = [
    f"{STREAM}{name}" for name in ("plausible_low", "plausible_high", "expected_interval_s")
]
ASKED = [
    "high", "low", "hysteresis", "hold_s", "clear_hold_s", "rate", "rate_severity", "stuck_s",
    "stuck_epsilon", "silent_s",
]  # fmt: skip
"""What `columns_of` reads, of the limits and of their datastream."""
MORE = (
    Q(anomaly_severity__gt=0)
    | Q(step_severity__gt=0)
    | Q(joint_severity__gt=0)
    | Q(release_severity__gt=0)
)
"""Asked for more than limits."""
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
        self.known: dict[tuple[str, str], Known] = {}
        self.enrolled: dict[int, int] = {}
        self.size = 1
        self._enrol()
        self.rules: dict[int, str] = {}
        self.unusual: dict[int, Asked] = {}
        self.steps: dict[int, StepAsked] = {}
        self.limits = self._limits()
        self.groups: Groups = self.together.joint
        self.sites: dict[str, Site] = sites_of(self.together.gas)
        self.meanings: dict[tuple[str, str, str], Meaning] = {}
        self.keys: dict[int, str] = {}

    def _enrol(self) -> None:
        """Note every datastream; as columns, for a city has a hundred thousand."""
        dimension, partition = cache(units.dimension), cache(partition_of_source)
        for slot, source, key, unit, shown, created_at in Datastream.objects.filter(
            is_active=True
        ).values_list(
            "pk", "source__key", "key", "unit", "observed_property__shown_unit", "created_at"
        ):
            self.known[source, key] = Known(slot, unit, dimension(shown))
            self.size = max(self.size, slot + 1)
            if partition(source) == self.partition:
                self.enrolled[slot] = round(created_at.timestamp() * SECOND)

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
        refused = _put(limits, rows)
        self.rules = dict(rows.exclude(pk__in=refused).values_list("pk", "rule"))
        asking = rows.filter(MORE).exclude(pk__in=refused).select_related("datastream__source")
        for row in asking:
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


def _put(limits: Limits, rows: QuerySet[StreamLimit]) -> set[int]:
    """Put into `limits` what the rows ask, the same of many at once; gives those refused."""
    refused: set[int] = set()
    alike = rows.order_by().values(*ASKED, *OF_STREAM).annotate(slots=ArrayAgg("pk"))
    for found in alike:
        slots, of_stream = found.pop("slots"), {name: found.pop(name) for name in OF_STREAM}
        stream = Datastream(**{name.removeprefix(STREAM): of_stream[name] for name in OF_STREAM})
        try:
            limits.put(slots, **columns_of(StreamLimit(datastream=stream, **found)))
        except CoreError as error:
            log.error("limits of datastreams %s are not in force: %s", sorted(slots), error)
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
