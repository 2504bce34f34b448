"""Authority by level, whom to tell, what belongs together, what explains what."""

from dataclasses import dataclass, field
from typing import Any

OURS = "城安设定，由城市修改 · ours, the city's to change"
CHONGQING = "重庆市突发事件预警信息发布权限表（2011 年备案），二手来源，部门名称已旧 · Chongqing's table, filed 2011"
ROUTING = "内部报警分级推送为城安设定 · internal routing ours: Ⅲ owner, Ⅱ + department, Ⅰ + city"
CITY, BOTH = ("kind:city",), ("kind:city", "kind:department")
LOCAL = ("kind:city", "kind:department", "kind:district")


@dataclass(frozen=True)
class Power:
    """Who may issue a level; raise and lower likewise, lift likewise, unless named."""

    severity: int
    issuers: tuple[str, ...]
    approvers: tuple[str, ...] = ()
    event_type: str = ""
    mark: str = "D"
    source: str = OURS


POWERS = [
    Power(5, BOTH, CITY, source=f"{OURS}；红色须经市政府批准，参照 {CHONGQING}"),
    Power(4, BOTH),
    Power(3, LOCAL),
    Power(2, LOCAL),
    Power(1, LOCAL),
    Power(5, BOTH, CITY, "bridge", "V-", CHONGQING),
    Power(4, BOTH, (), "bridge", "V-", CHONGQING),
    Power(3, LOCAL, (), "bridge", "V-", CHONGQING),
    Power(2, LOCAL, (), "bridge", "V-", CHONGQING),
    Power(5, BOTH, CITY, "crowd", "V-", CHONGQING),
    Power(4, BOTH, (), "crowd", "V-", CHONGQING),
    Power(3, LOCAL, (), "crowd", "V-", CHONGQING),
    Power(2, LOCAL, (), "crowd", "V-", CHONGQING),
    Power(5, BOTH, CITY, "construction", "V-", CHONGQING),
    Power(4, BOTH, (), "construction", "V-", CHONGQING),
    Power(5, BOTH, CITY, "power-outage", "V-", CHONGQING),
    Power(4, BOTH, CITY, "power-outage", "V-", CHONGQING),
]

ROUTES = [  # whom, from which level on, must answer
    ("responsible", 1, True),
    ("owner", 3, False),
    ("supervision", 3, True),
    ("department", 4, True),
    ("district", 4, True),
    ("city", 5, True),
    ("public", 2, False),
]


@dataclass(frozen=True)
class Together:
    """Alarms that are one event."""

    code: str
    name_zh: str
    name_en: str
    reach: str
    window_s: int
    rank: int
    category: str = "safety"
    causes: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    min_alarms: int = 2
    min_properties: int = 1
    event_type: str = ""


TOGETHER = [
    Together("gas-one-network", "同一燃气管网的甲烷报警", "Methane in one gas network", "network", 1800, 10,
             properties=("methane",), event_type="gas-leak"),
    Together("water-one-network", "同一供水管网的压力报警", "Pressure in one water network", "network", 1800, 20,
             properties=("pressure",), event_type="water-supply"),
    Together("bridge-several-signs", "同一座桥的多种征兆", "Several signs at one bridge", "object", 86_400, 30,
             properties=("strain", "force", "vehicle-load", "wind-speed"), event_type="bridge"),
    Together("rain-and-water", "同一城区的降雨与积水", "Rain and standing water in one district", "district", 10_800, 40,
             properties=("rain-1h", "rain-6h", "water-depth"), min_properties=2, event_type="waterlogging"),
    Together("owner-goes-silent", "同一单位的设备同时失联", "Devices of one owner fall silent together", "owner", 900, 50,
             category="device", causes=("silent",), min_alarms=3),
]  # fmt: skip


@dataclass(frozen=True)
class Explains:
    """A standing alarm explains others."""

    code: str
    name_zh: str
    name_en: str
    relation: str
    source: dict[str, Any] = field(default_factory=dict)
    target: dict[str, Any] = field(default_factory=dict)


EXPLAINS = [
    Explains("low-pressure-upstream", "上游压力过低，解释下游压力过低",
             "Low pressure upstream explains low pressure downstream", "downstream",
             {"category": "safety", "causes": ["low"], "properties": ["pressure"]},
             {"category": "safety", "causes": ["low"], "properties": ["pressure"]}),
]  # fmt: skip
