"""Gas sensors of a site read together because a rule asks for it: a release with source and rate.

The event belongs to the sensor that read most when it began. Who it is, its source, its rate and
how sure are told when it begins, again when another source becomes the likely one or the rate has
moved by half, and when it is over.
"""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from chengan.city.sense.runner import ending
from chengan.city.sense.runner.ending import Ending
from chengan.city.sense.runner.gathering import Gathering, Member, interval_us
from chengan.city.sense.runner.said import Said
from chengan.city.sense.runner.sites import Site
from chengan.core.arrays import NEVER
from chengan.core.events import plume
from chengan.core.events.excess import HOT
from chengan.core.events.release import SAME, Follower, Release
from chengan.core.events.rise import Climber
from chengan.core.stream.events import EVENT, Cause, Events, Kind, Quality

PPM = 1e6
S_PER_H = 3600.0
WIND_OLD_US = 15 * 60_000_000
MOVED = 1.5
PAUSE_ROWS = 5
"""A change is told after so many rows at the earliest."""
NOTHING = (-1, 0.0, -PAUSE_ROWS)


@dataclass
class Watched(Gathering):
    """A site, what was learned of it, and the event that goes on.

    on : slot and onset; told : source, rate and row of the newest telling; last : slot, source and
    row of the end of the last event; wind : time, direction, speed of the newest.
    """

    site: Site
    follower: Follower | Climber
    waiting: dict[int, tuple[int, np.ndarray]] = field(default_factory=dict)
    judged: int = NEVER
    on: tuple[int, int] | None = None
    told: tuple[int, float, int] = NOTHING
    last: tuple[int, int, int] | None = None
    wind: tuple[int, float, float] = (NEVER, np.nan, np.nan)

    @property
    def members(self) -> tuple[Member, ...]:  # type: ignore[override]
        """Sensors and wind, in the order of slots."""
        return self.site.members

    @property
    def where(self) -> tuple[object, ...]:
        """As of its site."""
        return where(self.site)

    def judge(self, at: int, values: np.ndarray) -> tuple[Release | None, np.ndarray]:
        """The event as it stands after a row of SI values, and the sensors' readings in ppm."""
        places = self.places
        readings = PPM * values[[places[slot] for slot, _place in self.site.sensors]]
        if isinstance(self.follower, Climber) or self.site.wind is None:
            return self._risen(readings), readings
        blows_from, speed = (values[places[slot]] for slot in self.site.wind)
        if np.isfinite(blows_from + speed):
            self.wind = (at, float(blows_from), float(speed))
        elif at - self.wind[0] <= WIND_OLD_US:
            _time, blows_from, speed = self.wind
        view = plume.sensitivities(
            np.array([place for _pk, place in self.site.sources]),
            np.array([place for _slot, place in self.site.sensors]),
            plume.blown_towards(np.array([blows_from])), np.array([speed]),
        )[0]  # fmt: skip
        return self.follower.take(readings, view * plume.PPM_PER_KG_M3 / S_PER_H), readings

    def _risen(self, readings: np.ndarray) -> Release | None:
        """The event by the order in which sensors rise: a source and its share, and no rate."""
        if not isinstance(self.follower, Climber):
            return None
        found = self.follower.take(readings)
        if found is None:
            return None
        return Release(
            found.begin, found.end, found.source, np.nan, found.share, found.runner_up, found.second
        )

    def leads(self, event: Release, readings: np.ndarray) -> int:
        """The slot whose alarm it is: the last event's if it is the same, else the highest."""
        if self.last is not None:
            slot, source, end = self.last
            if source == event.source and event.begin - end <= SAME:
                return slot
        highest = int(np.argmax(np.where(np.isfinite(readings), readings, -np.inf)))
        return self.site.sensors[highest][0]

    def has_moved(self, event: Release) -> bool:
        """Say whether it is another source or rate than was told."""
        source, rate, row = self.told
        ratio = max(event.rate, rate) / max(min(event.rate, rate), 1e-9)
        is_other = event.source != source or (np.isfinite(ratio) and ratio > MOVED)
        return is_other and event.end - row >= PAUSE_ROWS


