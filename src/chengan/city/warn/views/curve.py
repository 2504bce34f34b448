"""A few series over named steps as the figures of a drawing: no script is needed to see it."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

WIDE: Final = 640
HIGH: Final = 260
LEFT: Final = 44
RIGHT: Final = 12
TOP: Final = 12
BOTTOM: Final = 30
LINES: Final = 4


def drawn(
    labels: Sequence[str], series: Sequence[tuple[str, str, Sequence[float | None]]]
) -> dict[str, Any]:
    """Coordinates of a drawing `WIDE` by `HIGH`.

    `series`: name, class of the line, and one figure a label, None for a gap. Gives the lines
    with their points and paths (one for each stretch without a gap), the steps below and the
    heights at the side.
    """
    known = [value for _n, _c, values in series for value in values if value is not None]
    top = _round_top(max(known, default=0.0))
    across = [_across(k, len(labels)) for k in range(len(labels))]
    steps = [{"x": x, "label": label} for x, label in zip(across, labels, strict=True)]
    lines = []
    for name, kind, values in series:
        pieces = _pieces(across, values, top)
        paths = [" ".join(f"{x:.1f},{y:.1f}" for x, y in each) for each in pieces]
        points = [point for each in pieces for point in each]
        lines.append({"name": name, "kind": kind, "paths": paths, "points": points})
    heights = [
        {"y": _up(top * k / LINES, top), "label": f"{top * k / LINES:g}"} for k in range(LINES + 1)
    ]
    return {
        "wide": WIDE, "high": HIGH, "left": LEFT, "right": WIDE - RIGHT, "foot": HIGH - 10,
        "bottom": HIGH - BOTTOM, "top": TOP, "steps": steps, "lines": lines, "heights": heights,
    }  # fmt: skip


def _pieces(
    across: Sequence[float], values: Sequence[float | None], top: float
) -> list[list[tuple[float, float]]]:
    """Points of a line in stretches without a gap."""
    both = list(zip(across, values, strict=True))
    stretches = groupby(both, key=lambda each: each[1] is not None)
    return [
        [(x, _up(value, top)) for x, value in each if value is not None]
        for is_known, each in stretches
        if is_known
    ]


def _across(step: int, steps: int) -> float:
    room = WIDE - LEFT - RIGHT - 40
    return round(LEFT + 16 + room * (step / (steps - 1) if steps > 1 else 0.5), 1)


def _up(value: float, top: float) -> float:
    return round(HIGH - BOTTOM - (HIGH - BOTTOM - TOP) * value / top, 1)


def _round_top(most: float) -> float:
    """The least 4, 8, 20, 40, 80, … that holds `most`, so that the side's figures are whole."""
    scale = 1.0
    while True:
        for step in (4.0, 8.0, 20.0):
            if step * scale >= most:
                return step * scale
        scale *= 10
