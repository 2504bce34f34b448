"""The sample city's ground: areas, organisations, people and accounts; all names are invented."""

from typing import Any

from chengan.city.site.sample.shapes import Account, Area, Duty, Organisation, Person, Post, Shift

WEST, SOUTH, EAST, NORTH = 24.9340, 60.1635, 24.9545, 60.1800
DISTRICTS = (("W", "西区", "West District"), ("E", "东区", "East District"))
STREETS = (
    ("1", "南街", "South Street"),
    ("2", "中街", "Middle Street"),
    ("3", "北街", "North Street"),
)


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A rectangle as a GeoJSON polygon."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [[[round(x, 6), round(y, 6)] for x, y in ring]]}


def areas() -> list[Area]:
    """One city, two districts, three streets each, four grid cells a street."""
    found = [
        Area("S", "city", "样例城市", "Sample City", "", box(WEST, SOUTH, EAST, NORTH)),
    ]
    width, height = (EAST - WEST) / 2, (NORTH - SOUTH) / 3
    for i, (letter, zh, en) in enumerate(DISTRICTS):
        west = WEST + i * width
        district = f"S{letter}"
        found.append(
            Area(
                district,
                "district",
                f"样例{zh}",
                f"Sample {en}",
                "S",
                box(west, SOUTH, west + width, NORTH),
            )
        )
        for j, (digit, street_zh, street_en) in enumerate(STREETS):
            south = SOUTH + j * height
            street = f"{district}{digit}"
            shape = box(west, south, west + width, south + height)
            found.append(
                Area(
                    street,
                    "street",
                    f"样例{zh}{street_zh}",
                    f"Sample {en}, {street_en}",
                    district,
                    shape,
                )
            )
            found += cells(street, f"{zh}{street_zh}", west, south, width / 2, height / 2)
    return found


def cells(
    street: str, zh: str, west: float, south: float, width: float, height: float
) -> list[Area]:
    """Four grid cells of one street."""
    return [
        Area(
            f"{street}-{row * 2 + column + 1}",
            "grid",
            f"样例{zh}第{row * 2 + column + 1}网格",
            f"Sample grid cell {street}-{row * 2 + column + 1}",
            street,
            box(
                west + column * width,
                south + row * height,
                west + (column + 1) * width,
                south + (row + 1) * height,
            ),
        )
        for row in range(2)
        for column in range(2)
    ]


ORGANISATIONS = [
    Organisation("city", "city", "样例市安全生产委员会", "Sample City Safety Committee", area="S"),
    Organisation("yjj", "department", "样例市应急管理局", "Sample Emergency Bureau", "city"),
    Organisation("zjj", "department", "样例市住房和城乡建设局", "Sample Housing Bureau", "city"),
    Organisation("swj", "department", "样例市水务局", "Sample Water Bureau", "city"),
    Organisation("jtj", "department", "样例市交通运输局", "Sample Transport Bureau", "city"),
    Organisation("zrj", "department", "样例市自然资源和规划局", "Sample Planning Bureau", "city"),
    Organisation("west", "district", "样例西区政府", "Sample West District", "city", "SW"),
    Organisation("east", "district", "样例东区政府", "Sample East District", "city", "SE"),
    *[
        Organisation(
            f"{district}-{digit}",
            "street",
            f"样例{zh}{street_zh}街道办",
            f"Sample {en}, {street_en} Office",
            district,
            f"S{letter}{digit}",
        )
        for district, (letter, zh, en) in zip(("west", "east"), DISTRICTS, strict=True)
        for digit, street_zh, street_en in STREETS
    ],
    *[
        Organisation(
            f"{district}-{digit}-grid",
            "grid_team",
            f"样例{zh}{street_zh}网格队",
            f"Sample {en}, {street_en} grid team",
            f"{district}-{digit}",
            f"S{letter}{digit}",
        )
        for district, (letter, zh, en) in zip(("west", "east"), DISTRICTS, strict=True)
        for digit, street_zh, street_en in STREETS
    ],
    Organisation(
        "gas", "enterprise", "样例燃气公司", "Sample Gas Company", "zjj", phone="010-0000-0001"
    ),
    Organisation(
        "water", "enterprise", "样例供水公司", "Sample Water Company", "swj", phone="010-0000-0002"
    ),
    Organisation(
        "bridge",
        "enterprise",
        "样例桥梁养护公司",
        "Sample Bridge Company",
        "jtj",
        phone="010-0000-0003",
    ),
    Organisation(
        "plant", "enterprise", "样例机械厂", "Sample Machine Works", "east", phone="010-0000-0004"
    ),
    Organisation(
        "depot",
        "enterprise",
        "样例储运公司",
        "Sample Storage Company",
        "east",
        phone="010-0000-0005",
    ),
    Organisation("consult", "third_party", "样例安全咨询公司", "Sample Safety Consultants", "yjj"),
]

