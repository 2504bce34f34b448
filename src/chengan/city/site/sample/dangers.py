"""The sample city's hidden dangers: invented, on its real objects, each at another step."""

from dataclasses import dataclass, field

from chengan.city.site.sample import lifelines


@dataclass(frozen=True)
class Danger:
    """A danger that goes as far as `until`; `due_days` from the day the city is made."""

    object: str
    title: str
    description: str
    until: str
    days_ago: int
    kind: int
    cause: str = ""
    due_days: int = 0
    level: int = 1
    source: int = 1
    done: str = ""
    doer: str = "gas"
    """Account of whoever puts it right."""
    plan: dict[str, str] = field(default_factory=dict)


DANGERS = [
    Danger("sample/gas-well-e", "样例：井室积水，放散管锈蚀",
           "井室积水约 20 厘米，放散管底部锈穿。", "rectifying", 20, 7, "gas-leak", -3),
    Danger("sample/gas-well-n", "样例：井盖破损，防坠网缺失",
           "井盖边缘开裂，防坠网已拆除未装回。", "rectifying", 4, 1, "gas-leak", 10, source=2),
    Danger("sample/gas-well-ne", "样例：阀门手轮无法转动",
           "阀门手轮锈死，无法关闭。", "to_verify", 6, 7, "gas-leak", 5, source=3,
           done="已除锈更换手轮，开关三次正常。"),
    Danger(f"osm/{lifelines.BRIDGE}", "样例：支座脱空，伸缩缝卡死",
           "3 号支座脱空，重车通过时有异响。", "listed", 1, 7, "bridge", 60, level=2, source=8,
           doer="admin",
           plan={
               "affects": "影响全桥承载，日均通行约 2 万车次；坍塌可致重大伤亡。",
               "measures": "封闭外侧车道，更换 3 号支座与伸缩缝，完工后荷载试验。",
               "funds": "养护专项资金，已列入本季度预算。",
               "emergency": "限载 20 吨，专人值守，位移超限立即封桥。",
           }),
    Danger("osm/way/17360496", "样例：疏散通道堆放杂物",
           "东侧疏散楼梯间堆放桌椅，占去一半宽度。", "reported", 0, 5, source=5),
    Danger("sample/plant-1", "样例：可燃气体探测器未标定",
           "两台探测器超过标定日期。", "closed", 30, 4, "hazardous-chemicals", -10, doer="admin",
           done="已标定并贴签，复核合格。"),
]  # fmt: skip
