"""Hydrogen jet flames and blowdown, held against Ekoto, Schefer, Houf, Mogi and Proust."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from scipy.optimize import brentq

from chengan.core.arrays import FloatArray
from chengan.core.physics import jet_flame
from chengan.core.physics.blowdown import Blowdown, gas_blowdown
from chengan.core.physics.constants import ATMOSPHERE, GAS_CONSTANT
from chengan.core.physics.gas_release import HYDROGEN_COVOLUME, gas_rate, throat
from chengan.core.physics.notional_nozzle import notional_nozzle
from chengan.core.physics.point_sources import line_flux
from chengan.core.validation.jet_concentrations import DISCHARGE, GAMMA, MOLAR_MASS, air_at
from chengan.core.validation.jet_records import Case, columns

_AIR: Final = (ATMOSPHERE, 293.0)
_DAMP: Final = 0.9
_SCHEFER_WIDTH: Final = 7.94e-3
_SCHEFER_RATES: Final = {5: 57.3e-3, 20: 23.17e-3, 40: 6.92e-3, 60: 2.07e-3, 70: 1.13e-3}


@dataclass(frozen=True)
class Flame:
    """A straight hydrogen flame: m and kg/s."""

    length: float
    rate: float

    def flux(self, targets: FloatArray, *, upright: bool, **seen: object) -> FloatArray:
        """Heat flux (W/m2) at (n, 3) targets about the nozzle."""
        fraction = float(jet_flame.radiant_fraction(self.length, self.rate, jet_flame.HYDROGEN))
        power = fraction * self.rate * jet_flame.HYDROGEN.heat_of_combustion
        end = [0, 0, self.length] if upright else [self.length, 0, 0]
        told: dict = {"temperature": 293.0, "humidity": _DAMP} | seen
        ends = np.array([[0.0, 0.0, 0.0], end])
        return line_flux(ends, targets, power, **told)


def cases(folder: Path) -> list[Case]:
    """All flame cases of the folder, and the blowdown behind one of them."""
    return _ekoto() + _schefer(folder) + _mogi(folder) + _proust(folder)


def _choked(
    width: float, pressure: float, temperature: float, discharge: float, air: tuple[float, float]
) -> Flame:
    state = throat(
        pressure, temperature, MOLAR_MASS, GAMMA, covolume=HYDROGEN_COVOLUME, ambient=air[0]
    )
    nozzle = notional_nozzle(
        width, state, MOLAR_MASS, temperature, discharge=discharge, ambient=air[0]
    )
    length = jet_flame.flame_length(
        nozzle.diameter, nozzle.speed, nozzle.density, air_at(*air), jet_flame.HYDROGEN, air[1]
    )
    return Flame(float(length), float(nozzle.rate))


def _of_rate(width: float, rate: float, temperature: float, discharge: float) -> Flame:
    """The flame of a measured mass flow: choked at the pressure that gives it, or subsonic."""
    area, density = np.pi / 4 * width**2, ATMOSPHERE * MOLAR_MASS / (GAS_CONSTANT * temperature)
    speed = rate / density / area
    if speed > np.sqrt(GAMMA * GAS_CONSTANT / MOLAR_MASS * temperature):
        return _choked(
            width, _pressure_of(rate, area, temperature, discharge), temperature, discharge, _AIR
        )
    length = jet_flame.flame_length(width, speed, density, air_at(*_AIR), jet_flame.HYDROGEN)
    return Flame(float(length), rate)


def _pressure_of(rate: float, area: float, temperature: float, discharge: float) -> float:
    def lacking(pressure: float) -> float:
        state = throat(pressure, temperature, MOLAR_MASS, GAMMA, covolume=HYDROGEN_COVOLUME)
        return float(gas_rate(area, state, discharge)) - rate

    return float(brentq(lacking, 1.02e5, 1.05e8))


def _ekoto() -> list[Case]:
    """Two outdoor flames of Ekoto et al. (2014), table 2, the figures as published there."""
    airs = ((1.022e5, 280.0), (1.011e5, 280.0))
    widths, gauges, warm = (20.9e-3, 52.5e-3), (59.8e5, 62.1e5), (308.7, 287.8)
    flames = [
        _choked(width, gauge + air[0], kelvin, DISCHARGE, air)
        for width, gauge, kelvin, air in zip(widths, gauges, warm, airs, strict=True)
    ]
    lengths = np.array([each.length for each in flames])
    places, damp = ((26.0, 48.0), (0.943, 0.945))
    fluxes = [
        each.flux(np.array([[x, 0, 1.75 - 3.25]]), upright=False, temperature=280.0, humidity=h)
        for each, x, h in zip(flames, places, damp, strict=True)
    ]
    title = "Ekoto et al. 2014 - Table 2,"
    return [
        Case(f"{title} Flame Length", np.array([17.4, 45.9]), lengths),
        Case(f"{title} Heat Flux", np.array([4.7, 23.9]), np.concatenate(fluxes) / 1000),
    ]


def _schefer(folder: Path) -> list[Case]:
    """A blowdown's upright flame; radiometers 1.82 m away look straight at its axis."""
    flames = {t: _of_rate(_SCHEFER_WIDTH, rate, 270, 1.0) for t, rate in _SCHEFER_RATES.items()}
    lengths = columns(folder / "houfschefer-2007-fig5.csv", 2)
    order = np.argsort(lengths["x1"], kind="stable")
    x, seen = lengths["x1"][order], lengths["y1"][order]
    measured = {t: float(np.interp(t, x, seen)) for t in flames}
    found = []
    data = columns(folder / "schefer-2006-fig8.csv", 2)
    for k, (t, flame) in enumerate(flames.items()):
        title = f"Schefer 2006 - Figure 8, Flux v. Normalized Distance at t={t}"
        along = data[f"x{2 * k + 1}"] * measured[t]
        found.append(Case(title, data[f"y{2 * k + 1}"] * 1000, _beside(flame, along)))
    data = columns(folder / "houfschefer-2007-fig6.csv", 2)
    title = "Houf & Shefer 2007 - Figure 6, Flux v. Normalized Distance"
    said = _beside(flames[5], data["x1"] * measured[5])
    found.append(Case(title, data["y1"] * 1000, said))
    title = "Houf & Shefer 2007 - Figure 5, Flame Length v. Time"
    both = [np.array(list(measured.values())), np.array([f.length for f in flames.values()])]
    return [*found, Case(title, *both)]


