"""What a CAP message says, as plain values; times are aware datetimes, rings are (lon, lat)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

Ring = list[tuple[float, float]]
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for a time that a sender left out."""
NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"


@dataclass(frozen=True)
class Reference:
    """An earlier message that this one updates or cancels."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True)
class Area:
    """Where: words, rings, `circles` as CAP writes them (lat,lon radius in km), codes."""

    description: str
    rings: list[Ring] = field(default_factory=list)
    circles: list[str] = field(default_factory=list)
    geocodes: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Info:
    """The message in one language."""

    language: str
    categories: list[str]
    event: str
    urgency: str
    severity: str
    certainty: str
    responses: list[str] = field(default_factory=list)
    event_codes: list[tuple[str, str]] = field(default_factory=list)
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: list[tuple[str, str]] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)


@dataclass(frozen=True)
class Message:
    """One CAP message; `level` is the colour of a national message, else None."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    msg_type: str
    scope: str
    source: str = ""
    restriction: str = ""
    note: str = ""
    references: list[Reference] = field(default_factory=list)
    infos: list[Info] = field(default_factory=list)
    level: int | None = None
