"""Default limits, each with its source and how sure it is: V read in the source, V- at second hand,
R commonly known but unread (shown, never in force), D ours. Which level of a standard gets which
colour is ours (`COLOURS`) wherever the source does not say it; a city overrides what it decides.
"""

from chengan.city.site.sample.shapes import LimitSet, Property, Rule

COLOURS = "；颜色对应为城安设定 · colours ours"
GB_50493 = "GB/T 50493-2019：一级 ≤25%LEL，二级 ≤50%LEL" + COLOURS
PORTABLE = "便携式检测仪低/高报，二手来源 m.777doc.com/doc-6721479" + COLOURS
BEIJING_RAIN = "北京市暴雨预警蓝色/黄色，bj148.org 2020-07-28"
BRIDGE_EXAMPLE = "某桥监测报告示例配置，二手来源" + COLOURS

PROPERTIES = [
    Property("methane", "甲烷浓度", "Methane", "1", "ppm"),
    Property("strain", "应变", "Strain", "1", "um/m"),
    Property("force", "支座力", "Bearing force", "N", "kN"),
    Property("temperature", "温度", "Temperature", "K", "Cel"),
    Property("pressure", "压力", "Pressure", "Pa", "mH2O"),
    Property("speed", "车速", "Traffic speed", "m/s", "km/h"),
    Property("occupancy", "占有率", "Occupancy", "1", "%"),
    Property("travel-time", "行程时间", "Travel time", "s", "s"),
    Property("wind-speed", "风速", "Wind speed", "m/s", "m/s"),
    Property("wind-direction", "风向", "Wind direction", "rad", "deg"),
    Property("carbon-monoxide", "一氧化碳浓度", "Carbon monoxide", "1", "ppm"),
    Property("hydrogen-sulphide", "硫化氢浓度", "Hydrogen sulphide", "1", "ppm"),
    Property("oxygen", "氧气浓度", "Oxygen", "1", "%VOL"),
    Property("rain-1h", "1 小时雨量", "Rain in 1 h", "m", "mm"),
    Property("rain-6h", "6 小时雨量", "Rain in 6 h", "m", "mm"),
    Property("rain-24h", "24 小时雨量", "Rain in 24 h", "m", "mm"),
    Property("water-depth", "积水深度", "Depth of standing water", "m", "cm"),
    Property("vehicle-load", "车辆荷载", "Vehicle load", "kg", "t"),
    Property("crowd-density", "人员密度", "Crowd density", "1/m2", "1/m2"),
    Property("room-temperature", "供热室温", "Heated room temperature", "K", "Cel"),
]

