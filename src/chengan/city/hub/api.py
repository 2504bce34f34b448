"""The hub's front door."""

from chengan.city.hub.bridge import run_bridge
from chengan.city.hub.days import day_of
from chengan.city.hub.decoding import Bad, Decoded, decode
from chengan.city.hub.door import Door, shared
from chengan.city.hub.errors import AlreadyHandled, HubError, LogUnreachable, NothingToReplay
from chengan.city.hub.health import Health, HealthCounts, Verdict, health, health_counts
from chengan.city.hub.log import (
    STREAM,
    Message,
    connect,
    ensure_stream,
    opened,
    partition_of,
    publish,
)
from chengan.city.hub.models import Counter, Quarantined, Reason, Road, Source
from chengan.city.hub.reader import Reader, Taken
from chengan.city.hub.selectors import (
    sources_by_key,
    visible_quarantine,
    visible_sources,
)
from chengan.city.hub.services import (
    Tally,
    count,
    issue,
    load_sample,
    quarantine,
    revoke,
)

__all__ = [
    "STREAM",
    "AlreadyHandled",
    "Bad",
    "Counter",
    "Decoded",
    "Door",
    "Health",
    "HealthCounts",
    "HubError",
    "LogUnreachable",
    "Message",
    "NothingToReplay",
    "Quarantined",
    "Reader",
    "Reason",
    "Road",
    "Source",
    "Taken",
    "Tally",
    "Verdict",
    "connect",
    "count",
    "day_of",
    "decode",
    "ensure_stream",
    "health",
    "health_counts",
    "issue",
    "load_sample",
    "opened",
    "partition_of",
    "publish",
    "quarantine",
    "revoke",
    "run_bridge",
    "shared",
    "sources_by_key",
    "visible_quarantine",
    "visible_sources",
]
