"""Writes of the hub: counters, quarantine, credentials."""

import secrets
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any

import bcrypt
from django.conf import settings
from django.db import connection, transaction

from chengan.city.hub.days import day_of
from chengan.city.hub.models import Credential, Quarantined, Reason, Source
from chengan.city.places import api as places

BCRYPT_ROUNDS = (
    4  # secrets are 32 random characters: no word to guess, and devices come by thousands
)
CHANNEL = "hub_credentials"
HEAD = 4096  # bytes kept of what is too large

COUNT = """
insert into hub_counter
    (source_id, road, day, received, stored, duplicate, rejected, late, last_received_at)
select source.id, road, day, received, stored, duplicate, rejected, late, last_received_at
from unnest(%s::text[], %s::text[], %s::date[], %s::bigint[], %s::bigint[], %s::bigint[],
        %s::bigint[], %s::bigint[], %s::timestamptz[])
    as told (key, road, day, received, stored, duplicate, rejected, late, last_received_at)
join hub_source as source on source.key = told.key
order by source.id, road, day
on conflict (source_id, road, day) do update set
    received = hub_counter.received + excluded.received,
    stored = hub_counter.stored + excluded.stored,
    duplicate = hub_counter.duplicate + excluded.duplicate,
    rejected = hub_counter.rejected + excluded.rejected,
    late = hub_counter.late + excluded.late,
    last_received_at = greatest(hub_counter.last_received_at, excluded.last_received_at)
"""


@dataclass(frozen=True)
class Tally:
    """What came of one source by one road on one day; the database checks that it reconciles.

    `source` is its key.
    """

    source: str
    road: str
    day: date
    received: int
    stored: int
    duplicate: int
    rejected: int
    late: int
    last_received_at: datetime


def count(tallies: Sequence[Tally]) -> None:
    """Add to the counters of sources; no source, road and day twice."""
    if not tallies:
        return
    columns = [list(column) for column in zip(*map(astuple, tallies), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(COUNT, columns)


def quarantine(items: Sequence[Quarantined]) -> None:
    """Keep what could not be stored where a person can see it; a NUL is shown as ␀."""
    for item in items:
        item.detail, item.readings = _storable(item.detail), _storable(item.readings)
    Quarantined.objects.bulk_create(items, batch_size=500)


def _storable(part: Any) -> Any:
    """Give text, or JSON, as PostgreSQL takes it: it has no NUL."""
    if isinstance(part, str):
        return part.replace("\0", "␀")
    if isinstance(part, list):
        return [_storable(each) for each in part]
    if isinstance(part, dict):
        return {_storable(name): _storable(each) for name, each in part.items()}
    return part


def set_aside_large(*, source_key: str, road: str, head: bytes, size: int, at: datetime) -> None:
    """Keep the head of what is too large, and count it as one rejected reading of its source."""
    set_aside(
        source_key=source_key,
        road=road,
        reason=Reason.TOO_LARGE,
        detail=f"{source_key}: {size} bytes; at most {settings.MAX_BODY_BYTES}",
        head=head,
        at=at,
    )


def set_aside(
    *, source_key: str, road: str, reason: str, detail: str, head: bytes, at: datetime
) -> None:
    """Keep the head of what never reaches the log; count it as one rejected reading."""
    source = Source.objects.filter(key=source_key).first()
    kept = Quarantined(
        source=source,
        road=road,
        reason=reason,
        detail=detail,
        payload=head[:HEAD],
        received_at=at,
    )
    with transaction.atomic():
        quarantine([kept])
        if source:
            count([Tally(source.key, road, day_of(at), 1, 0, 0, 1, 0, at)])


def issue(*, source: Source, kind: str, at: datetime) -> tuple[Credential, str]:
    """Make a credential for `source`; give it with its secret, which is shown this once only."""
    secret = secrets.token_urlsafe(24)
    made = Credential.objects.create(
        source=source,
        kind=kind,
        username=f"{source.key}-{secrets.token_hex(4)}",
        secret_hash=bcrypt.hashpw(secret.encode(), bcrypt.gensalt(BCRYPT_ROUNDS)).decode(),
        created_at=at,
    )
    tell()
    return made, secret


def keep_source(source: Source, *, seen: str = "") -> Source:
    """Write a new source, or a changed one unless it changed since it was `seen`.

    Raises
    ------
    places.PlacesError
        If somebody else changed it meanwhile.
    """
    with transaction.atomic():
        if source.pk:
            places.check_unchanged(Source.objects.select_for_update(), source.pk, seen)
        source.save()
        tell()
    return source


def tell() -> None:
    """Wake the bridge once this transaction is committed: it opens and shuts the MQTT door."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, '')", [CHANNEL])


def revoke(*, credential: Credential, at: datetime) -> None:
    """Close a credential; a closed one stays closed since the first time."""
    Credential.objects.filter(id=credential.id, revoked_at=None).update(revoked_at=at)
    tell()


def load_sample(sample: Any, at: datetime) -> None:
    """Register the sample city's sources."""
    Source.objects.bulk_create(
        Source(
            key=item.key,
            name_zh=item.name_zh,
            name_en=item.name_en,
            owner=places.organisation_by_code(item.owner),
            expected_per_hour=item.expected_per_hour,
            licence=item.licence,
            note=item.note,
            is_simulated=item.is_simulated,
            is_sample=True,
        )
        for item in sample.sources
    )
