"""What limits must satisfy to mean something, one rule a function.

A limit that can never fire is refused like a wrong one: nobody would notice it until it was needed.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from chengan.core import errors
from chengan.core.arrays import BoolArray, FloatArray, IntArray, RecordArray

_NOT_NEGATIVE: Final = (
    "hysteresis",
    "hold_us",
    "clear_hold_us",
    "stuck_us",
    "stuck_epsilon",
    "expected_interval_us",
    "silent_after_us",
)
_MAYBE_UNSET: Final = ("plausible_low", "plausible_high", "high", "low", "rate_limit")


def check(columns: RecordArray, stream: IntArray) -> None:
    """Refuse rows (of `limits.LIMITS`) that contradict each other; `stream` names the rows.

    Raises
    ------
    errors.LimitsError
        Naming the limit, the stream and the values.
    """
    for rule in _RULES:
        rule(columns, stream)


def _refuse(wrong: BoolArray | np.bool_, stream: IntArray, message: Callable[[int], str]) -> None:
    if np.any(wrong):
        row = int(np.argmax(wrong))
        raise errors.LimitsError(f"stream {stream[row]}: {message(row)}")


def _figures_are_finite(columns: RecordArray, stream: IntArray) -> None:
    for name in _MAYBE_UNSET:
        column = columns[name].reshape(len(stream), -1)
        wrong = np.isinf(column).any(axis=1)
        _refuse(wrong, stream, lambda row, name=name: f"{name} is infinite; NaN means none")  # type: ignore[misc]


def _nothing_is_negative(columns: RecordArray, stream: IntArray) -> None:
    for name in _NOT_NEGATIVE:
        column = columns[name]
        wrong = ~((column >= 0) & np.isfinite(column))
        _refuse(
            wrong,
            stream,
            lambda row, name=name, column=column: (  # type: ignore[misc]
                f"{name} must be finite and not negative, got {column[row]:g}"
            ),
        )


def _plausible_range_is_open(columns: RecordArray, stream: IntArray) -> None:
    low, high = columns["plausible_low"], columns["plausible_high"]
    _refuse(
        low >= high,
        stream,
        lambda row: f"plausible_low {low[row]:g} must lie below plausible_high {high[row]:g}",
    )


def _thresholds_follow_severity(columns: RecordArray, stream: IntArray) -> None:
    for name, sign, verb in (("high", 1.0, "rise"), ("low", -1.0, "fall")):
        thresholds = columns[name]
        # The furthest threshold of all milder severities; -inf where there is none.
        outermost = np.maximum.accumulate(np.fmax(sign * thresholds, -np.inf), axis=1)
        wrong = (sign * thresholds[:, 1:] <= outermost[:, :-1]).any(axis=1)
        _refuse(
            wrong,
            stream,
            lambda row, name=name, verb=verb, thresholds=thresholds: (  # type: ignore[misc]
                f"{name} must {verb} with severity 1..5, got {thresholds[row].tolist()}"
            ),
        )


def _mildest(columns: RecordArray) -> tuple[FloatArray, FloatArray]:
    """Lowest `high` and highest `low` threshold of each row; inf and -inf where there is none."""
    return (
        np.fmin.reduce(columns["high"], axis=1, initial=np.inf),
        np.fmax.reduce(columns["low"], axis=1, initial=-np.inf),
    )


def _low_is_below_high(columns: RecordArray, stream: IntArray) -> None:
    high, low = _mildest(columns)
    _refuse(
        low >= high,
        stream,
        lambda row: f"low {low[row]:g} must lie below high {high[row]:g}",
    )


def _hysteresis_leaves_room(columns: RecordArray, stream: IntArray) -> None:
    high, low = _mildest(columns)
    band = columns["hysteresis"]
    _refuse(
        band >= high - low,
        stream,
        lambda row: (
            f"hysteresis {band[row]:g} must be smaller than the room between "
            f"low {low[row]:g} and high {high[row]:g}, or a breach would never end"
        ),
    )


def _thresholds_are_plausible(columns: RecordArray, stream: IntArray) -> None:
    for name in ("high", "low"):
        thresholds = columns[name]
        outside = (thresholds < columns["plausible_low"][:, None]) | (
            thresholds > columns["plausible_high"][:, None]
        )
        _refuse(
            outside.any(axis=1),
            stream,
            lambda row, name=name, thresholds=thresholds: (  # type: ignore[misc]
                f"{name} {thresholds[row].tolist()} leaves the plausible range "
                f"{columns['plausible_low'][row]:g}..{columns['plausible_high'][row]:g} "
                "and could never fire"
            ),
        )


def _rate_has_a_severity(columns: RecordArray, stream: IntArray) -> None:
    limit, severity = columns["rate_limit"], columns["rate_severity"]
    _refuse(limit <= 0, stream, lambda row: f"rate_limit must be positive, got {limit[row]:g}")
    unset = np.isnan(limit)
    wrong = np.where(unset, severity != 0, (severity < 1) | (severity > 5))
    _refuse(
        wrong,
        stream,
        lambda row: (
            f"rate_severity must be 1..5 with a rate_limit and 0 without, "
            f"got {severity[row]} with {limit[row]:g}"
        ),
    )


def _silence_outlasts_the_interval(columns: RecordArray, stream: IntArray) -> None:
    after, interval = columns["silent_after_us"], columns["expected_interval_us"]
    _refuse(
        (after > 0) & (after <= interval),
        stream,
        lambda row: (
            f"silent_after_us {after[row]} must be longer than "
            f"expected_interval_us {interval[row]}, or every pause is a fault"
        ),
    )


_RULES: Final = (
    _figures_are_finite,
    _nothing_is_negative,
    _plausible_range_is_open,
    _thresholds_follow_severity,
    _low_is_below_high,
    _hysteresis_leaves_room,
    _thresholds_are_plausible,
    _rate_has_a_severity,
    _silence_outlasts_the_interval,
)
