import math

import numpy as np
import pytest

from chengan.core import errors
from chengan.core.stream.limits import Limits

NAN = math.nan


def test_what_is_put_for_some_streams_leaves_the_others_alone():
    limits = Limits.none(3)
    limits.put([0, 2], high=[NAN, 1, 2, 3, 4], hysteresis=[0.1, 0.2], hold_us=5)
    assert limits.high[0].tolist()[1:] == [1, 2, 3, 4]
    assert np.isnan(limits.high[1]).all()
    assert limits.hysteresis.tolist() == [0.1, 0.0, 0.2]
    assert limits.hold_us.tolist() == [5, 0, 5]


def test_clearing_asks_nothing_any_more():
    limits = Limits.none(2)
    limits.put([0, 1], high=[NAN, 1, 2, 3, 4], stuck_us=5)
    limits.clear(1)
    assert np.isnan(limits.high[1]).all()
    assert limits.stuck_us.tolist() == [5, 0]


def test_growing_keeps_what_is_asked():
    limits = Limits.none(1)
    limits.put(0, rate_limit=2.0, rate_severity=4)
    grown = limits.grown(2)
    assert grown.rate_severity.tolist() == [4, 0]
    with pytest.raises(errors.ShapeMismatch, match="cannot shrink"):
        grown.grown(1)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"high": [NAN, 3, 2, NAN, NAN]}, "high must rise with severity"),
        ({"high": [3, NAN, NAN, NAN, 3]}, "high must rise with severity"),
        ({"low": [NAN, 1, NAN, 2, NAN]}, "low must fall with severity"),
        ({"high": [1, NAN, NAN, NAN, NAN], "low": [1, NAN, NAN, NAN, NAN]}, "low 1 must lie below high 1"),
        ({"high": [NAN, math.inf, NAN, NAN, NAN]}, "high is infinite; NaN means none"),
        ({"plausible_low": 5, "plausible_high": 5}, "plausible_low 5 must lie below plausible_high 5"),
        ({"plausible_high": 5, "high": [NAN, 6, NAN, NAN, NAN]}, "could never fire"),
        ({"plausible_low": 5, "low": [NAN, 4, NAN, NAN, NAN]}, "could never fire"),
        ({"hysteresis": -0.5}, "hysteresis must be finite and not negative, got -0.5"),
        ({"hysteresis": NAN}, "hysteresis must be finite"),
        ({"hold_us": -1}, "hold_us must be finite and not negative, got -1"),
        ({"hysteresis": 2, "high": [2, NAN, NAN, NAN, NAN], "low": [0, NAN, NAN, NAN, NAN]}, "never end"),
        ({"rate_limit": 0.0, "rate_severity": 1}, "rate_limit must be positive, got 0"),
        ({"rate_limit": 1.0}, "rate_severity must be 1..5 with a rate_limit"),
        ({"rate_limit": 1.0, "rate_severity": 6}, "got 6 with 1"),
        ({"rate_severity": 3}, "and 0 without"),
        ({"silent_after_us": 5, "expected_interval_us": 5}, "silent_after_us 5 must be longer than"),
    ],
)  # fmt: skip
def test_limits_that_contradict_each_other_are_refused_and_nothing_changes(columns, message):
    limits = Limits.none(4)
    with pytest.raises(errors.LimitsError, match="stream 2: ") as refusal:
        limits.put([2, 3], **columns)
    assert message in str(refusal.value)
    limits.check()
    for name in limits.table.dtype.names:
        np.testing.assert_equal(limits.table[name], Limits.none(4).table[name])


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"hihg": 1}, "no limit is called 'hihg'"),
        ({"hold_us": 1.5}, "hold_us takes whole numbers"),
        ({"hold_us": NAN}, "hold_us takes whole numbers"),
        ({"high": [1, 2, 3]}, "high takes shape"),
        ({"hysteresis": "much"}, "hysteresis takes shape"),
    ],
)
def test_what_is_no_limit_at_all_is_refused(columns, message):
    with pytest.raises(errors.LimitsError, match=message):
        Limits.none(1).put(0, **columns)


def test_a_stream_that_is_not_there_is_refused():
    with pytest.raises(errors.ShapeMismatch, match=r"there are 0\.\.1"):
        Limits.none(2).put([0, 2], hold_us=1)


def test_a_column_written_directly_is_caught_by_check():
    limits = Limits.none(2)
    limits.stuck_us[1] = -1
    with pytest.raises(errors.LimitsError, match="stream 1: stuck_us"):
        limits.check()


def test_thresholds_may_leave_severities_out_and_touch_the_plausible_bounds():
    limits = Limits.none(1)
    limits.put(0, high=[NAN, NAN, 5, NAN, 10], low=[NAN, 0, NAN, NAN, -1], plausible_low=-1,
               plausible_high=10, hysteresis=4.9)  # fmt: skip
    limits.check()
