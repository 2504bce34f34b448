"""A level that has moved and stays is told once; what comes back is not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.events.step import Steps, usual_range

SECOND = 1_000_000
WINDOW = 10 * SECOND


def series(windows, seed=0):
    """Ten readings a window of 10 s, noise of 0.1 about 0."""
    n = 10 * windows
    return SECOND * np.arange(n), 0.1 * np.random.default_rng(seed).normal(size=n)


def test_a_step_is_told_when_it_has_settled_with_its_size_and_times():
    time, value = series(60)
    value[300:] += 5.0
    (step,) = Steps(WINDOW).take(time, value)
    # It leaves in the window that begins at 300 s and has settled with the sixth, over at 360 s.
    assert (step.begin, step.end) == (300 * SECOND, 360 * SECOND)
    assert step.size == pytest.approx(5.0, abs=0.1)
    assert step.size / step.spread > 40


def test_a_load_that_comes_back_within_a_minute_and_a_slow_drift_are_no_steps():
    time, value = series(60)
    value[300:350] += 5.0
    value += np.arange(len(value)) * 0.0005
    assert Steps(WINDOW).take(time, value) == []


def test_a_slow_settlement_is_one_step_from_the_old_to_the_new_level():
    time, value = series(120)
    value += np.clip((np.arange(len(value)) - 300) / 400, 0, 1) * 34.5
    (step,) = Steps(WINDOW).take(time, value)
    assert step.size == pytest.approx(34.5, rel=0.05)


def test_a_load_that_stands_is_usual_and_what_goes_further_is_told():
    time, value = series(120, 1)
    value[300:500] += 7.0
    usual = usual_range(time, value, WINDOW)
    assert usual == pytest.approx(7.0, abs=0.3)
    after_time, after = series(60, 2)
    watch = Steps(WINDOW, usual)
    assert watch.take(time, value) == []
    (step,) = watch.take(after_time + time[-1] + 3600 * SECOND, after + 34.5)
    assert step.size == pytest.approx(34.5, rel=0.01)


@given(st.integers(1, 1199))
@settings(max_examples=20, deadline=None)
def test_however_the_readings_are_cut_the_steps_are_the_same(cut):
    time, value = series(120, 3)
    value[400:] += 3.0
    value[::17] = np.nan
    watch = Steps(WINDOW)
    parts = watch.take(time[:cut], value[:cut]) + watch.take(time[cut:], value[cut:])
    assert parts == Steps(WINDOW).take(time, value)
    assert len(parts) == 1


def test_a_window_without_length_is_refused():
    with pytest.raises(errors.OutOfRange, match="longer"):
        Steps(0)
    assert usual_range(np.zeros(0, np.int64), np.zeros(0), WINDOW) == 0.0


@pytest.mark.parametrize("stop", [0, 7, 305, 455])
def test_steps_that_were_packed_go_on_as_before(stop):
    time, value = series(120, 3)
    value[300:] += 3.0
    watch = Steps(WINDOW, 0.5)
    first = watch.take(time[:stop], value[:stop])
    again = Steps.unpacked(watch.packed())
    assert again == watch
    assert first + again.take(time[stop:], value[stop:]) == Steps(WINDOW, 0.5).take(time, value)
