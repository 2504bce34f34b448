"""An underexpanded jet, replaced by the nozzle at ambient pressure from which it would come."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import FloatArray
from chengan.core.physics.constants import ATMOSPHERE, GAS_CONSTANT
from chengan.core.physics.gas_release import Throat, gas_rate
from chengan.core.physics.ranges import positive


@dataclass(frozen=True)
class Nozzle:
    """Source of a jet at ambient pressure: m, m/s, kg/m3, kg/s."""

    diameter: FloatArray
    speed: FloatArray
    density: FloatArray
    rate: FloatArray


def notional_nozzle(
    diameter: npt.ArrayLike,
    state: Throat,
    molar_mass: float,
    temperature: float,
    *,
    discharge: float = 1.0,
    ambient: float = ATMOSPHERE,
) -> Nozzle:
    """The nozzle at ambient pressure with the mass flow and momentum of the hole.

    Parameters
    ----------
    diameter : of the hole, m, above 0
    state : in the hole, from `gas_release.throat`
    temperature : K, of the expanded gas: that of the storage, as Birch assumed

    Raises
    ------
    errors.OutOfRange
        For a diameter or temperature not above 0.

    Source: Birch, Hughes and Swaffield (1987), Combust. Sci. Technol. 52:161;
    docs/models/jet_concentration.md.
    """
    hole = positive("diameter", diameter, unit="m")
    area = np.pi / 4 * hole**2
    rate = gas_rate(area, state, discharge)
    push = np.where(state.is_choked, (state.pressure - ambient) * area, 0.0)
    speed = state.speed * discharge + push / rate
    warm = float(positive("temperature", temperature, unit="K"))
    density = np.asarray(ambient * molar_mass / (GAS_CONSTANT * warm))
    density = np.where(state.is_choked, density, state.density)
    width = np.sqrt(4 * rate / (np.pi * density * speed))
    return Nozzle(width, np.asarray(speed), density, rate)
