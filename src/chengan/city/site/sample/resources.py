"""The sample city's resources for emergencies; all invented."""

from chengan.city.site.sample.shapes import Resource

RESOURCES = [
    Resource("team-gas-1", "样例燃气抢修一队", "Sample gas repair team 1", "team", "gas", 24.9412, 60.1712, ("gas",), "010-0000-2001"),
    Resource("team-gas-2", "样例燃气抢修二队", "Sample gas repair team 2", "team", "gas", 24.9508, 60.1667, ("gas",), "010-0000-2002"),
    Resource("car-gas-1", "样例燃气检测车", "Sample gas survey vehicle", "vehicle", "gas", 24.9412, 60.1712, ("gas",)),
    Resource("team-water-1", "样例供水抢修队", "Sample water repair team", "team", "water", 24.9460, 60.1755, ("water",), "010-0000-2003"),
    Resource("car-water-1", "样例应急供水车", "Sample water tanker", "vehicle", "water", 24.9460, 60.1755, ("water",), capacity=10),
    Resource("team-bridge-1", "样例桥梁检测队", "Sample bridge inspection team", "team", "bridge", 24.9490, 60.1770, ("bridge",)),
    Resource("team-rescue-1", "样例西区救援队", "Sample west rescue team", "team", "west", 24.9390, 60.1690, ("rescue", "medical"), "010-0000-2004", 40.0),
    Resource("team-rescue-2", "样例东区救援队", "Sample east rescue team", "team", "east", 24.9510, 60.1700, ("rescue",), "010-0000-2005", 40.0),
    Resource("team-hazmat-1", "样例危化处置队", "Sample hazmat team", "team", "yjj", 24.9450, 60.1660, ("hazmat", "rescue"), "010-0000-2006", 40.0),
    Resource("car-pump-1", "样例排涝泵车 1", "Sample pump truck 1", "vehicle", "swj", 24.9430, 60.1740, ("pump",), capacity=1000),
    Resource("car-pump-2", "样例排涝泵车 2", "Sample pump truck 2", "vehicle", "swj", 24.9500, 60.1650, ("pump",), capacity=1000),
    Resource("car-medical-1", "样例救护车", "Sample ambulance", "vehicle", "yjj", 24.9405, 60.1735, ("medical",), "", 45.0),
    Resource("expert-gas", "样例燃气专家", "Sample gas expert", "expert", "consult", 24.9440, 60.1680, ("gas", "hazmat")),
    Resource("expert-bridge", "样例桥梁专家", "Sample bridge expert", "expert", "consult", 24.9440, 60.1680, ("bridge",)),
    Resource("store-west", "样例西区物资库", "Sample west store", "warehouse", "west", 24.9385, 60.1705, contents="警戒带 50 卷，帐篷 30 顶，防毒面具 100 具"),
    Resource("shelter-west", "样例西区避难场所", "Sample west shelter", "shelter", "west", 24.9370, 60.1730, capacity=800),
    Resource("shelter-east", "样例东区避难场所", "Sample east shelter", "shelter", "east", 24.9525, 60.1720, capacity=600),
]  # fmt: skip