def _beside(flame: Flame, along: FloatArray) -> FloatArray:
    targets = np.stack([np.full_like(along, 1.82), np.zeros_like(along), along], axis=-1)
    return flame.flux(targets, upright=True, facing=[-1, 0, 0])


def _mogi(folder: Path) -> list[Case]:
    """Level flames of three nozzles by their measured mass flow; the greatest flux beside them.

    Points above 2.7 g/s under the smallest nozzle are beyond its flow at the highest pressure of
    the tests and are taken as of the next.
    """
    data = columns(folder / "mogi-2005-fig9.csv", 3)
    found = []
    for base, away in ((1, 1.5), (5, 2.5), (9, 3.5)):
        seen, said = [], []
        for k, width in enumerate((2e-3, 0.8e-3, 0.4e-3)):
            for rate, flux in zip(data[f"x{base + k}"], data[f"y{base + k}"], strict=True):
                hole = 0.8e-3 if width == 0.4e-3 and rate > 2.7e-3 else width
                seen.append(flux)
                said.append(_greatest(_of_rate(hole, rate, 293, DISCHARGE), away))
        title = f"Mogi et al. 2005 - Figure 9, Heat Flux v. Mass Flow Rate, L={away}m"
        found.append(Case(title, np.array(seen), np.array(said)))
    return found


def _greatest(flame: Flame, away: float) -> float:
    along = np.linspace(0, flame.length, 50)
    targets = np.stack([along, np.full_like(along, away), np.zeros_like(along)], axis=-1)
    return float(flame.flux(targets, upright=False, facing=[0, -1, 0]).max())


def _proust(folder: Path) -> list[Case]:
    """A 25 l vessel at 900 bar; lengths with the measured temperature, fluxes with our own."""
    record = columns(folder / "proust-2011-fig4.csv", 1)
    course = _vessel(2e-3)
    found = [_pressure_record(record, course)]
    order = np.argsort(np.interp(record["x4"], record["x3"], record["y3"]))
    bars = np.interp(record["x4"], record["x3"], record["y3"])[order]
    celsius = record["y4"][order]
    data = columns(folder / "proust-2011-fig8.csv", 2)
    for k, width in ((3, 1e-3), (2, 2e-3), (1, 3e-3)):
        keep = data[f"x{k}"] > 3
        bar, seen = data[f"x{k}"][keep], data[f"y{k}"][keep]
        warm = np.interp(bar, bars, celsius) + 273.15
        said = [
            _choked(width, p * 1e5, t, DISCHARGE, _AIR).length
            for p, t in zip(bar, warm, strict=True)
        ]
        title = f"Proust et al. 2011 - Figure 8, Flame Length v. Pressure, d={width * 1000:.0f}mm"
        found.append(Case(title, seen, np.array(said)))
    return found + _fluxmeters(folder, record, course)


def _vessel(width: float) -> Blowdown:
    return gas_blowdown(
        25e-3,
        np.pi / 4 * width**2,
        90e6 + ATMOSPHERE,
        315.0,
        MOLAR_MASS,
        GAMMA,
        covolume=HYDROGEN_COVOLUME,
        discharge=DISCHARGE,
    )


def _pressure_record(record: dict[str, FloatArray], course: Blowdown) -> Case:
    """Time counted from the record's last full pressure: the recorder ran before the valve."""
    time, bar = record["x3"], record["y3"]
    opened = int(np.argmax(bar < 0.97 * bar[:3].max())) - 1
    keep = time >= time[opened]
    said = np.interp(time[keep] - time[opened], course.time, course.pressure / 1e5)
    return Case("Proust et al. 2011 - Pressure v. Time, d=2mm", bar[keep], said)


def _fluxmeters(folder: Path, record: dict[str, FloatArray], course: Blowdown) -> list[Case]:
    """Five meters at (1.2 k, k) m; the flame by the measured pressure, from two seconds on."""
    data = columns(folder / "proust-2011-fig10.csv", 2)
    found = []
    for k in range(1, 6):
        time, seen = data[f"x{k}"], data[f"y{k}"]
        keep = (time >= 2) & (time <= 60) & (seen > 0)
        said = []
        for at in time[keep]:
            pressure = 1e5 * float(np.interp(at, record["x3"], record["y3"]))
            warm = float(np.interp(pressure, course.pressure[::-1], course.temperature[::-1]))
            flame = _choked(2e-3, max(pressure, 2.2e5), warm, DISCHARGE, _AIR)
            said.append(float(flame.flux(np.array([[1.2 * k, k, 0]]), upright=False)[0]))
        title = f"Proust et al. 2011 - Figure 10, Heat Flux v. Time, Fluxmeter {k}"
        found.append(Case(title, seen[keep], np.array(said)))
    return found
