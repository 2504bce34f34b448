"""What an alarm without a limit says of itself: seen, expected, why, how sure."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from chengan.city.journal import api as journal
from chengan.city.sense import api as sense
from chengan.city.warn.models import Alarm

CAUSE: Final = "anomaly"
MOST_FACTS: Final = 200
WORDS: Final = {
    "value": _("the values it ever had"),
    "jump": _("the steps it usually makes"),
    "hour": _("its usual value at this hour"),
    "level": _("its level, over about sixty readings"),
    "hours": _("its usual values at these hours, over about sixty readings"),
}


def why_unusual(alarm: Alarm) -> dict[str, Any] | None:
    """Figures of the runner's newest fact that began it, as shown; None if it passed a limit."""
    if alarm.cause != CAUSE:
        return None
    facts = journal.about(f"datastream:{alarm.datastream_id}", most=MOST_FACTS)
    begun = [
        each.data
        for each in facts
        if each.kind == "sense.breach.began" and each.data["cause"] == CAUSE
    ]
    if not begun:
        return None
    data = max(begun, key=lambda each: int(each["onset"]))
    seen, expected = (sense.shown(alarm.datastream, data[name]) for name in ("value", "expected"))
    return {
        "seen": seen,
        "expected": expected,
        "apart": None if seen is None or expected is None else seen - expected,
        "against": WORDS.get(data.get("reason", ""), ""),
        "score": data.get("score"),
        "score_limit": data.get("score_limit"),
        "false_a_year": data.get("false_a_year"),
    }
