"""A vessel of gas that empties through a hole."""

from dataclasses import dataclass

import numpy as np

from chengan.core.arrays import FloatArray
from chengan.core.physics import gas_release
from chengan.core.physics.constants import ATMOSPHERE, GAS_CONSTANT
from chengan.core.physics.ranges import positive, within


@dataclass(frozen=True)
class Blowdown:
    """Course of a blowdown, one row a step: s, Pa, K, kg/m3, kg/s; arrays of one length."""

    time: FloatArray
    pressure: FloatArray
    temperature: FloatArray
    density: FloatArray
    rate: FloatArray


def gas_blowdown(
    volume: float,
    hole_area: float,
    pressure: float,
    temperature: float,
    molar_mass: float,
    gamma: float,
    *,
    covolume: float = 0.0,
    discharge: float = 1.0,
    ambient: float = ATMOSPHERE,
    steps: int = 400,
) -> Blowdown:
    """Course of pressure, temperature and rate of an adiabatic vessel down to ambient pressure.

    The gas left in the vessel expands isentropically; no heat from the wall, so that a slow
    blowdown is colder here than in fact. `steps` equal steps of density.

    Raises
    ------
    errors.OutOfRange
        For a volume (m3) or area (m2) not above 0, or a state that `gas_release.throat` refuses.

    Source: Crowl and Louvar (2011), section 4-8, with Abel and Noble's co-volume;
    docs/models/blowdown.md.
    """
    space = float(positive("volume", volume, unit="m3"))
    hole = float(positive("hole_area", hole_area, unit="m2"))
    within("pressure", pressure, ambient * 1.001, 1.1e8, unit="Pa")
    r = GAS_CONSTANT / molar_mass
    rho0 = pressure / (r * temperature + covolume * pressure)
    free_end = (1 / rho0 - covolume) * (pressure / (ambient * 1.0005)) ** (1 / gamma)
    rho = np.geomspace(rho0, 1 / (free_end + covolume), steps)
    cooled = ((1 / rho0 - covolume) / (1 / rho - covolume)) ** (gamma - 1)
    inside_t = temperature * cooled
    inside_p = r * inside_t / (1 / rho - covolume)
    state = gas_release.throat(
        inside_p, inside_t, molar_mass, gamma, covolume=covolume, ambient=ambient
    )
    rate = gas_release.gas_rate(hole, state, discharge)
    lost = -np.diff(rho) * space
    time = np.concatenate(([0.0], np.cumsum(lost / ((rate[1:] + rate[:-1]) / 2))))
    return Blowdown(time, inside_p, inside_t, rho, rate)
