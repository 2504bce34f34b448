"""Where a leak likely is, from fallen pressures and what a leak at each node takes away."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.network import leak

PATTERNS = np.array([[2.0, 1.0, 0.0], [0.0, 1.0, 2.0], [1.0, 1.0, 1.0]])


def test_gains_are_those_of_the_matched_filter_by_hand():
    # N = 4·1, ridge 0.004·1: s·d/4.004 over |s|/√4.004; of s = (2, 1, 0) and d = (2, 1, 0):
    # (5 / 4.004)² / (5 / 4.004) / 2 = 5 / 4.004 / 2 = 0.62438; of (0, 1, 2): 1 / 5 / 4.004 / 2.
    found = leak.gains(PATTERNS, np.array([2.0, 1.0, 0.0]), 4.0 * np.eye(3))
    np.testing.assert_allclose(found, [0.62438, 0.024975, 0.374625], rtol=1e-4)
    np.testing.assert_allclose(
        leak.pipes(found, np.array([[0, 2], [1, 2]])), [0.4995, 0.1998], rtol=1e-3
    )


def test_what_all_share_day_by_day_hides_no_leak():
    # All three rise and fall together by 10; only what is apart from that tells the node.
    noise = 100.0 * np.ones((3, 3)) + 0.01 * np.eye(3)
    found = leak.gains(PATTERNS, np.array([12.0, 11.0, 10.0]), noise)
    assert found.argmax() == 0


def test_pressures_that_rise_are_no_leak():
    assert leak.gains(PATTERNS, -np.ones(3), np.eye(3)).tolist() == [0.0, 0.0, 0.0]


def test_a_drop_is_a_day_against_the_week_before_the_day_before():
    rng = np.random.default_rng(3)
    days = rng.normal(0.0, 0.1, (40, 3))
    days[-2:] -= [2.0, 1.0, 0.0]
    fallen, noise = leak.drops(days)
    np.testing.assert_allclose(fallen, days[31:38].mean(axis=0) - days[39])
    assert leak.gains(PATTERNS, fallen, noise).argmax() == 0
    assert np.diag(noise).max() < 0.05


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 4), st.floats(0.1, 50.0))
def test_a_leak_without_noise_is_named_whatever_its_size(node, size):
    patterns = np.random.default_rng(node).uniform(0.1, 1.0, (5, 8))
    found = leak.gains(patterns, size * patterns[node], np.eye(8))
    assert found.argmax() == node


def test_too_few_days_a_missing_last_one_and_other_sensors_are_refused():
    days = np.random.default_rng(1).normal(size=(29, 3))
    with pytest.raises(errors.OutOfRange, match="there are 29"):
        leak.drops(days)
    days = np.vstack([days, days, np.full((1, 3), np.nan)])
    with pytest.raises(errors.OutOfRange, match="the last one"):
        leak.drops(days)
    with pytest.raises(errors.ShapeMismatch, match="for 2 sensors"):
        leak.gains(PATTERNS, np.ones(2), np.eye(2))
    with pytest.raises(errors.OutOfRange, match="finite"):
        leak.gains(PATTERNS, np.ones(3), np.zeros((3, 3)))
