"""What limits would have raised, put together from the core's events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chengan.city.sense.runner.said import Said
from chengan.core.stream.events import Cause, Event, Kind

DEVICE = ("stuck", "silent")
"""Faults of a device that limits ask for; without a level, so that each is a notice."""
BREACHES = ("high", "low", "rate", "anomaly", "step", "joint", "release", *DEVICE)
NOTICE = 1
OVER = frozenset({Kind.BREACH_ENDED, Kind.FAULT_ENDED})
WITHOUT_LIMIT = frozenset({Cause.ANOMALY, Cause.STEP, Cause.JOINT, Cause.RELEASE})


@dataclass(frozen=True)
class Breach:
    """A breach that limits would have raised: cause, from and to (µs; None: it lasts), its worst.

    `value` and `limit` (SI; a rate per second) are those at its worst; of what has no limit the
    latter is what was expected, of a fault for how many s it must last. `datastream` : its id.
    `about` : what the runner would say beyond.
    """

    cause: str
    onset: int
    end: int | None
    severity: int
    value: float
    limit: float
    datastream: int = 0
    about: Mapping[str, Any] = field(default_factory=dict)


class Breaches:
    """Collects breaches from events as they come."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._found: dict[tuple[int, str, int], Breach] = {}

    def take(self, events: Iterable[Event], said: Said, names: Mapping[int, int] = {}) -> None:
        """Take events and what they say; `names`: datastream by the events' stream."""
        for event in events:
            key = (event.stream, event.cause.name.lower(), event.onset)
            if key[1] in BREACHES:
                self._put(key, event, said.get(key, {}), names.get(event.stream, event.stream))

    def _put(
        self, key: tuple[int, str, int], event: Event, said: Mapping[str, Any], datastream: int
    ) -> None:
        known = self._found.get(key)
        about = {**(known.about if known else {}), **said}
        level = NOTICE if key[1] in DEVICE else event.severity
        if event.kind in OVER and known:
            self._found[key] = replace(known, end=event.time, about=about)
        elif known is None or level > known.severity:
            has_limit = event.cause not in WITHOUT_LIMIT
            is_measured = has_limit and key[1] not in DEVICE
            seen = event.measure if is_measured else event.value
            asked = event.limit if has_limit else event.expected
            self._found[key] = Breach(
                key[1], event.onset, None, level, seen, asked, datastream, about
            )
        else:
            self._found[key] = replace(known, about=about)

    @property
    def all(self) -> list[Breach]:
        """Those so far, oldest first."""
        return sorted(self._found.values(), key=lambda each: each.onset)
