"""Reads of the hub: sources, their counters, the quarantine."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, QuerySet, Sum

from chengan.city.hub.models import Counter, Credential, Quarantined, Source
from chengan.city.places import api as places


def visible_sources(user: places.Somebody) -> QuerySet[Source]:
    """Sources of the organisations that `user` may see."""
    reach = places.scope(user, places.Permission.VIEW_SENSE)
    return Source.objects.filter(reach.paths_q("owner__path")).select_related("owner")


def visible_quarantine(user: places.Somebody) -> QuerySet[Quarantined]:
    """Quarantined data of the sources whose data `user` may handle, newest first."""
    reach = places.scope(user, places.Permission.HANDLE_QUARANTINE)
    found = Quarantined.objects.filter(reach.paths_q("source__owner__path"))
    return found.select_related("source").order_by("-id")


def sources_by_key() -> dict[str, Source]:
    """Every active source."""
    return {source.key: source for source in Source.objects.filter(is_active=True)}


def secret_hashes(source: Source, kind: str) -> list[str]:
    """Hashes of the credentials of `kind` that open `source` now."""
    found = Credential.objects.filter(source=source, kind=kind, revoked_at=None)
    return list(found.values_list("secret_hash", flat=True))


def device_accounts() -> list[tuple[str, str, str]]:
    """User name, hash and source key of every credential that opens the MQTT door now."""
    found = Credential.objects.filter(
        kind=Credential.Kind.MQTT, revoked_at=None, source__is_active=True
    )
    return list(found.order_by("id").values_list("username", "secret_hash", "source__key"))


@dataclass(frozen=True)
class Health:
    """Whether a source's data moved on one day; `received` reconciles with the other three."""

    source: Source
    received: int
    stored: int
    duplicate: int
    rejected: int
    late: int
    last_received_at: datetime | None

    @property
    def reconciles(self) -> bool:
        """Received is what was stored, doubled or rejected."""
        return self.received == self.stored + self.duplicate + self.rejected


def health(sources: QuerySet[Source], day: date) -> list[Health]:
    """Each source's counters of `day`, all roads together."""
    names = ("received", "stored", "duplicate", "rejected", "late")
    rows = (
        Counter.objects.filter(source__in=sources, day=day)
        .values("source_id")
        .annotate(**{f"sum_{name}": Sum(name) for name in names}, last=Max("last_received_at"))
    )
    by_source: dict[int, dict[str, Any]] = {row["source_id"]: dict(row) for row in rows}
    found = []
    for source in sources:
        row: dict[str, Any] = by_source.get(source.id, {})
        sums: dict[str, Any] = {name: row.get(f"sum_{name}") or 0 for name in names}
        found.append(Health(source, last_received_at=row.get("last"), **sums))
    return found
