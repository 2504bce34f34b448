import numpy as np
import pytest

from chengan.core import errors
from chengan.core.validation import scores


def test_scores_by_hand():  # twice and half: MG 1, VG exp(ln2^2) = 1.617, both within two
    score = scores.dispersion([1.0, 1.0], [2.0, 0.5])
    assert (score.fac2, score.mg) == (1.0, pytest.approx(1.0))
    assert score.vg == pytest.approx(np.exp(np.log(2) ** 2))


def test_percent_error_is_of_the_mean_of_both():  # |1-3| / 2 = 100 %
    assert scores.percent_error([1.0], [3.0]) == pytest.approx(100)


def test_nothing_seen_is_refused():
    with pytest.raises(errors.OutOfRange, match="observed"):
        scores.dispersion([0.0], [1.0])
