"""The sample city's lifelines: sensors, sources and limits on real recordings."""

from typing import Any

from chengan.city.site.sample.shapes import (
    CityObject,
    Datastream,
    LimitSet,
    Network,
    Recording,
    Rule,
    Source,
)

NETWORKS = [
    Network("gas-network", "样例燃气管网", "Sample gas network", "gas", "gas"),
    Network("water-network", "样例供水管网", "Sample water network", "water", "water"),
]

SOURCES = [
    Source("gas", "样例燃气监测", "Sample gas monitoring", "gas", 600, "MIT",
           "METEC test site, 8 methane sensors; github.com/wsdaniels/DLQ"),
    Source("bridge", "样例桥梁监测", "Sample bridge monitoring", "bridge", 1_083_600, "MIT",
           "Munich test bridge; github.com/imcs-compsim/munich-bridge-data"),
    Source("water", "样例供水监测（仿真）", "Sample water monitoring (simulated)", "water", 168,
           "Revised BSD", "SIMULATED: EPANET Net3, pressures computed by WNTR", is_simulated=True),
    Source("road", "样例交通检测", "Sample traffic detectors", "jtj", 84, "MIT",
           "Numenta Anomaly Benchmark, realTraffic"),
    Source("plant", "样例工厂测温", "Sample plant temperatures", "plant", 13, "MIT",
           "Numenta Anomaly Benchmark, realKnownCause"),
]  # fmt: skip

LEAD_S = 45
"""How long before something happens the live replay begins at first start."""
RECORDINGS = [  # the offset at which a limit is crossed, see schema.md
    Recording("gas.parquet", "gas", 220_260 - 25, 48),
    Recording("bridge.parquet", "bridge", 2620.478 - LEAD_S, 0.7),
    Recording("water.parquet", "water", 259_200 - LEAD_S, 48),
    Recording("road.parquet", "road", 5_937_660 - LEAD_S, 48),
    Recording("plant.parquet", "plant", 14_266_500 - LEAD_S, 48),
]

OURS = "城安样例设定，由城市确定 · Chengan sample setting, the city's to set"
LIMIT_SETS = [
    LimitSet("methane-trace", "样例厂界痕量甲烷", "Sample fence-line trace methane", "methane", "ppm",
             f"{OURS}；红色为 1%VOL = 20%LEL · red is 1 %VOL = 20 %LEL", "D",
             high={1: 5, 2: 10, 3: 20, 4: 60, 5: 10_000}, hysteresis=1.0, clear_hold_s=600,
             release_severity=3),
    LimitSet("strain-sample", "样例桥梁应变", "Sample bridge strain", "strain", "um/m", OURS, "D",
             high={3: 30, 4: 40}, hysteresis=3, hold_s=5, clear_hold_s=60),
    LimitSet("force-sample", "样例支座反力过低", "Sample bearing force, low", "force", "kN", OURS, "D",
             low={2: 225, 3: 200}, hysteresis=3, hold_s=5, clear_hold_s=60),
    LimitSet("pressure-sample", "样例供水压力过低", "Sample water pressure, low", "pressure", "kPa", OURS, "D",
             low={2: 300, 3: 200, 4: 100}, hysteresis=10, clear_hold_s=600),
    LimitSet("speed-sample", "样例车速过低", "Sample traffic speed, low", "speed", "km/h", OURS, "D",
             low={1: 48, 2: 32}, hysteresis=5, clear_hold_s=600),
    LimitSet("occupancy-sample", "样例道路占有率过高", "Sample road occupancy, high", "occupancy", "%", OURS, "D",
             high={1: 20, 2: 30}, hysteresis=2, clear_hold_s=600),
    LimitSet("travel-time-sample", "样例行程时间过长", "Sample travel time, long", "travel-time", "s", OURS, "D",
             high={1: 1200, 2: 2400}, hysteresis=60, clear_hold_s=600),
    LimitSet("machine-temperature", "样例设备温度", "Sample machine temperature", "temperature", "Cel",
             OURS, "D", high={2: 40, 3: 41}, low={1: 15.5, 2: 5}, hysteresis=0.5, clear_hold_s=3600),
]  # fmt: skip

