"""What becomes of quarantined data: corrected and sent again, discarded with a reason, reopened."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from chengan.city.hub import door
from chengan.city.hub.errors import (
    AlreadyHandled,
    HubError,
    LogUnreachable,
    NothingToReplay,
    ReasonMissing,
)
from chengan.city.hub.log import Message
from chengan.city.hub.models import Quarantined, Road

MOST_AT_ONCE = 500
ACTS = ("replay", "discard", "reopen")
Reading = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """Values that replace those sent; empty ones replace nothing.

    Parameters
    ----------
    values : of `datastream`, `time`, `value`, `unit`
    was : only readings of this datastream key are changed; "" means all
    rows : values for single readings, by their place in the item
    """

    values: Reading = field(default_factory=dict)
    was: str = ""
    rows: dict[int, Reading] = field(default_factory=dict)

    def of(self, readings: Sequence[Reading]) -> list[Reading]:
        """Give the readings as changed."""
        made = []
        for place, reading in enumerate(readings):
            mine = reading
            if self.was in {"", reading.get("datastream")}:
                mine = mine | _given(self.values)
            made.append(mine | _given(self.rows.get(place, {})))
        return made


def _given(values: Reading) -> Reading:
    return {name: value for name, value in values.items() if value not in {"", None}}


def corrected(item: Quarantined, *, change: Change, received_us: int) -> Message:
    """Give the item's readings as changed, ready for the log.

    Raises
    ------
    NothingToReplay
        If the item holds raw bytes and no readings.
    """
    if not item.readings or item.source is None:
        raise NothingToReplay("这条数据没有可改正的读数 · this item holds no readings to correct")
    payload = msgspec.json.encode([_as_senml(each) for each in change.of(item.readings)])
    return Message(
        source=item.source.key,
        road=Road.QUARANTINE,
        format="senml",
        payload=payload,
        received_us=received_us,
        replay_of=item.pk,
        name=f"quarantine-{item.pk}-{hashlib.sha256(payload).hexdigest()[:16]}",
    )


def _as_senml(reading: Reading) -> Reading:
    record = {"n": reading.get("datastream") or "", "v": reading.get("value")}
    if reading.get("unit"):
        record["u"] = reading["unit"]
    if reading.get("time") is not None:
        record["t"] = reading["time"]
    return record


def _mark(item: Quarantined, *, status: str, by: str, at: datetime, why: str = "") -> None:
    changed = Quarantined.objects.filter(pk=item.pk, status=Quarantined.Status.OPEN).update(
        status=status, handled_by=by, handled_at=at, handled_why=why
    )
    if not changed:
        raise AlreadyHandled(f"待处理数据 {item.pk} 已被处理 · item {item.pk} was handled already")


def discard(*, item: Quarantined, why: str, by: str, at: datetime) -> None:
    """Close an item for good reason; `reopen` undoes it.

    Raises
    ------
    AlreadyHandled, ReasonMissing
    """
    if not why.strip():
        raise ReasonMissing("请写明原因 · say why")
    _mark(item, status=Quarantined.Status.DISCARDED, by=by, at=at, why=why.strip()[:200])


def replay(*, item: Quarantined, change: Change, by: str, at: datetime) -> int:
    """Send the item's readings, corrected, by the road `quarantine`; give the log's sequence.

    Raises
    ------
    AlreadyHandled, NothingToReplay
    LogUnreachable
        If the log does not acknowledge; the item then stays open.
    """
    message = corrected(item, change=change, received_us=round(at.timestamp() * 1e6))
    with transaction.atomic():
        _mark(item, status=Quarantined.Status.REPLAYED, by=by, at=at)
        return door.shared().send(message)


def reopen(*, item: Quarantined, by: str, at: datetime) -> None:
    """Put a handled item back; what was sent stays sent, and a second copy counts as duplicate.

    Raises
    ------
    AlreadyHandled
        If it is open.
    """
    handled = Quarantined.objects.exclude(status=Quarantined.Status.OPEN)
    changed = handled.filter(pk=item.pk).update(
        status=Quarantined.Status.OPEN, handled_by=by, handled_at=at, handled_why=""
    )
    if not changed:
        raise AlreadyHandled(f"待处理数据 {item.pk} 尚未处理 · item {item.pk} is open")


@dataclass(frozen=True)
class Outcome:
    """What came of many items: how many were done, and the first words of what was not."""

    done: int
    failed: int
    why: str = ""


def settle_many(
    items: Sequence[Quarantined],
    *,
    act: str,
    by: str,
    at: datetime,
    change: Change | None = None,
    why: str = "",
) -> Outcome:
    """Replay, discard or reopen (`act`) many items, each by itself; one failure stops no other.

    Only a log that is away ends it: all that follow would wait for it in vain.
    """
    if act not in ACTS:
        raise ValueError(f"act {act!r}: one of {', '.join(ACTS)}")
    done, refused = 0, []
    chosen = items[:MOST_AT_ONCE]
    for item in chosen:
        try:
            if act == "replay":
                replay(item=item, change=change or Change(), by=by, at=at)
            elif act == "discard":
                discard(item=item, why=why, by=by, at=at)
            else:
                reopen(item=item, by=by, at=at)
            done += 1
        except LogUnreachable as error:
            return Outcome(done, len(chosen) - done, str(error))
        except HubError as error:
            refused.append(str(error))
    return Outcome(done, len(refused), refused[0] if refused else "")