@dataclass
class Releasing:
    """Sites by name; `said` of what was told in the last readings.

    hot : ppm above the background from which on a reading is gas. ending : alarms of sites that are
    no more, until they are told.
    """

    sites: dict[str, Watched] = field(default_factory=dict)
    said: Said = field(default_factory=dict)
    ending: list[Ending] = field(default_factory=list)
    hot: float = HOT

    def under(self, asked: Mapping[str, Site]) -> "Releasing":
        """The same for what is asked now; a site of the same places and pace goes on.

        One of others begins anew, and its event that went on is over.
        """
        made = Releasing(ending=list(self.ending), hot=self.hot)
        goes_on: set[str] = set()
        for name, site in asked.items():
            known = self.sites.get(name)
            if known is not None and known.where == where(site):
                made.sites[name] = replace(known, site=site)
                goes_on.add(name)
            else:
                made.sites[name] = Watched(site, _follower(site, self.hot))
        slots = {each.slot for site in asked.values() for each in site.members}
        for name, watched in self.sites.items():
            if watched.on and name not in goes_on:
                made.ending.append(ending.ended(watched.on, watched.followed, slots))
        return made

    def take(
        self, stream: np.ndarray, time: np.ndarray, value: np.ndarray, quality: np.ndarray
    ) -> Events:
        """Judge the rows that the good ones of these readings, (readings,) each, complete."""
        self.said = {}
        told = ending.told(self.ending, Cause.RELEASE, self.said)
        self.ending = []
        good = quality == Quality.GOOD
        for name, site in self.sites.items():
            mine = good & np.isin(stream, list(site.places))
            if mine.any():
                for at, values in site.rows(stream[mine], time[mine], value[mine]):
                    told += self._row(name, site, at, values)
        return Events.from_table(np.array(told, dtype=EVENT)) if told else Events.none()

    def _row(self, name: str, site: Watched, at: int, values: np.ndarray) -> list[Any]:
        """What one row tells: a beginning, a change, an end, or nothing."""
        event, readings = site.judge(at, values)
        if event is None:
            if site.on is None:
                return []
            slot, onset = site.on
            site.on = None
            figures = (at, onset, values[site.places[slot]], np.nan, np.nan, np.nan)
            return [(slot, Kind.BREACH_ENDED, Cause.RELEASE, 0, *figures)]
        if site.on is None:
            site.on, kind = (site.leads(event, readings), at), Kind.BREACH_BEGAN
        elif not site.follower.is_on:
            kind = Kind.BREACH_ENDED
        elif site.has_moved(event):
            kind = Kind.BREACH_CHANGED
        else:
            return []
        return [self._told(name, site, event, at, values, kind)]

    def _told(
        self, name: str, site: Watched, event: Release, at: int, values: np.ndarray, kind: Kind
    ) -> tuple[object, ...]:
        slot, onset = site.on or (0, 0)
        site.told = (event.source, event.rate, event.end)
        self.said[slot, "release", onset] = _about(name, site, event)
        severity = next(each.severity for each in site.members if each.slot == slot)
        if kind is Kind.BREACH_ENDED:
            site.last, site.on, severity = (slot, event.source, event.end), None, 0
        background = site.follower.background / PPM
        figures = (at, onset, values[site.places[slot]], event.rate / S_PER_H, np.nan, background)
        return (slot, kind, Cause.RELEASE, severity, *figures)

    def copied(self) -> "Releasing":
        """A copy that shares no figures with this one."""
        return Releasing(copy.deepcopy(self.sites), ending=list(self.ending), hot=self.hot)

    def arrays(self) -> dict[str, np.ndarray]:
        """What is remembered, by name, for `restored`."""
        out: dict[str, np.ndarray] = {"release_names": np.array(list(self.sites), dtype=np.str_)}
        out["release_ending"] = ending.packed(self.ending)
        for k, site in enumerate(self.sites.values()):
            waiting = list(site.waiting.items())
            out |= {f"release_{k}_{name}": part for name, part in site.follower.packed().items()}
            out |= {
                f"release_{k}_site": np.array(json.dumps(_plain(site))),
                f"release_{k}_numbers": np.array([[n, r[0]] for n, r in waiting], dtype=np.int64),
                f"release_{k}_rows": np.array([row[1] for _n, row in waiting]),
            }
        return out

    @classmethod
    def restored(cls, kept: Mapping[str, np.ndarray]) -> "Releasing":
        """What `arrays` gave; nothing where it was saved before releases were followed."""
        names = kept["release_names"].tolist() if "release_names" in kept else []
        sites = {name: _watched(kept, f"release_{k}_") for k, name in enumerate(names)}
        return cls(sites, ending=ending.unpacked(kept, "release_ending"))


