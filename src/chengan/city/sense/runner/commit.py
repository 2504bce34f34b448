"""One transaction a batch: counters, quarantine, facts and the checkpoint, or none of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
from django.db import connection, transaction

from chengan.city.hub import api as hub
from chengan.city.journal import api as journal
from chengan.city.sense.models import Checkpoint
from chengan.city.sense.runner.holding import advance
from chengan.city.sense.runner.memory import Memory
from chengan.city.sense.runner.sorting import Rejected, Sorted
from chengan.core.stream.state import StreamState

LARGEST_PAYLOAD_KEPT = 64 * 1024
SMALL_PAYLOAD = 4096
LATEST = """
insert into sense_latest (datastream_id, time, value, arrival, severity, faults)
select * from unnest(%s::bigint[], %s::bigint[], %s::float8[], %s::bigint[], %s::int2[], %s::int2[])
on conflict (datastream_id) do update set time = excluded.time, value = excluded.value,
    arrival = excluded.arrival, severity = excluded.severity, faults = excluded.faults
where excluded.time >= sense_latest.time
"""
# An older one may come when a worker that was superseded writes once more.


@dataclass(frozen=True)
class Outcome:
    """How many readings of each message were stored, came twice, came late; shape (messages,)."""

    stored: np.ndarray
    duplicate: np.ndarray
    late: np.ndarray


def commit(
    point: Checkpoint,
    *,
    batch: Sorted,
    outcome: Outcome,
    facts: list[journal.Fact],
    fields: dict[str, int],
) -> None:
    """Write everything that a batch brought, together with how far we have come (`fields`).

    Raises
    ------
    Superseded
        If the partition is another worker's by now; then nothing is written.
    """
    with transaction.atomic():
        advance(point, **fields)
        _count(batch, outcome)
        if batch.rejected:
            hub.quarantine(_quarantined(batch))
        if facts:
            journal.append(facts)


def _count(batch: Sorted, outcome: Outcome) -> None:
    grouped: dict[tuple[str, str, date], list[int]] = {}
    for place, message in enumerate(batch.messages):
        day = hub.day_of(_moment(message.received_us))
        grouped.setdefault((message.source, message.road, day), []).append(place)
    hub.count([_tally(key, places, batch, outcome) for key, places in grouped.items()])


def _tally(
    key: tuple[str, str, date], places: list[int], batch: Sorted, outcome: Outcome
) -> hub.Tally:
    source, road, day = key
    received = sum(batch.received[place] for place in places)
    stored = int(outcome.stored[places].sum())
    duplicate = int(outcome.duplicate[places].sum())
    return hub.Tally(
        source=source,
        road=road,
        day=day,
        received=received,
        stored=stored,
        duplicate=duplicate,
        rejected=received - stored - duplicate,
        late=int(outcome.late[places].sum()),
        last_received_at=_moment(max(batch.messages[place].received_us for place in places)),
    )


def _quarantined(batch: Sorted) -> list[hub.Quarantined]:
    sources = hub.sources_by_key()
    return [
        hub.Quarantined(
            source=sources.get(part.message.source),
            road=part.message.road,
            reason=part.reason,
            field=part.field,
            detail=part.detail,
            count=part.count,
            readings=[reading for reading in part.readings if reading] or None,
            payload=_payload(part),
            payload_format=part.message.format[:12],
            received_at=_moment(part.message.received_us),
        )
        for part in batch.rejected
    ]


def _payload(part: Rejected) -> bytes | None:
    """What was sent: always where nothing could be read, else where it is small and legible."""
    sent = part.message.payload
    if not any(part.readings):
        return sent[:LARGEST_PAYLOAD_KEPT]
    is_small = len(sent) <= SMALL_PAYLOAD and part.message.format not in {"mqtt-pack", "arrow"}
    return sent if is_small else None


def latest_columns(memory: Memory) -> list[list[float]]:
    """The newest reading of every datastream that changed since the last call, by column."""
    slots = np.flatnonzero(memory.dirty & np.isfinite(memory.newest_value))
    memory.dirty[:] = False
    standing = StreamState(memory.state.table[slots])
    return [
        slots.tolist(),
        memory.newest[slots].tolist(),
        memory.newest_value[slots].tolist(),
        memory.newest_arrival[slots].tolist(),
        standing.worst().tolist(),
        standing.faults().tolist(),
    ]


def write_latest(columns: list[list[float]]) -> None:
    """Write what `latest_columns` gave."""
    if columns[0]:
        with connection.cursor() as cursor:
            cursor.execute(LATEST, columns)


def _moment(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1e6, UTC)
