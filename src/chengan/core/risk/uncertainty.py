"""How sure a figure is: Latin hypercube over the inputs that matter, and which of them matter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, qmc, spearmanr

from chengan.core import errors
from chengan.core.arrays import FloatArray


@dataclass(frozen=True)
class Range:
    """An uncertain input: its 5 and 95 per cent points; the logarithm is normal if `is_log`."""

    low: float
    high: float
    is_log: bool = False

    def at(self, share: FloatArray) -> FloatArray:
        """Values at cumulative probabilities (0 to 1)."""
        low, high = (np.log(self.low), np.log(self.high)) if self.is_log else (self.low, self.high)
        middle, half = (low + high) / 2, (high - low) / 2
        value = middle + half * norm.ppf(share) / norm.ppf(0.95)
        return np.exp(value) if self.is_log else value


@dataclass(frozen=True)
class Spread:
    """A result's 5, 50 and 95 per cent points, the share above a limit, and what drives it."""

    low: float
    middle: float
    high: float
    above: float
    drivers: tuple[tuple[str, float], ...]


def sample(ranges: Mapping[str, Range], size: int, seed: int) -> list[dict[str, float]]:
    """`size` sets of inputs that cover every range evenly; the same seed gives the same sets.

    Raises
    ------
    errors.OutOfRange
        For a size below 8 or no ranges.

    Source: McKay, Beckman and Conover (1979), Technometrics 21:239, by scipy.stats.qmc.
    """
    if size < 8 or not ranges:
        raise errors.OutOfRange(f"at least 8 sets of 1 or more inputs are needed, got {size}")
    shares = qmc.LatinHypercube(d=len(ranges), rng=np.random.default_rng(seed)).random(size)
    columns = {
        name: each.at(np.clip(shares[:, k], 1e-4, 1 - 1e-4))
        for k, (name, each) in enumerate(ranges.items())
    }
    return [{name: float(column[n]) for name, column in columns.items()} for n in range(size)]


def spread(
    inputs: list[dict[str, float]], result: Callable[[dict[str, float]], float], limit: float
) -> Spread:
    """Run `result` on each set of inputs; say how sure "below the limit" is, and what drives it.

    The drivers are Spearman's rank correlations, the strongest first.
    """
    values = np.array([result(each) for each in inputs])
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
    drivers = [(name, _correlation(inputs, name, values)) for name in inputs[0]]
    drivers.sort(key=lambda pair: -abs(pair[1]))
    above = float(np.mean(values > limit))
    return Spread(float(low), float(middle), float(high), above, tuple(drivers))


def _correlation(inputs: list[dict[str, float]], name: str, values: FloatArray) -> float:
    column = np.array([each[name] for each in inputs])
    if np.ptp(column) == 0 or np.ptp(values) == 0:
        return 0.0
    return float(spearmanr(column, values).statistic)
