"""Every law refuses what lies outside its published range, by the argument's name and value."""

import re

import numpy as np
import pytest

from chengan.core import errors
from chengan.core.harm import shelter, thermal, toxic
from chengan.core.physics import (
    blast_bst,
    blast_multi_energy,
    blast_tnt,
    blowdown,
    briggs,
    dense_gas,
    fireball,
    flash_fire,
    gas_release,
    gaussian_plume,
    gaussian_puff,
    jet_flame,
    liquid_release,
    point_sources,
    pool_evaporation,
    pool_fire,
    pool_spread,
    richardson,
    site_flags,
    stability,
    surface_layer,
    transmissivity,
    two_phase_release,
)
from chengan.core.physics.near_ground_plume import Air, near_ground_concentration

AIR = Air.of_class("D", 5.0, 10.0, 0.03)
CASES = {
    "density.*got 20 kg": lambda: liquid_release.liquid_rate(1e-4, 20, 1e5),
    "head.*got 200 m": lambda: liquid_release.draining_time(10, 1e-3, 200),
    "gamma.*got 2": lambda: gas_release.critical_ratio(2),
    "pressure.*got 2e\\+08 Pa": lambda: gas_release.throat(2e8, 300, 0.029, 1.4),
    "volume.*got 0 m3": lambda: blowdown.gas_blowdown(0, 1e-4, 1e6, 300, 0.029, 1.4),
    "omega.*got 5000": lambda: two_phase_release.critical_pressure_ratio(5000),
    "flashed.*got 1.5": lambda: two_phase_release.airborne_fraction(1.5),
    "depth.*got 0.0001 m": lambda: pool_spread.instant_radius(1, 1, 1e-4),
    "wind.*got 50 m/s": lambda: pool_evaporation.evaporation_rate(1, 50, 1e4, 0.05, 293),
    "superheat.*got 400": lambda: pool_evaporation.boiling_rate(1, 1, 4e5, 400),
    "distance.*got 20000 m": lambda: briggs.spread(20_000, "D"),
    "stability.*'G'": lambda: briggs.spread(100, "G"),
    "wind.*got 0.1 m/s": lambda: gaussian_plume.concentration(1, 100, 0.1, "D"),
    "path of the puff.*got 5 m": lambda: gaussian_puff.concentration(1, 1, 5, "D", distance=5),
    "distance.*got 5000 m": lambda: near_ground_concentration(1, 5000, AIR),
    "source_height.*got 20 m": lambda: near_ground_concentration(1, 100, AIR, source_height=20),
    "ratio.*got 0.5": lambda: dense_gas.plume_distance(0.5, 10, 5, 2, 1.2),
    "volume_rate.*got -1 m3/s": lambda: richardson.continuous(2, -1, 5, 1.2),
    "roughness.*got 2 m": lambda: stability.obukhov_inverse("D", 2.0),
    "height.*got 0.001 m": lambda: surface_layer.friction_velocity(5, 0.001, 0.01, 0),
    "humidity.*got 2": lambda: transmissivity.transmissivity(100, humidity=2),
    "flame Froude": lambda: jet_flame.flame_length(10, 1.0, 0.08, 1.2, jet_flame.HYDROGEN),
    "distance from the flame.*got 0 m": lambda: point_sources.line_flux(
        np.zeros((2, 3)), np.zeros(3), 1e5
    ),
    "diameter.*got 500 m": lambda: pool_fire.flame_length(500, 0.05),
    "distance over radius.*got 0.5": lambda: pool_fire.view_factor(0.5, 1, 1),
    "mass.*got 1 kg": lambda: fireball.diameter(1),
    "fraction.*got 2": lambda: flash_fire.limit_concentration(2, 0.044),
    "distance to the limit.*inf": lambda: flash_fire.reach(lambda x: 1 + 0 * x, 0.5),
    "efficiency.*got 0.5": lambda: blast_tnt.equivalent_mass(1, 4e7, 0.5),
    "scaled distance.*got 100": lambda: blast_tnt.overpressure(100, 1),
    "strength.*got 0": lambda: blast_multi_energy.overpressure(1, 1e9, 0),
    "mach.*got 9": lambda: blast_bst.overpressure(1, 1e9, 9),
    "building_height.*got 0 m": lambda: site_flags.is_in_wake(1, 1, 0, 1),
    "flux.*got -1 W": lambda: thermal.fatality(-1, 10),
    "ppm.*got 2e\\+06": lambda: toxic.from_ppm(2e6, 0.07),
    "air_changes.*got 100": lambda: shelter.indoor_concentration(1, 60, 60, 100),
}


@pytest.mark.parametrize("told", CASES)
def test_a_law_refuses_by_name_and_value(told):
    with pytest.raises(errors.OutOfRange) as refused:
        CASES[told]()
    assert re.search(told, str(refused.value)), str(refused.value)
