"""Reads of the hub: sources, their counters, the quarantine."""

from django.db.models import QuerySet

from chengan.city.hub.models import Credential, Quarantined, Road, Source
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
    return [
        (each.username, each.secret_hash, each.source.key)
        for each in found.order_by("id").select_related("source")
        if each.source.opens(Road.MQTT.value)
    ]