RULES = [
    Rule("methane-trace", object_kind="gas_well", owner="gas"),
    Rule("strain-sample", object_kind="bridge"),
    Rule("force-sample", object_kind="bridge"),
    Rule("pressure-sample", object_kind="water_junction"),
    Rule("speed-sample", object_kind="road_detector"),
    Rule("occupancy-sample", object_kind="road_detector"),
    Rule("travel-time-sample", object_kind="road_detector"),
    Rule("machine-temperature", datastream="machine-temperature"),
]

# Relative places of the eight sensors at the recorded site, degrees from its middle.
GAS_MIDDLE = (-105.13986, 40.59579)
GAS_PLACES = {
    "s": (-105.1397824, 40.5954448), "nw": (-105.1402488, 40.596109),
    "se": (-105.1393985, 40.5954471), "e": (-105.13914, 40.59571),
    "n": (-105.1398726, 40.5961031), "w": (-105.1405673, 40.5957826),
    "sw": (-105.1402092, 40.595471), "ne": (-105.1394702, 40.59610265),
}  # fmt: skip
GAS_SOURCES = {  # where gas was let out, as recorded
    "tank": (-105.13986, 40.59579, "储罐", "tank"),
    "separator-east": (-105.13942, 40.59592, "东分离器", "separator, east"),
    "wellhead-east": (-105.13941, 40.59565, "东井口", "wellhead, east"),
    "wellhead-west": (-105.140313, 40.59594, "西井口", "wellhead, west"),
    "separator-west": (-105.140294, 40.59563, "西分离器", "separator, west"),
}
GAS_SITE = (24.9405, 60.1722)
STRETCH = 0.7593 / 0.4973  # cos 40.6° / cos 60.17°: a degree of longitude is shorter here


def point(lon: float, lat: float) -> dict[str, Any]:
    """A GeoJSON point."""
    return {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}


def _at_site(lon: float, lat: float) -> tuple[float, float]:
    """Where a place of the recorded site lies in the sample city."""
    return GAS_SITE[0] + (lon - GAS_MIDDLE[0]) * STRETCH, GAS_SITE[1] + lat - GAS_MIDDLE[1]


def gas() -> tuple[list[CityObject], list[Datastream]]:
    """Eight wells and five sources at the recorded site's distances, and a weather mast."""
    objects, streams = [], []
    for name, (lon, lat, zh, en) in GAS_SOURCES.items():
        objects.append(
            CityObject("sample", f"gas-{name}", "gas_facility", f"样例西区{zh}",
                       f"Sample gas {en}", "gas", point(*_at_site(lon, lat)), "gas-network")
        )  # fmt: skip
    for name, (lon, lat) in GAS_PLACES.items():
        x, y = _at_site(lon, lat)
        label = name.upper()
        objects.append(
            CityObject("sample", f"gas-well-{name}", "gas_well", f"样例西区燃气井 {label}",
                       f"Sample gas well {label}", "gas", point(x, y), "gas-network")
        )  # fmt: skip
        streams.append(
            Datastream("gas", f"ch4-{name}", f"gas-{name}", f"燃气井 {label} 甲烷", f"Gas well {label} methane",
                       "methane", "ppm", 60, x, y, f"sample/gas-well-{name}", "gas", 0, 1_000_000)
        )  # fmt: skip
    objects.append(
        CityObject("sample", "mast-1", "weather_station", "样例气象杆", "Sample weather mast", "gas",
                   point(GAS_SITE[0] + 0.0004, GAS_SITE[1]))
    )  # fmt: skip
    for key, zh, en, prop, unit, high in (
        ("wind-speed", "风速", "Wind speed", "wind-speed", "m/s", 60),
        ("wind-direction", "风向", "Wind direction", "wind-direction", "rad", 6.2832),
    ):
        streams.append(
            Datastream("gas", key, "mast-1", zh, en, prop, unit, 60, GAS_SITE[0] + 0.0004, GAS_SITE[1],
                       "sample/mast-1", "gas", 0, high)
        )  # fmt: skip
    return objects, streams


