"""Alarms that nobody follows any more: what their rule asks has changed, so they end and say why.

They are kept until the next readings are judged, and told with these, so that they are committed
once; what was told before a crash is told in the replay, which tells nobody.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from chengan.city.sense.runner.said import Said
from chengan.core.stream.events import EVENT, Cause, Events, Kind

REGROUPED: Final = "regrouped"
"""Those judged with it are others now: added, retired, another scope or pace, other sources."""
WITHDRAWN: Final = "withdrawn"
"""It is asked for no more: by its rule, or because it is retired itself."""
RETIRED: Final = "retired"
"""Its datastream is out of use, or comes another way."""
RENEWED: Final = "renewed"
"""What it was told by is of another form since the program was renewed, and begins anew."""
WHY: Final = (REGROUPED, WITHDRAWN, RENEWED)
"""Kept by their places: new ones come last."""


@dataclass(frozen=True)
class Ending:
    """An alarm to end: slot, onset, until when it was followed (µs), and why it ends."""

    slot: int
    onset: int
    followed: int
    why: str


def ended(on: tuple[int, int], followed: int, asked: Collection[int]) -> Ending:
    """The end of an alarm (slot, onset) whose group is no more, by the slots that are asked for."""
    return Ending(*on, followed, REGROUPED if on[0] in asked else WITHDRAWN)


def event(ending: Ending, cause: Cause) -> tuple[object, ...]:
    """The row of `EVENT` that ends it; no reading decided, so there are no figures."""
    nothing = (np.nan, np.nan, np.nan, np.nan)
    at = max(ending.followed, ending.onset)
    return (ending.slot, Kind.BREACH_ENDED, cause, 0, at, ending.onset, *nothing)


def told(endings: Iterable[Ending], cause: Cause, said: Said) -> list[tuple[object, ...]]:
    """The rows that end them all; adds why to `said`."""
    rows = []
    for each in endings:
        said[each.slot, cause.name.lower(), each.onset] = {"why_over": each.why}
        rows.append(event(each, cause))
    return rows


def events(endings: Iterable[Ending], cause: Cause, said: Said) -> Events:
    """`told` as events."""
    rows = told(endings, cause, said)
    return Events.from_table(np.array(rows, dtype=EVENT)) if rows else Events.none()


def of_retired(events: Events, active: np.ndarray) -> Said:
    """Why those of the events ended something that are of streams out of use."""
    return {
        (each.stream, each.cause.name.lower(), each.onset): {"why_over": RETIRED}
        for each in events.rows()
        if not active[each.stream]
    }


def packed(endings: Iterable[Ending]) -> np.ndarray:
    """As figures, (endings, 4), for `unpacked`."""
    rows = [(each.slot, each.onset, each.followed, WHY.index(each.why)) for each in endings]
    return np.array(rows, dtype=np.int64).reshape(-1, 4)


def unpacked(kept: Mapping[str, np.ndarray], name: str) -> list[Ending]:
    """What `packed` gave; nothing where it was saved before alarms ended so."""
    rows = kept[name].tolist() if name in kept else []
    return [Ending(slot, onset, at, WHY[why]) for slot, onset, at, why in rows]
