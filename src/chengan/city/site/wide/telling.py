"""What each alarm says of itself: rule, expected against seen, since when, how sure."""

from collections.abc import Iterator
from dataclasses import dataclass

from chengan.city.site.wide.judging import Judgement
from chengan.core.joint.chart import HORIZONS
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
    Reason.HOURS: "its usual values at these hours, over about sixty readings",
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


def _begun(part: Judgement, k: int, number: int, series: list[str]) -> Alarm:
    horizon, family, column = (int(x) for x in part.cause[k])
    if horizon < 0:
        against = ALONE[Reason(family)]
    else:
        against = f"{FAMILIES[family]}, over {HORIZONS[horizon]} rows"
    return Alarm(
        part.rows.texts[k], part.rows.texts[k], number + k + 1, 1, series[column], against,
        float(part.rows.values[k, column]), float(part.expected[k, column]), float(part.score[k]),
    )  # fmt: skip