BRIDGE = "way/34140075"
"""Pitkäsilta of OpenStreetMap, a real bridge of the extract that plays the sample's bridge."""
BRIDGE_PLACE = (24.950186, 60.176371)


def bridge() -> tuple[list[CityObject], list[Datastream]]:
    """Strain, two bearings and the air, at a bridge that comes with the streets."""
    rows = (
        ("strain-cn", "3 号桥跨中应变", "Bridge 3 strain", "strain", "um/m", 0.01, -2000, 2000),
        ("force-1", "3 号桥支座 1 反力", "Bridge 3 bearing 1", "force", "kN", 0.01, -1000, 5000),
        ("force-2", "3 号桥支座 2 反力", "Bridge 3 bearing 2", "force", "kN", 0.01, -1000, 5000),
        ("air-temperature", "3 号桥气温", "Bridge 3 air", "temperature", "Cel", 1, -60, 70),
    )
    streams = [
        Datastream("bridge", key, f"bridge-3-{key}", zh, en, prop, unit, interval, *BRIDGE_PLACE,
                   f"osm/{BRIDGE}", "bridge", low, high)
        for key, zh, en, prop, unit, interval, low, high in rows
    ]  # fmt: skip
    return [], streams


ROAD_PLACES = {  # on main roads of the extract; the recorded detectors stand elsewhere
    "6005": (24.938353, 60.169883), "t4013": (24.944035, 60.167688), "7578": (24.948024, 60.172138),
    "387": (24.941089, 60.165743), "451": (24.950141, 60.176006),
}  # fmt: skip
ROAD_STREAMS = (
    ("speed-6005", "speed", "mph", 0, 200), ("speed-t4013", "speed", "mph", 0, 200),
    ("speed-7578", "speed", "mph", 0, 200), ("occupancy-6005", "occupancy", "%", 0, 100),
    ("occupancy-t4013", "occupancy", "%", 0, 100), ("travel-time-387", "travel-time", "s", 0, 20_000),
    ("travel-time-451", "travel-time", "s", 0, 20_000),
)  # fmt: skip
WORDS = {
    "speed": ("车速", "speed"),
    "occupancy": ("占有率", "occupancy"),
    "travel-time": ("行程时间", "travel time"),
}


def road() -> tuple[list[CityObject], list[Datastream]]:
    """Five detectors of road traffic."""
    objects = [
        CityObject("sample", f"detector-{name}", "road_detector", f"样例检测点 {name}",
                   f"Sample detector {name}", "jtj", point(*place))
        for name, place in ROAD_PLACES.items()
    ]  # fmt: skip
    streams = []
    for key, prop, unit, low, high in ROAD_STREAMS:
        name = key.rsplit("-", 1)[1]
        zh, en = WORDS[prop]
        streams.append(
            Datastream("road", key, f"detector-{name}", f"检测点 {name} {zh}", f"Detector {name} {en}", prop,
                       unit, 600 if prop == "travel-time" else 300, *ROAD_PLACES[name], f"sample/detector-{name}", "jtj", low, high)
        )  # fmt: skip
    return objects, streams


def plant() -> tuple[list[CityObject], list[Datastream]]:
    """A factory with two thermometers."""
    lon, lat = 24.9478, 60.1680
    objects = [
        CityObject(
            "sample",
            "plant-1",
            "enterprise",
            "样例机械厂",
            "Sample Machine Works",
            "plant",
            point(lon, lat),
        )
    ]
    rows = (
        ("machine-temperature", "设备温度", "Machine temperature", 300),
        ("ambient-temperature", "室温", "Room temperature", 3600),
    )
    streams = [
        Datastream("plant", key, f"plant-{key}", f"机械厂{zh}", en, "temperature", "degF", interval, lon, lat,
                   "sample/plant-1", "plant", -60, 400)
        for key, zh, en, interval in rows
    ]  # fmt: skip
    return objects, streams