def _follower(site: Site, hot: float) -> Follower | Climber:
    """What follows a site: its wind, or the order in which its sensors rise."""
    if site.wind is not None:
        return Follower(len(site.sensors), len(site.sources), hot=hot)
    sources, sensors = (
        np.array([place for _key, place in each])[:, :2] for each in (site.sources, site.sensors)
    )
    apart = np.hypot(*(sources[:, None, :] - sensors[None, :, :]).transpose(2, 0, 1))
    return Climber(apart, hot=hot)


def where(site: Site) -> tuple[object, ...]:
    """Sensors, wind, sources and length of a row, whatever the levels: what makes it the same."""
    return site.sensors, site.wind, site.sources, interval_us(site.members)


def _about(name: str, site: Watched, event: Release) -> dict[str, Any]:
    """Figures for the fact; of a line's corners the object counts once."""
    objects = [pk for pk, _place in site.site.sources]
    second = objects[event.second] if event.second >= 0 else None
    source = objects[event.source]
    _time, blows_from, speed = site.wind
    return {
        "by": "rise" if site.site.wind is None else "wind",
        "group": name, "of": len(site.site.sensors), "candidates": len(set(objects)),
        "source": source, "share": event.share,
        "second": second if second != source else None, "second_share": event.runner_up,
        "rate_kg_s": event.rate / S_PER_H, "is_least": event.is_least,
        "wind_from": blows_from, "wind_speed": speed,
    }  # fmt: skip


def _plain(site: Watched) -> dict[str, Any]:
    asked = site.site
    return {
        "members": [[each.slot, each.severity, each.interval_s] for each in asked.members],
        "wind_slots": asked.wind, "sensors": asked.sensors, "sources": asked.sources,
        "judged": site.judged, "on": site.on, "told": site.told, "last": site.last,
        "wind": site.wind,
    }  # fmt: skip


def _watched(kept: Mapping[str, np.ndarray], prefix: str) -> Watched:
    mine = {name.removeprefix(prefix): kept[name] for name in kept if name.startswith(prefix)}
    plain = json.loads(str(mine["site"]))
    sensors, sources = (
        tuple((key, (place[0], place[1], place[2])) for key, place in plain[name])
        for name in ("sensors", "sources")
    )
    members = tuple(Member(*each) for each in plain["members"])
    slots = plain["wind_slots"]
    site = Site(members, (slots[0], slots[1]) if slots else None, sensors, sources)
    rows = zip(mine["numbers"].tolist(), mine["rows"], strict=True)
    pairs = {name: tuple(plain[name]) if plain[name] else None for name in ("on", "last")}
    return Watched(
        site, (Follower if site.wind else Climber).unpacked(mine),
        {n: (first, row) for (n, first), row in rows},
        plain["judged"], pairs["on"], tuple(plain["told"]), pairs["last"], tuple(plain["wind"]),
    )  # fmt: skip
