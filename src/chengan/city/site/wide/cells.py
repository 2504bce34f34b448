"""From one cell to one number."""

import math
from typing import Final

_NOTHING: Final = frozenset(
    {"", "-", "--", "na", "n/a", "nan", "null", "none", "#n/a", "#value!", "?", "无", "缺测"}
)
_WORDS: Final = {
    "true": 1.0, "false": 0.0, "on": 1.0, "off": 0.0, "yes": 1.0, "no": 0.0, "open": 1.0,
    "closed": 0.0, "开": 1.0, "关": 0.0, "是": 1.0, "否": 0.0,
}  # fmt: skip


def number(cell: str, delimiter: str) -> tuple[float, bool]:
    """The cell as a number, NaN if it holds none; and whether it was text that says something else.

    A comma is a decimal comma unless it can only part thousands: `1,5`, `1.234,5`, but `1,234.5`
    and, in a file parted by commas, `1,234`.
    """
    try:
        value = float(cell)
    except ValueError:
        return _spelled(cell, delimiter)
    return (value, False) if math.isfinite(value) else (math.nan, False)


def _spelled(cell: str, delimiter: str) -> tuple[float, bool]:
    bare = cell.strip().strip('"').replace("\u00a0", "").replace(" ", "")
    low = bare.lower()
    if low in _NOTHING:
        return math.nan, False
    if low in _WORDS:
        return _WORDS[low], False
    try:
        value = float(_with_point(bare, delimiter))
    except ValueError:
        return math.nan, True
    return (value, False) if math.isfinite(value) else (math.nan, True)


def _with_point(bare: str, delimiter: str) -> str:
    if "," not in bare:
        return bare
    if "." in bare:
        thousands = "," if bare.rfind(".") > bare.rfind(",") else "."
        return bare.replace(thousands, "").replace(",", ".")
    places = bare.rsplit(",", 1)[1]
    if bare.count(",") > 1 or (delimiter == "," and len(places) == 3):
        return bare.replace(",", "")
    return bare.replace(",", ".")
