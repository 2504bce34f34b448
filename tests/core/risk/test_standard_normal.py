import numpy as np
from numba import njit
from scipy.special import ndtr

from chengan.core.risk.standard_normal import ERROR, LEAST, MOST, share_below


@njit(error_model="numpy")
def shares(z):
    found = np.empty_like(z)
    for k in range(z.size):
        found[k] = share_below(z[k])
    return found


def test_the_share_below_is_within_its_stated_error():
    z = np.linspace(LEAST, MOST, 5001).astype(np.float32)
    np.testing.assert_allclose(shares(z), ndtr(z.astype(float)), rtol=ERROR)


def test_beyond_the_ends_the_share_stays():
    low, high = shares(np.array([-1e3, 60.0], np.float32))
    assert low < 1e-15
    assert abs(high - 1) < ERROR
