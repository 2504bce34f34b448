"""Risks that look like a registered one: the same hazard within the register's radius."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import h3

from chengan.city.assess.messages import Message, Named
from chengan.city.assess.messages import message as _
from chengan.city.assess.models import Risk
from chengan.city.assess.selectors import register
from chengan.city.assess.services import methods
from chengan.city.places import api as places
from chengan.core.geo.distance import distances_m

STEPS: Final = ((9, 150.0, 600.0), (7, 1000.0, float("inf")))
"""Resolution of the cells looked into, metres that a ring of them reaches at least, up to which
radius they are used."""
Bucket = tuple[str, int]


@dataclass(frozen=True)
class Twin:
    """What a risk looks like: a registered one (`risk`), or an earlier row of the same file."""

    risk: int | None
    row: int | None
    name: Named
    distance_m: float

    @property
    def said(self) -> Message:
        """Say it for a list."""
        metres = f"{self.distance_m:.0f}"
        if self.risk is None:
            text = _("looks like row %(row)s of this file, %(metres)s m away")
            return text % {"row": self.row, "metres": metres}
        text = _("looks like #%(risk)s “%(name)s”, %(metres)s m away")
        return text % {"risk": self.risk, "name": self.name, "metres": metres}


@dataclass(frozen=True)
class _Known:
    risk: int | None
    row: int | None
    lon: float
    lat: float
    zh: str
    en: str


Spots = dict[tuple[float, float], list[_Known]]


def reach(radius_m: float) -> tuple[int, int]:
    """Give the resolution of the cells to look into and how many rings of them hold a circle."""
    resolution, step, _most = next(each for each in STEPS if radius_m <= each[2])
    return resolution, 1 + int(radius_m // step)


def disk(lon: float, lat: float, resolution: int, rings: int) -> frozenset[int]:
    """Give the cells within so many rings of the one at a place."""
    return _around(h3.latlng_to_cell(lat, lon, resolution), rings)


@lru_cache(maxsize=20_000)
def _around(cell: str, rings: int) -> frozenset[int]:
    return frozenset(h3.str_to_int(each) for each in h3.grid_disk(cell, rings))


class Twins:
    """Finds twins of many risks at once, among those that somebody may see and the file's own."""

    def __init__(self, by: places.Somebody | None) -> None:
        """Look within the radius that the rules of the register say."""
        self.by, self.radius_m = by, float(methods.policy()["duplicate_m"])
        self.resolution, self.rings = reach(self.radius_m)
        self.file: dict[Bucket, Spots] = {}

    def of(self, risks: Sequence[Risk], rows: Sequence[int] = ()) -> list[Twin | None]:
        """Give the nearest twin of each risk, not itself; with `rows` each is one of a file."""
        disks = [self._disk(each) for each in risks]
        known = self._registered({each.hazard_code for each in risks}, set().union(*disks))
        found = []
        for place, (risk, disk) in enumerate(zip(risks, disks, strict=True)):
            keys = [(risk.hazard_code, cell) for cell in disk]
            spots = [each[key] for each in (known, self.file) for key in keys if key in each]
            found.append(self._nearest(risk, [two for spot in spots for two in spot.values()]))
            if rows:
                mine = _Known(None, rows[place], risk.lon, risk.lat, risk.name_zh, risk.name_en)
                _keep(self.file, (risk.hazard_code, self._cell(risk)), mine)
        return found

    def written(self) -> None:
        """Forget the file's rows: they are registered now."""
        self.file.clear()

    def _cell(self, risk: Risk) -> int:
        return int(h3.str_to_int(h3.latlng_to_cell(risk.lat, risk.lon, self.resolution)))

    def _disk(self, risk: Risk) -> frozenset[int]:
        return disk(risk.lon, risk.lat, self.resolution, self.rings)

    def _registered(self, hazards: Iterable[str], cells: Iterable[int]) -> dict[Bucket, Spots]:
        if self.by is None:
            return {}
        column = f"rating__h3_{self.resolution}"
        rows: Any = (
            register.visible_risks(self.by)
            .exclude(status=Risk.Status.CLOSED)
            .filter(hazard_code__in=list(hazards), **{f"{column}__in": list(cells)})
            .order_by("pk")
            .values_list("hazard_code", column, "pk", "lon", "lat", "name_zh", "name_en")
        )
        found: dict[Bucket, Spots] = {}
        for hazard, cell, number, *rest in rows:
            _keep(found, (hazard, cell), _Known(number, None, *rest))
        return found

    def _nearest(self, risk: Risk, near: Iterable[Sequence[_Known]]) -> Twin | None:
        others = [
            next(each for each in spot if each.risk is None or each.risk != risk.pk)
            for spot in near
            if any(each.risk is None or each.risk != risk.pk for each in spot)
        ]
        if not others:
            return None
        metres = distances_m(
            risk.lon, risk.lat, [each.lon for each in others], [each.lat for each in others]
        )
        least = int(metres.argmin())
        if not metres[least] <= self.radius_m:
            return None
        one = others[least]
        return Twin(one.risk, one.row, Named(one.zh, one.en), float(metres[least]))


def _keep(found: dict[Bucket, Spots], key: Bucket, one: _Known) -> None:
    """Keep the first two at a spot: one may be the risk itself, more of them tell nothing more."""
    spot = found.setdefault(key, {}).setdefault((one.lon, one.lat), [])
    if len(spot) < 2:
        spot.append(one)
