"""What a plant holds that can escape, and what is done against it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from chengan.core import errors
from chengan.core.physics.ranges import within

EQUIPMENT: Final = ("pressure_vessel", "process_vessel", "atmospheric_tank", "tank_car")
"""Kinds with failures in `tables.frequencies`."""
OUT_OF_SCOPE: Final = {
    "city_gas": "城镇燃气",
    "filling_station": "汽车加油加气站",
    "pipeline": "油气输送管道",
    "explosives": "民用爆炸物品",
    "fireworks": "烟花爆竹",
    "port": "港区",
    "defence": "国防",
}
"""Kinds of installation that GB/T 37243-2019 excludes by name (V)."""


@dataclass(frozen=True)
class Barriers:
    """Barriers against a release; the defaults are none. Effects are our design (mark D)."""

    closing_time: float = 600.0  # s until what is left is shut in; 600 without shut-off
    is_mounded: bool = False  # no fire can heat it to a burst
    water_curtain: float = 0.0  # share of a cloud that it takes out, 0 to 0.9
    inspection: float = 1.0  # factor on the frequency of failures, 0.1 to 1

    def __post_init__(self) -> None:
        """Refuse what no barrier does."""
        within("closing_time", self.closing_time, 30, 1800, unit="s")
        within("water_curtain", self.water_curtain, 0, 0.9)
        within("inspection", self.inspection, 0.1, 1)


@dataclass(frozen=True)
class KnownBarrier:
    """A barrier by name, in both languages, and what it changes."""

    name: str
    zh: str
    en: str
    changes: Mapping[str, float | bool]
    source: str
    mark: str = "D"


_OURS: Final = "design assumption, to be replaced by the plant's own figure"
KNOWN_BARRIERS: Final = {
    each.name: each
    for each in (
        KnownBarrier(
            "shut_off",
            "紧急切断阀（120 秒）",
            "Emergency shut-off (120 s)",
            {"closing_time": 120.0},
            "TNO CPR 18E (1999), section 4.2.2: 120 s automatic",
            "V-",
        ),
        KnownBarrier(
            "mounding",
            "覆土储罐",
            "Mounded vessel",
            {"is_mounded": True},
            "TNO CPR 18E (1999), section 3.2.3: no BLEVE of a mounded vessel",
            "V-",
        ),
        KnownBarrier("water_curtain", "水幕", "Water curtain", {"water_curtain": 0.5}, _OURS),
        KnownBarrier(
            "inspection",
            "加强检验（失效频率减半）",
            "More inspection (failures halved)",
            {"inspection": 0.5},
            _OURS,
        ),
    )
}


def barriers_of(names: Iterable[str]) -> Barriers:
    """The barriers with these names (keys of `KNOWN_BARRIERS`) together.

    Raises
    ------
    errors.OutOfRange
        Naming an unknown barrier and those that are known.
    """
    changes: dict = {}
    for name in names:
        if name not in KNOWN_BARRIERS:
            known = ", ".join(KNOWN_BARRIERS)
            raise errors.OutOfRange(f"no barrier {name!r}; known are {known}")
        changes |= dict(KNOWN_BARRIERS[name].changes)
    return Barriers(**changes)


@dataclass(frozen=True)
class Installation:
    """One vessel or tank (or `count` alike): m east and north, kg each, Pa (absolute), K, m2."""

    name: str
    x: float
    y: float
    cas: str
    mass: float
    equipment: str = "pressure_vessel"
    temperature: float = 293.15
    pressure: float | None = None  # vapour pressure (pressure vessel) or ambient unless told
    bund_area: float = 1500.0
    kind: str = "chemical_plant"
    barriers: Barriers = field(default_factory=Barriers)
    count: int = 1

    def __post_init__(self) -> None:
        """Refuse amounts that no vessel holds."""
        within("mass", self.mass, 10, 1e7, unit="kg")
        within("temperature", self.temperature, 150, 500, unit="K")
        within("bund_area", self.bund_area, 1, 30_000, unit="m2")
        within("count", self.count, 1, 1000)
        if self.equipment not in EQUIPMENT:
            known = ", ".join(EQUIPMENT)
            raise errors.OutOfRange(f"equipment must be one of {known}, got {self.equipment!r}")


def refuse_out_of_scope(installation: Installation) -> None:
    """Refuse what GB/T 37243-2019 does not cover.

    Raises
    ------
    errors.OutOfRange
        Naming the kind and the installation.
    """
    kind = OUT_OF_SCOPE.get(installation.kind)
    if kind is not None:
        raise errors.OutOfRange(
            "{name}: GB/T 37243-2019 does not cover {kind} ({said}); use the code of that trade",
            name=installation.name,
            kind=installation.kind,
            said=kind,
        )
