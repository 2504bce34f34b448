"""One transaction a batch: counters, quarantine, facts and the checkpoint, or none of them."""

from collections import Counter
from datetime import UTC, date, datetime

import numpy as np
from django.db import connection, transaction

from chengan.city.hub import api as hub
from chengan.city.journal import api as journal
from chengan.city.sense.models import Checkpoint
from chengan.city.sense.runner.memory import Memory
from chengan.city.sense.runner.sorting import Rejected, Sorted

LARGEST_PAYLOAD_KEPT = 64 * 1024
SMALL_PAYLOAD = 4096
LATEST = """
insert into sense_latest (datastream_id, time, value, arrival, severity, faults)
select * from unnest(%s::bigint[], %s::bigint[], %s::float8[], %s::bigint[], %s::int2[], %s::int2[])
on conflict (datastream_id) do update set time = excluded.time, value = excluded.value,
    arrival = excluded.arrival, severity = excluded.severity, faults = excluded.faults
"""


def commit(
    checkpoint: Checkpoint,
    *,
    messages: list[hub.Message],
    sorted_batch: Sorted,
    outcome: dict[str, Counter[int]],
    facts: list[journal.Fact],
) -> None:
    """Write everything that a batch brought, together with how far we have come."""
    with transaction.atomic():
        _count(messages, sorted_batch, outcome)
        hub.quarantine(_quarantined(sorted_batch))
        if facts:
            journal.append(facts)
        checkpoint.save()


def _count(
    messages: list[hub.Message], sorted_batch: Sorted, outcome: dict[str, Counter[int]]
) -> None:
    sources = hub.sources_by_key()
    grouped: dict[tuple[str, str, date], list[int]] = {}
    for place, message in enumerate(messages):
        day = datetime.fromtimestamp(message.received_us / 1e6, UTC).date()
        grouped.setdefault((message.source, message.road, day), []).append(place)
    for (key, road, day), places in grouped.items():
        if key not in sources:
            continue
        sums = {name: sum(part[place] for place in places) for name, part in outcome.items()}
        received = sum(sorted_batch.received[place] for place in places)
        hub.count(
            hub.Tally(
                source_id=sources[key].pk,
                road=road,
                day=day,
                received=received,
                stored=sums["stored"],
                duplicate=sums["duplicate"],
                rejected=received - sums["stored"] - sums["duplicate"],
                late=sums["late"],
                last_received_at=_moment(max(messages[place].received_us for place in places)),
            )
        )


def _quarantined(sorted_batch: Sorted) -> list[hub.Quarantined]:
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
        for part in sorted_batch.rejected
    ]


def _payload(part: Rejected) -> bytes | None:
    """What was sent: always where nothing could be read, else where it is small and legible."""
    sent = part.message.payload
    if not any(part.readings):
        return sent[:LARGEST_PAYLOAD_KEPT]
    is_small = len(sent) <= SMALL_PAYLOAD and part.message.format not in {"mqtt-pack", "arrow"}
    return sent if is_small else None


def write_latest(memory: Memory) -> None:
    """Write the newest reading of every datastream that changed since the last call."""
    slots = np.array(sorted(memory.dirty), dtype=np.int64)
    slots = slots[np.isfinite(memory.newest_value[slots])] if len(slots) else slots
    memory.dirty.clear()
    if not len(slots):
        return
    worst, faults = memory.state.worst(), memory.state.faults()
    with connection.cursor() as cursor:
        cursor.execute(
            LATEST,
            [
                slots.tolist(),
                memory.newest[slots].tolist(),
                memory.newest_value[slots].tolist(),
                memory.newest_arrival[slots].tolist(),
                worst[slots].tolist(),
                faults[slots].tolist(),
            ],
        )


def _moment(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1e6, UTC)
