"""Event types with their levels, mark and source; codes of weather events are the national ones."""

from dataclasses import dataclass, field

RECEIPT = {"5": 3, "4": 5, "3": 10, "2": 30, "1": 120}
RESPONSE = {"5": 15, "4": 30, "3": 60, "2": 240}
OURS = "城安设定，由城市修改 · ours, the city's to change"
CHONGQING = (
    "重庆市突发事件预警信息发布权限表（2011 年备案），二手来源 · Chongqing's table, filed 2011"
)
CODES = "事件代码见于公开项目，二手来源；级数为通称，未核实 · codes seen in public projects; number of levels unverified"


@dataclass(frozen=True)
class Type:
    """One event type; `levels` by severity, 5 red to 2 blue."""

    code: str
    name_zh: str
    name_en: str
    mark: str = "D"
    source: str = OURS
    category: str = "Safety"
    national: str = ""
    levels: tuple[int, ...] = (5, 4, 3, 2)
    kinds: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    is_public: bool = False
    do_zh: str = ""
    do_en: str = ""
    more: dict[str, int] = field(default_factory=dict)


def weather(
    national: str, name_zh: str, name_en: str, levels: tuple[int, ...] = (5, 4, 3, 2)
) -> Type:
    """A weather event under its national code."""
    return Type(
        national.lower(), name_zh, name_en, "R", CODES, "Met", national, levels, is_public=True
    )


TYPES = [
    Type(
        "gas-leak",
        "燃气泄漏",
        "Gas leak",
        category="Safety",
        kinds=("gas_well", "gas_pipe", "manhole"),
        properties=("methane",),
        do_zh="严禁明火，切断火源电源，疏散下风向人员，关闭上游阀门，开阀通风。",
        do_en="No open fire, cut sources of ignition, clear people downwind, close the upstream valve, ventilate.",
    ),
    Type(
        "bridge",
        "城市桥梁事故",
        "Bridge in danger",
        "V-",
        CHONGQING,
        "Infra",
        kinds=("bridge",),
        do_zh="限行或封闭桥面，疏导交通，派员现场检查。",
        do_en="Restrict or close the bridge, divert traffic, inspect on site.",
    ),
    Type(
        "water-supply",
        "供水管网异常",
        "Water main failure",
        category="Infra",
        properties=("pressure",),
        kinds=("water_junction", "water_pipe", "water_tank", "water_pump"),
        do_zh="排查爆管，关闭上下游阀门，启用应急供水。",
        do_en="Look for a burst, close the valves on both sides, start emergency supply.",
    ),
    Type(
        "waterlogging",
        "城市内涝",
        "Flooded underpass",
        category="Met",
        properties=("water-depth",),
        is_public=True,
        do_zh="积水路段禁止通行，人员车辆绕行。",
        do_en="Keep out of flooded stretches; go round.",
    ),
    Type(
        "crowd",
        "人员密集场所事故",
        "Crowd in danger",
        "V-",
        CHONGQING,
        "Safety",
        properties=("crowd-density",),
        kinds=(),
        is_public=True,
        do_zh="限流分流，打开疏散通道，提示公众不要前往。",
        do_en="Hold back and divert the crowd, open exits, tell the public to stay away.",
    ),
    Type(
        "hazardous-chemicals",
        "危险化学品泄漏",
        "Hazardous-chemical release",
        category="CBRNE",
        kinds=("chemical_plant",),
        do_zh="上风向撤离，划定警戒区，专业处置。",
        do_en="Leave upwind, cordon off, let specialists work.",
    ),
    Type(
        "construction",
        "建设工程事故",
        "Construction accident",
        "V-",
        CHONGQING,
        "Safety",
        kinds=("construction_site",),
    ),
    Type(
        "power-outage",
        "大面积停电",
        "Large power cut",
        "V-",
        CHONGQING + "；仅红、橙两级 · two levels only",
        "Infra",
        levels=(5, 4),
        kinds=("substation",),
        is_public=True,
    ),
    Type(
        "traffic",
        "道路交通异常",
        "Road traffic disturbance",
        category="Transport",
        kinds=("road_detector", "road"),
        levels=(4, 3, 2),
    ),
    Type(
        "plant",
        "工贸企业设备异常",
        "Plant equipment in danger",
        category="Safety",
        kinds=("enterprise",),
    ),
    Type("other", "其他突发事件", "Other emergency", category="Other"),
    weather("11B01", "台风", "Typhoon"),
    weather("11B03", "暴雨", "Rainstorm"),
    weather("11B04", "暴雪", "Snowstorm"),
    weather("11B05", "寒潮", "Cold wave"),
    weather("11B06", "大风", "Gale"),
    weather("11B07", "沙尘暴", "Sandstorm", (5, 4, 3)),
    weather("11B09", "高温", "Heat", (5, 4, 3)),
    weather("11B14", "雷电", "Lightning", (5, 4, 3)),
    weather("11B15", "冰雹", "Hail", (5, 4)),
    weather("11B16", "霜冻", "Frost", (4, 3, 2)),
    weather("11B17", "大雾", "Fog", (5, 4, 3)),
    weather("11B19", "霾", "Haze", (5, 4, 3)),
    weather("11B20", "雷雨大风", "Thunderstorm gale"),
    weather("11B21", "道路结冰", "Icy roads", (5, 4, 3)),
    weather("11B22", "干旱", "Drought", (5, 4)),
    weather("11E02", "风暴潮", "Storm surge"),
    weather("11E06", "海浪", "High waves"),
]