LIMIT_SETS = [
    LimitSet("methane-1vol", "相邻地下空间甲烷 1%VOL 提示", "Methane beside gas pipes, prompt at 1 %VOL",
             "methane", "%VOL", "合肥相邻地下空间，中新网 2024-11-08", "V", high={1: 1.0}),
    LimitSet("methane-plant-lel", "石化可燃气体 25/50%LEL", "Combustible gas in plants, 25/50 %LEL of methane",
             "methane", "%VOL", GB_50493, "V", high={3: 1.25, 4: 2.5}, hysteresis=0.1, clear_hold_s=60),
    LimitSet("methane-gallery-lel", "管廊天然气舱 20%LEL", "Gas in utility tunnels, 20 %LEL of methane",
             "methane", "%VOL", "管廊天然气舱报警 ≤20%LEL，待核实；颜色对应为城安设定 · colour ours", "V-",
             high={3: 1.0}, hysteresis=0.1, clear_hold_s=60),
    LimitSet("pressure-end", "供水末梢压力（未核实，未启用）", "Water pressure at the end (unverified, not in use)",
             "pressure", "kPa", "0.14 MPa，通称，未核实 · commonly known, unverified", "R", low={3: 140},
             hysteresis=10, clear_hold_s=600),
    LimitSet("co-portable", "一氧化碳 24/160 ppm", "Carbon monoxide 24/160 ppm", "carbon-monoxide", "ppm",
             PORTABLE, "V-", high={3: 24, 4: 160}, hysteresis=2, clear_hold_s=60),
    LimitSet("h2s-portable", "硫化氢 6/20 ppm", "Hydrogen sulphide 6/20 ppm", "hydrogen-sulphide", "ppm",
             PORTABLE, "V-", high={3: 6, 4: 20}, hysteresis=1, clear_hold_s=60),
    LimitSet("oxygen-portable", "氧气 19.5/23 %VOL", "Oxygen 19.5/23 %VOL", "oxygen", "%VOL",
             PORTABLE, "V-", high={3: 23}, low={3: 19.5}, hysteresis=0.2, clear_hold_s=60),
    LimitSet("rain-1h-beijing", "1 小时雨量 30/50 mm", "Rain in 1 h, 30/50 mm", "rain-1h", "mm",
             BEIJING_RAIN, "V", high={2: 30, 3: 50}),
    LimitSet("rain-6h-beijing", "6 小时雨量 50/70 mm", "Rain in 6 h, 50/70 mm", "rain-6h", "mm",
             BEIJING_RAIN, "V", high={2: 50, 3: 70}),
    LimitSet("rain-24h-beijing", "24 小时雨量 70/100 mm", "Rain in 24 h, 70/100 mm", "rain-24h", "mm",
             BEIJING_RAIN, "V", high={2: 70, 3: 100}),
    LimitSet("underpass-closure", "积水 25 cm 封路", "Road closed at 25 cm of water", "water-depth", "cm",
             "沈阳市防汛预案 2015：积水 25 cm 封闭道路" + COLOURS, "V", high={4: 25}, hysteresis=2, clear_hold_s=600),
    LimitSet("crowd-density", "人员密度 4 人/平方米", "Crowd of 4 people/m2", "crowd-density", "1/m2",
             "台北市 >4 人/m² 发送手机广播，119.gov.taipei（非大陆标准）" + COLOURS, "V", high={4: 4},
             hysteresis=0.3, clear_hold_s=300),
    LimitSet("bridge-vehicle-load", "桥梁车辆荷载 85/95 t", "Vehicle on a bridge, 85/95 t", "vehicle-load", "t",
             BRIDGE_EXAMPLE, "V-", high={3: 85, 4: 95}),
    LimitSet("bridge-wind", "桥面风速 15 m/s", "Wind on a bridge, 15 m/s", "wind-speed", "m/s",
             BRIDGE_EXAMPLE, "V-", high={3: 15}, hysteresis=1, hold_s=60, clear_hold_s=600),
    LimitSet("bridge-temperature", "桥梁温度 40 ℃", "Temperature of a bridge, 40 ℃", "temperature", "Cel",
             BRIDGE_EXAMPLE, "V-", high={2: 40}, hysteresis=1, clear_hold_s=600),
    LimitSet("heated-room", "供热室温（未核实，未启用）", "Heated room (unverified, not in use)",
             "room-temperature", "Cel", "18 ℃，通称，未核实 · commonly known, unverified", "R", low={2: 18},
             hysteresis=0.5, clear_hold_s=3600),
]  # fmt: skip

RULES = [
    Rule("methane-1vol", object_kind="gas_well"),
    Rule("methane-1vol", object_kind="manhole"),
    Rule("methane-plant-lel", object_kind="chemical_plant"),
    Rule("methane-gallery-lel", object_kind="utility_tunnel"),
    Rule("co-portable"),
    Rule("h2s-portable"),
    Rule("oxygen-portable"),
    Rule("rain-1h-beijing"),
    Rule("rain-6h-beijing"),
    Rule("rain-24h-beijing"),
    Rule("underpass-closure"),
    Rule("crowd-density"),
    Rule("bridge-vehicle-load", object_kind="bridge"),
    Rule("bridge-wind", object_kind="bridge"),
    Rule("bridge-temperature", object_kind="bridge"),
]
"""Limits marked R are bound to nothing: a city that has read the text may bind them."""
