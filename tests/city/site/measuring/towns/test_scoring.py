"""S counts how soon attacks are told and how many rows rightly."""

import numpy as np
import pytest

from chengan.city.site.measuring.towns.scoring import scored

ATTACKS = [(2, 6), (8, 10)]


def alarmed(*rows):
    alarm = np.zeros(12, np.bool_)
    alarm[list(rows)] = True
    return alarm


def test_s_by_hand():
    # delays 1 of 4 and 2 of 2 rows: 1 - (0.25 + 1) / 2; of 6 attacked rows 3, of 6 normal 5 rightly
    found = scored(alarmed(3, 4, 5, 6), ATTACKS)
    assert found.ttd == pytest.approx(0.375) and found.never_found == 1
    assert (found.tpr, found.tnr) == (pytest.approx(3 / 6), pytest.approx(5 / 6))
    assert found.s == pytest.approx(0.5 * 0.375 + 0.25 * (3 / 6 + 5 / 6))


def test_told_to_the_row_is_one_and_silence_a_quarter():
    assert scored(alarmed(2, 3, 4, 5, 8, 9), ATTACKS).s == 1.0
    assert scored(alarmed(), ATTACKS).s == 0.25
