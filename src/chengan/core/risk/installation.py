"""What a plant holds that can escape, and what is done against it."""

from dataclasses import dataclass, field

from chengan.core import errors
from chengan.core.physics.ranges import within

OUT_OF_SCOPE = {
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
class Installation:
    """One vessel or tank: m east and north, kg, Pa (absolute), K, m2."""

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

    def __post_init__(self) -> None:
        """Refuse amounts that no vessel holds."""
        within("mass", self.mass, 10, 1e7, unit="kg")
        within("temperature", self.temperature, 150, 500, unit="K")
        within("bund_area", self.bund_area, 1, 30_000, unit="m2")


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
            f"{installation.name}: GB/T 37243-2019 does not cover {installation.kind} ({kind}); "
            "use the code of that trade"
        )
