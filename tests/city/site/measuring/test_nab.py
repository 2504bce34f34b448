"""The scorer of the Numenta benchmark, by hand."""

import numpy as np
import pytest

from chengan.city.site.measuring import nab

ROWS = 1000
WINDOW = [(500, 599)]


def score(*rows, windows=WINDOW, profile=nab.STANDARD):
    detected = np.zeros(ROWS, bool)
    detected[list(rows)] = True
    return nab.file_score(detected, windows, profile)


def test_the_first_row_of_a_window_is_worth_nearly_one():
    # y = -100/100: 2/(1 + e^-5) - 1 = 0.98661
    assert score(500) == pytest.approx(0.98661, abs=1e-5)


def test_only_the_earliest_detection_in_a_window_counts():
    assert score(500, 550, 599) == score(500)
    assert score(599) == pytest.approx(2 / (1 + np.exp(-0.05)) - 1)


def test_silence_costs_each_window():
    assert score() == -1
    assert score(windows=[(300, 399), (500, 599)], profile=nab.LOW_MISSED) == -4


def test_a_false_detection_before_any_window_costs_its_full_weight():
    assert score(200, 500) == pytest.approx(0.98661 - 0.11, abs=1e-5)
    assert score(200, 500, profile=nab.LOW_FALSE) == pytest.approx(0.98661 - 0.22, abs=1e-5)


def test_soon_after_a_window_costs_less_than_long_after():
    # 10 rows after a window of 100 rows: y = 10/99, worth 2/(1 + e^0.50505) - 1 = -0.24729
    assert score(500, 609) - score(500) == pytest.approx(-0.11 * 0.24729, abs=1e-5)
    assert score(500, 999) - score(500) == pytest.approx(-0.11, abs=1e-4)


def test_the_probation_does_not_count():
    assert nab.probation(1000) == 150
    assert nab.probation(100_000) == 750
    assert score(149, 500) == score(500)


def test_silence_is_nought_and_the_normal_scale_reaches_a_hundred():
    scores = np.zeros(ROWS)
    scores[500] = 0.9
    files = [nab.Labelled(scores, WINDOW)]
    assert nab.normalised(files, 0.95) == 0
    assert nab.normalised(files, 0.9) == pytest.approx(100 * 1.98661 / 2, abs=1e-3)
    assert nab.best(files)[0] == pytest.approx(99.33, abs=0.01)
