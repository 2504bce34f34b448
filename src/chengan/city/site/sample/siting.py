"""The sample city's installations, invented by us, and two projects under siting review."""

from typing import Any

from chengan.city.site.sample.shapes import CityObject, Installation, Project

TANKS, COLD = (24.9447, 60.1782), (24.9386, 60.1652)
AMMONIA, PROPANE = "7664-41-7", "74-98-6"


def box(west: float, south: float, width: float, height: float) -> dict[str, Any]:
    """A rectangle, degrees."""
    east, north = west + width, south + height
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


OBJECTS = [
    CityObject(
        "sample", "tank-farm", "chemical_plant", "样例化工储罐区", "Sample tank farm", "depot",
        box(TANKS[0] - 0.0008, TANKS[1] - 0.0004, 0.0016, 0.0008),
    ),
    CityObject(
        "sample", "cold-store", "chemical_plant", "样例冷库", "Sample cold store", "depot",
        box(COLD[0] - 0.0005, COLD[1] - 0.0003, 0.001, 0.0006),
    ),
]  # fmt: skip
INSTALLATIONS = [
    Installation(
        "样例丙烷球罐", "Sample propane sphere", "pressure_vessel", PROPANE, 200_000, *TANKS,
        object="sample/tank-farm", count=2, barriers=("shut_off",),
    ),
    Installation(
        "样例液氨罐", "Sample ammonia vessel", "pressure_vessel", AMMONIA, 40_000,
        TANKS[0] + 0.0005, TANKS[1], object="sample/tank-farm",
    ),
    Installation(
        "样例冷库氨贮罐", "Sample cold-store ammonia", "process_vessel", AMMONIA, 3_000, *COLD,
        object="sample/cold-store", barriers=("shut_off",),
    ),
]  # fmt: skip
PROJECTS = [
    Project(
        "样例储罐区旁小学", "Sample school near the tank farm", "school", "zrj",
        box(24.9462, 60.1762, 0.0016, 0.0006),
        "拟建 24 班小学，距储罐区约 200 m。", people_day=900,
    ),
    Project(
        "样例住宅旁液氨充装厂", "Sample ammonia filling plant near housing", "plant", "depot",
        box(24.9488, 60.1690, 0.0010, 0.0004),
        "拟建液氨钢瓶充装厂，周边为住宅。", people_day=30, people_night=5,
        installations=(
            Installation(
                "样例充装液氨罐", "Sample filling vessel", "pressure_vessel", AMMONIA, 25_000,
                24.9493, 60.1692,
            ),
        ),
    ),
]  # fmt: skip
