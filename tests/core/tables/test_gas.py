import numpy as np
import pytest

from chengan.core import errors
from chengan.core.tables.gas import GASES, fraction_from_lel, gas, lel_from_fraction


def test_one_percent_by_volume_of_methane_is_a_fifth_of_its_explosive_limit():
    np.testing.assert_allclose(lel_from_fraction([0.01, 0.0125, 0.025], "CH4"), [20, 25, 50])
    np.testing.assert_allclose(fraction_from_lel([20, 25, 50], "CH4"), [0.01, 0.0125, 0.025])


@pytest.mark.parametrize("name", ["CH4", "ch4", "Methane", "甲烷", "74-82-8", " CH4 "])
def test_a_gas_is_found_by_any_of_its_names(name):
    assert gas(name).formula == "CH4"


def test_every_gas_has_ordered_limits_a_source_and_a_mark():
    for each in GASES:
        assert 0 < each.lower_limit < each.upper_limit < 1
        assert each.source
        assert each.mark in {"V", "V-"}


def test_an_unknown_gas_is_refused_with_those_that_are_known():
    with pytest.raises(
        errors.UnknownGas, match="no explosive limits for gas 'phlogiston'; known are CH4"
    ):
        fraction_from_lel(1, "phlogiston")
