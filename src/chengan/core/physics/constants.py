"""Constants that several laws share."""

from typing import Final

GRAVITY: Final = 9.80665  # m/s2
GAS_CONSTANT: Final = 8.314462618  # J/(mol K)
ATMOSPHERE: Final = 101_325.0  # Pa
AIR_MOLAR_MASS: Final = 0.0289647  # kg/mol
AIR_HEAT_CAPACITY: Final = 1005.0  # J/(kg K)
VON_KARMAN: Final = 0.4
STEFAN_BOLTZMANN: Final = 5.670374419e-8  # W/(m2 K4)


def air_density(temperature: float = 293.15, pressure: float = ATMOSPHERE) -> float:
    """Density of dry air (kg/m3) as an ideal gas at `temperature` (K) and `pressure` (Pa)."""
    return pressure * AIR_MOLAR_MASS / (GAS_CONSTANT * temperature)
