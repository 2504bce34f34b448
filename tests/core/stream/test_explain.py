import json
import math

import pytest

from chengan.core.stream.events import Cause, Event, Kind
from chengan.core.stream.explain import explain
from tests.core.stream.streams import SECOND, feed, tick, watched

NAN = math.nan


def test_a_breach_tells_rule_limit_excess_and_since_when():
    state, limits = watched(high=[NAN, NAN, 30e-6, NAN, NAN], hold_us=60 * SECOND)
    events, _ = feed(state, limits, (0, 31e-6), (120, 34.5e-6))
    figures = explain(events[0])
    assert figures.pop("beyond") == pytest.approx(4.5e-6)
    assert figures == {
        "rule": "high",
        "kind": "breach_began",
        "stream": 0,
        "severity": 3,
        "since_us": 0,
        "at_us": 120 * SECOND,
        "lasted_s": 120.0,
        "value": 34.5e-6,
        "seen": 34.5e-6,
        "limit": 30e-6,
        "expected": None,
        "compared_in": "value",
    }


def test_a_rate_is_told_per_second_with_the_value_before():
    state, limits = watched(rate_limit=1.0, rate_severity=2)
    events, _ = feed(state, limits, (0, 50), (10, 30))
    figures = explain(events[0])
    assert (figures["seen"], figures["expected"], figures["compared_in"]) == (-2, 50, "value_per_s")
    assert figures["beyond"] == 1.0


def test_silence_is_told_in_seconds_with_the_interval_expected():
    state, limits = watched(silent_after_us=30 * SECOND, expected_interval_us=10 * SECOND)
    feed(state, limits, (0, 1.0))
    figures = explain(tick(state, limits, 45)[0])
    assert (figures["seen"], figures["limit"], figures["expected"]) == (45, 30, 10)
    assert (figures["beyond"], figures["compared_in"]) == (15, "s")


@pytest.mark.parametrize(
    ("cause", "measure", "limit", "beyond"),
    [(Cause.LOW, 3.0, 5.0, 2.0), (Cause.IMPLAUSIBLE, -60.0, -50.0, 10.0), (Cause.HIGH, 4, 5, -1)],
)
def test_beyond_counts_outward(cause, measure, limit, beyond):
    event = Event(0, Kind.FAULT_BEGAN, cause, 0, 0, 0, measure, measure, limit, NAN)
    assert explain(event)["beyond"] == beyond


def test_what_is_not_finite_is_none_so_that_it_fits_json():
    event = Event(0, Kind.FAULT_BEGAN, Cause.IMPLAUSIBLE, 0, 0, 0, math.inf, math.inf, NAN, NAN)
    json.dumps(explain(event), allow_nan=False)
