import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.physics import jet_concentration, jet_flame
from chengan.core.physics.gas_release import HYDROGEN_COVOLUME, throat
from chengan.core.physics.notional_nozzle import notional_nozzle
from chengan.core.physics.point_sources import line_flux, point_flux
from chengan.core.physics.transmissivity import transmissivity


def hydrogen(width, pressure, **told):
    state = throat(pressure, 293, 2.01588e-3, 1.405, covolume=HYDROGEN_COVOLUME)
    return notional_nozzle(width, state, 2.01588e-3, 293, **told)


def test_a_notional_nozzle_keeps_mass_and_momentum():
    state = throat(1e7, 293, 2.01588e-3, 1.405)
    nozzle = notional_nozzle(0.002, state, 2.01588e-3, 293)
    area = np.pi / 4 * 0.002**2
    force = nozzle.rate * state.speed + (state.pressure - 101_325) * area
    np.testing.assert_allclose(nozzle.rate * nozzle.speed, force, rtol=1e-9)
    flow = nozzle.density * nozzle.speed * np.pi / 4 * nozzle.diameter**2
    np.testing.assert_allclose(flow, nozzle.rate, rtol=1e-9)


def test_flame_lengths_of_published_figures():
    # Imamura et al. (2008), figure 3: 4 mm, 1.41 MPa above ambient, 1.82 m; 2 mm, 1.40 MPa, 0.99 m
    for width, gauge, seen in ((0.004, 1.41e6, 1.82), (0.002, 1.40e6, 0.99)):
        nozzle = hydrogen(width, gauge + 101_325, discharge=0.85)
        length = jet_flame.flame_length(
            nozzle.diameter, nozzle.speed, nozzle.density, 1.204, jet_flame.HYDROGEN
        )
        np.testing.assert_allclose(length, seen, rtol=0.12)


def test_a_jet_carries_its_own_gas():
    jet = jet_concentration.free_jet(
        0.01, 200.0, 0.084, density_air=1.2, molar_mass_ratio=14.4, length=5.0
    )
    spread = jet_concentration.SPREAD**2
    carried = np.pi * spread / (1 + spread) * jet.density * jet.mass_fraction
    carried = carried * jet.speed * jet.width**2
    np.testing.assert_allclose(carried, np.pi / 4 * 0.01**2 * 0.084 * 200, rtol=1e-6)
    assert np.all(np.diff(jet.mass_fraction) < 0) and jet.height[-1] > 0


@given(angle=st.floats(0, 2 * np.pi))
def test_far_from_a_flame_its_heat_is_that_of_a_point(angle):
    away = 300 * np.array([0, np.cos(angle), np.sin(angle)])
    flux = line_flux([[0, 0, 0], [5, 0, 0]], away, 1e6)
    np.testing.assert_allclose(flux, point_flux(300, 1e6, transmissivity(300)), rtol=0.01)


def test_a_plume_from_the_first_is_refused():
    with pytest.raises(errors.OutOfRange, match="Froude"):
        jet_concentration.free_jet(1.0, 1.0, 0.084, density_air=1.2, molar_mass_ratio=14.4)
