"""How well a law agrees with an experiment."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chengan.core.physics.ranges import positive


@dataclass(frozen=True)
class DispersionScore:
    """Share within a factor of two, geometric mean bias and geometric variance."""

    fac2: float
    mg: float
    vg: float


def dispersion(observed: npt.ArrayLike, predicted: npt.ArrayLike) -> DispersionScore:
    """Scores of paired concentrations; MG above 1 means predicted too low.

    Raises
    ------
    errors.OutOfRange
        If a concentration is not above 0.

    Source: Chang and Hanna (2004), Meteorol. Atmos. Phys. 87:167.
    """
    seen = positive("observed", observed, unit="kg/m3")
    said = positive("predicted", predicted, unit="kg/m3")
    ratio, log = said / seen, np.log(seen / said)
    within = (ratio >= 0.5) & (ratio <= 2)
    vg = float(np.exp(np.mean(log**2)))
    return DispersionScore(float(np.mean(within)), float(np.exp(np.mean(log))), vg)


def percent_error(observed: npt.ArrayLike, predicted: npt.ArrayLike) -> float:
    """Mean of |e - c| over the mean of both, in percent."""
    seen, said = np.asarray(observed, np.float64), np.asarray(predicted, np.float64)
    return float(100 * np.mean(np.abs(seen - said) / ((np.abs(seen) + np.abs(said)) / 2)))
