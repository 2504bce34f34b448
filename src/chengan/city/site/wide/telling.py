"""What each alarm says of itself: rule, expected against seen, since when, how sure."""

from collections.abc import Iterator
from dataclasses import dataclass

from chengan.city.site.wide.judging import Judgement
from chengan.core.joint.bounds import Case
from chengan.core.joint.chart import HORIZONS
from chengan.core.joint.laws import Broken
from chengan.core.stream.anomaly import Reason

FAMILIES = (
    "the level at this time of the day",
    "what the other columns let expect",
    "what the row before and the other columns let expect",
)
ALONE = {
    Reason.NONE: "its own past",
    Reason.VALUE: "the values it ever had",
    Reason.JUMP: "the steps it usually makes",
    Reason.HOUR: "its usual value at this hour",
    Reason.LEVEL: "its level, over about an hour of readings",
    Reason.TURN: "its last sixty readings, by the mean of the last twelve",
    Reason.UNREST: "its usual unrest, over about ten readings",
    Reason.LONG_UNREST: "its usual unrest, over about forty readings",
}


@dataclass
class Alarm:
    """One alarm: rows from..to (counted from 1), the column and rule that began it."""

    since: str
    until: str
    row: int
    rows: int
    column: str
    against: str
    seen: float
    expected: float
    score: float

    def sentence(self) -> str:
        """The alarm in one line."""
        return (
            f"{self.since} to {self.until} ({self.rows} rows from row {self.row}): {self.column} "
            f"= {self.seen:g}, expected {self.expected:g}; against {self.against}; "
            f"score {self.score:.3f}"
        )


def alarms(parts: Iterator[Judgement], series: list[str]) -> Iterator[Judgement | Alarm]:
    """Pass the judgements on; after each alarm has ended, tell it."""
    running: Alarm | None = None
    number = 0
    for part in parts:
        for k in range(len(part.alarm)):
            if part.alarm[k] and running is None:
                running = _begun(part, k, number, series)
            elif part.alarm[k] and running is not None:
                running.until, running.rows = part.rows.texts[k], number + k + 2 - running.row
                running.score = max(running.score, float(part.score[k]))
            elif running is not None:
                yield running
                running = None
        number += len(part.alarm)
        yield part
    if running is not None:
        yield running


CASES = {
    Case.STAYS_OFF: "while {} stays off",
    Case.TURNS_ON: "when {} turns on",
    Case.TURNS_OFF: "when {} turns off",
    Case.STAYS_ON: "while {} stays on",
}


def _begun(part: Judgement, k: int, number: int, series: list[str]) -> Alarm:
    horizon, family, column = (int(x) for x in part.cause[k])
    law = part.laws.get(k)
    if law is not None:
        return _broken(part, k, number, series, law)
    if horizon < 0:
        against = ALONE[Reason(family)]
    else:
        against = f"{FAMILIES[family]}, over {HORIZONS[horizon]} rows"
    return Alarm(
        part.rows.texts[k], part.rows.texts[k], number + k + 1, 1, series[column], against,
        float(part.rows.values[k, column]), float(part.expected[k, column]), float(part.score[k]),
    )  # fmt: skip


def _broken(part: Judgement, k: int, number: int, series: list[str], law: Broken) -> Alarm:
    what = "change" if law.is_change else "value"
    when = "ever" if law.switch is None else CASES[law.case].format(series[law.switch])
    edge = "least" if law.is_least else "greatest"
    return Alarm(
        part.rows.texts[k], part.rows.texts[k], number + k + 1, 1, series[law.column],
        f"the {edge} {what} {when}", float(part.rows.values[k, law.column]), law.edge,
        float(part.score[k]),
    )  # fmt: skip
