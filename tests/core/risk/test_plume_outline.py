"""The line on the ground where a cloud falls to a limit."""

import numpy as np
import pytest

from chengan.core import errors
from chengan.core.physics.substances import substance
from chengan.core.risk import plume_outline
from chengan.core.risk.clouds import Cloud, steady_cloud
from chengan.core.risk.weather import WeatherClass


def test_the_outline_ends_where_the_centre_falls_to_the_limit():
    # by hand: centre 100/x is 1 at 100 m; at 10 m the ratio is 10, half-width 2 sqrt(2 ln 10)
    far = np.array([10.0, 100.0, 1000.0])
    cloud = Cloud(far, 100 / far, np.full(3, 2.0), is_dense=False)
    along, across = plume_outline.outline(cloud, 1.0)
    assert along.max() == pytest.approx(100.0)
    assert across[list(along).index(10.0)] == pytest.approx(4.2919, abs=1e-4)
    assert (along[0], across[0]) == (along[-1], across[-1])
    np.testing.assert_allclose(across + across[::-1], 0, atol=1e-12)


def test_a_lower_limit_reaches_further_for_real_substances():
    methane, air = substance("74-82-8"), WeatherClass("D", 5.0)
    cloud = steady_cloud(5.0, methane, air)
    whole, half = plume_outline.limits_of(methane)
    assert (whole.code, half.code) == ("lower_limit", "half_lower_limit")
    reach = [plume_outline.outline(cloud, each.concentration)[0].max() for each in (whole, half)]
    assert reach[0] < reach[1] < 1000
    assert plume_outline.outline(cloud, 10.0) is None


def test_chlorine_is_judged_by_its_emergency_thresholds_the_worst_first():
    found = plume_outline.limits_of(substance("7782-50-5"))
    assert [each.code for each in found] == ["AEGL-3", "AEGL-2"]
    # by hand: 20 ppm of 70.906 g/mol at 20 C is 58.96 mg/m3
    assert found[0].concentration == pytest.approx(5.896e-5, rel=1e-3)
    assert steady_cloud(1.0, substance("7782-50-5"), WeatherClass("D", 5.0)).is_dense


def test_without_a_threshold_the_probit_stands_in():
    codes = [each.code for each in plume_outline.limits_of(substance("74-83-9"))]
    assert "one_in_a_hundred" in codes


def test_a_limit_that_the_law_never_reaches_is_refused():
    far = np.array([10.0, 10_000.0])
    cloud = Cloud(far, np.array([2.0, 1.5]), np.ones(2), is_dense=False)
    with pytest.raises(errors.OutOfRange, match="beyond 10000 m"):
        plume_outline.outline(cloud, 1.0)
    with pytest.raises(errors.OutOfRange, match="above 0"):
        plume_outline.outline(cloud, 0.0)