PEOPLE = [
    Person("p-duty", "样例·王值班", "Sample Wang (duty)", "yjj", "010-0000-1001"),
    Person("p-duty2", "样例·赵值班", "Sample Zhao (duty)", "yjj", "010-0000-1002"),
    Person("p-gas", "样例·李燃气", "Sample Li (gas)", "gas", "010-0000-1003"),
    Person("p-gas2", "样例·周燃气", "Sample Zhou (gas)", "gas", "010-0000-1004"),
    Person("p-water", "样例·陈供水", "Sample Chen (water)", "water", "010-0000-1005"),
    Person("p-bridge", "样例·刘桥梁", "Sample Liu (bridge)", "bridge", "010-0000-1006"),
    Person("p-bridge2", "样例·孙桥梁", "Sample Sun (bridge)", "bridge", "010-0000-1007"),
    Person("p-plant", "样例·吴安全", "Sample Wu (plant safety)", "plant", "010-0000-1008"),
    Person("p-west", "样例·郑西区", "Sample Zheng (west)", "west", "010-0000-1009"),
    Person("p-east", "样例·冯东区", "Sample Feng (east)", "east", "010-0000-1010"),
    Person("p-water2", "样例·卫供水", "Sample Wei (water)", "water", "010-0000-1011"),
    Person("p-plant2", "样例·蒋安全", "Sample Jiang (plant safety)", "plant", "010-0000-1012"),
    Person("p-road", "样例·沈交通", "Sample Shen (roads)", "jtj", "010-0000-1013"),
    Person("p-road2", "样例·韩交通", "Sample Han (roads)", "jtj", "010-0000-1014"),
    Person("p-grid", "样例·杨网格", "Sample Yang (grid)", "west-2-grid", "010-0000-1015"),
    Person("p-zjj", "样例·许住建", "Sample Xu (housing)", "zjj", "010-0000-1017"),
    Person("p-leader", "样例·何领导", "Sample He (leader)", "city", "010-0000-1017"),
    Person("p-consult", "样例·朱咨询", "Sample Zhu (consultant)", "consult", "010-0000-1016"),
]

POSTS = [
    Post("post-duty", "值班长", "Duty officer", "yjj", ("p-duty", "p-duty2")),
    Post("post-gas", "燃气抢修负责人", "Gas repair lead", "gas", ("p-gas", "p-gas2")),
    Post("post-water", "供水调度负责人", "Water dispatch lead", "water", ("p-water",)),
    Post("post-bridge", "桥梁养护负责人", "Bridge maintenance lead", "bridge", ("p-bridge",)),
    Post("post-plant", "企业安全管理员", "Plant safety manager", "plant", ("p-plant",)),
    Post("post-west", "西区安全专员", "West safety officer", "west", ("p-west",)),
    Post("post-east", "东区安全专员", "East safety officer", "east", ("p-east",)),
    Post("post-zjj", "住建值班员", "Housing duty officer", "zjj", ("p-zjj",)),
    Post("post-road", "道路运行负责人", "Road operation lead", "jtj", ("p-road",)),
    Post("post-grid", "网格员", "Grid worker", "west-2-grid", ("p-grid",)),
    Post("post-consult", "安全咨询师", "Safety consultant", "consult", ("p-consult",)),
]

DUTIES = [
    Duty("post-gas", "network", "gas-network", substitutes=("p-gas2",)),
    Duty("post-water", "network", "water-network", substitutes=("p-water2",)),
    Duty("post-bridge", "object", "osm/way/34140075", substitutes=("p-bridge2",)),
    Duty("post-plant", "object", "sample/plant-1", substitutes=("p-plant2",)),
    *[
        Duty("post-road", "object", f"sample/detector-{name}", substitutes=("p-road2",))
        for name in ("6005", "t4013", "7578", "387", "451")
    ],
    Duty("post-west", "area", "SW", role="supervision"),
    Duty("post-east", "area", "SE", role="supervision"),
]

ROSTER_DAYS = 28
DAY_SHIFT, NIGHT_SHIFT = (8, 12), (20, 12)
ROSTERS = (("post-duty", ("p-duty", "p-duty2")), ("post-gas", ("p-gas", "p-gas2")))


def shifts() -> list[Shift]:
    """Four weeks of day and night shifts; the two people of a post change places every day."""
    return [
        Shift(post, people[(day + night) % 2], day, from_hour, hours)
        for post, people in ROSTERS
        for day in range(ROSTER_DAYS)
        for night, (from_hour, hours) in enumerate((DAY_SHIFT, NIGHT_SHIFT))
    ]


ACCOUNTS = [
    Account("duty", "样例·值班长", "duty_officer", "city", "p-duty"),
    Account("west", "样例·西区处置", "handler", "west", "p-west"),
    Account("gas", "样例·燃气企业", "enterprise_manager", "gas", "p-gas"),
    Account("housing", "样例·住建处置", "handler", "zjj", "p-zjj"),
    Account("analyst", "样例·分析员", "analyst", "city"),
    Account("planner", "样例·规划人员", "planner", "city"),
    Account("consult", "样例·咨询师", "consultant", "city", "p-consult"),
    Account("leader", "样例·领导", "leader", "city", "p-leader"),
    Account("integrator", "样例·接入工程师", "integrator", "city"),
    Account("admin", "样例·管理员", "administrator", "city"),
]
