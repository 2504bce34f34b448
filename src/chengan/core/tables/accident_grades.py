"""Grades of accidents: any one criterion suffices; "以上" includes the figure, "以下" does not.

Source: 生产安全事故报告和调查处理条例 (国务院令第493号, 2007), 第三条.
Mark: V- (read in a secondary source, to be confirmed).
"""

from dataclasses import dataclass

from chengan.core.errors import OutOfRange

SOURCE = "生产安全事故报告和调查处理条例（国务院令第493号，2007）第三条"
MARK = "V-"


@dataclass(frozen=True)
class Grade:
    """The least deaths, serious injuries and direct loss (yuan) of a grade."""

    severity: int
    name_zh: str
    name_en: str
    deaths: int
    serious_injuries: int
    direct_loss_yuan: int


GRADES = (
    Grade(5, "特别重大事故", "Extraordinarily grave accident", 30, 100, 100_000_000),
    Grade(4, "重大事故", "Grave accident", 10, 50, 50_000_000),
    Grade(3, "较大事故", "Major accident", 3, 10, 10_000_000),
    Grade(2, "一般事故", "Ordinary accident", 0, 0, 0),
)


def grade(*, deaths: int, serious_injuries: int, direct_loss_yuan: int) -> Grade | None:
    """Give the grade of an accident; None while nobody is hurt and nothing is lost.

    Raises
    ------
    OutOfRange
        If a figure is negative.

    Source: see the module.
    """
    given = {"deaths": deaths, "serious injuries": serious_injuries, "yuan": direct_loss_yuan}
    if wrong := {name: figure for name, figure in given.items() if figure < 0}:
        raise OutOfRange(f"losses are 0 or more, got {wrong}")
    if not any(given.values()):
        return None
    return next(
        each for each in GRADES if _reaches(each, deaths, serious_injuries, direct_loss_yuan)
    )


def _reaches(least: Grade, deaths: int, injuries: int, yuan: int) -> bool:
    return (
        deaths >= least.deaths
        or injuries >= least.serious_injuries
        or yuan >= least.direct_loss_yuan
    )
