"""The codes of the trade in one place: colours, the two orders of digits, the identifier.

Two orders are in use for the colour digit and they are opposite: the map code `p0000001` counts
from red (1) to blue (4), the compact code `11B0601` from blue (01) to red (04). Marks and sources:
docs/manual/warnings.md.
"""

import re
from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
RED, ORANGE, YELLOW, BLUE, NOTICE = 5, 4, 3, 2, 1

COLOUR_ZH = {RED: "红色", ORANGE: "橙色", YELLOW: "黄色", BLUE: "蓝色"}
COLOUR_EN = {RED: "Red", ORANGE: "Orange", YELLOW: "Yellow", BLUE: "Blue"}
CAP_SEVERITY = {
    RED: "Extreme", ORANGE: "Severe", YELLOW: "Moderate", BLUE: "Minor", NOTICE: "Unknown",
}  # fmt: skip
FROM_CAP = {"Extreme": RED, "Severe": ORANGE, "Moderate": YELLOW, "Minor": BLUE, "Unknown": NOTICE}
P_DIGIT = {RED: "1", ORANGE: "2", YELLOW: "3", BLUE: "4"}
COMPACT_DIGITS = {BLUE: "01", YELLOW: "02", ORANGE: "03", RED: "04"}
MSG_TYPE = {
    "alert": "Alert", "update": "Update", "cancel": "Cancel", "cancle": "Cancel", "ack": "Ack",
    "error": "Error",
}  # fmt: skip

P_CODE = re.compile(r"p(\w{4})\w*?(\d)$")
COMPACT = re.compile(r"(1[1-4][A-Z]\d{2})(\d{2})$")
EVENT = re.compile(r"1[1-4][A-Z]\d{2}$")
IDENTIFIER = re.compile(r"(\d{6})(\d{3})(\w{3})(\w{2})_(\d{14})_(\d)$")


def level_of_colour(text: str) -> int | None:
    """Read a colour in Chinese or English, with or without 色, or a CAP severity."""
    word = text.strip()
    for names in (COLOUR_ZH, COLOUR_EN):
        for level, name in names.items():
            if word.lower().rstrip("色") == name.lower().rstrip("色"):
                return level
    return FROM_CAP.get(word.capitalize())


def level_of_p(code: str) -> int | None:
    """Level of a map code such as `p0002001`: its last digit is 1 for red … 4 for blue."""
    found = P_CODE.match(code.strip())
    return {digit: level for level, digit in P_DIGIT.items()}.get(found[2]) if found else None


def level_of_compact(code: str) -> tuple[str, int] | None:
    """Event and level of a compact code: `11B0604` is 11B06 red, `…01` is blue."""
    found = COMPACT.match(code.strip())
    level = {d: lv for lv, d in COMPACT_DIGITS.items()}.get(found[2]) if found else None
    return (found[1], level) if found and level else None


def compact(event: str, level: int) -> str:
    """Write event and level as a compact code.

    Raises
    ------
    ValueError
        For a level without a colour.
    """
    if level not in COMPACT_DIGITS:
        raise ValueError(f"level {level} has no colour: use 5 red, 4 orange, 3 yellow or 2 blue")
    return event + COMPACT_DIGITS[level]


def msg_type_of(text: str) -> str | None:
    """CAP's message type; the misspelt `Cancle` is understood."""
    return MSG_TYPE.get(text.strip().lower())


def identifier(
    *, division: str, agency: str, at: datetime, turn: int, unit: str = "000", extension: str = "00"
) -> str:
    """`ZZZZZZDDDUUUXX_YYYYMMDDhhmmss_N`, 31 characters, Beijing time.

    Raises
    ------
    ValueError
        If a part has another length.
    """
    local = at.astimezone(BEIJING)
    made = f"{division}{agency}{unit}{extension}_{local:%Y%m%d%H%M%S}_{turn}"
    if not IDENTIFIER.match(made):
        raise ValueError(f"identifier {made!r}: division 6 digits, agency 3, unit 3, extension 2")
    return made


def entered_at(text: str) -> datetime | None:
    """When an identifier was entered; None when it is not one, or names no moment."""
    found = IDENTIFIER.match(text.strip())
    if not found:
        return None
    try:
        return datetime.strptime(found[5], "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
    except ValueError:
        return None
