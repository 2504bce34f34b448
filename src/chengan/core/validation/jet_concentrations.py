"""Concentration in hydrogen jets, held against Houf and Schefer, Ruggles and Ekoto, and Han."""

from pathlib import Path
from typing import Final

import numpy as np

from chengan.core.arrays import FloatArray
from chengan.core.physics import jet_concentration as jets
from chengan.core.physics.constants import AIR_MOLAR_MASS, GAS_CONSTANT
from chengan.core.physics.gas_release import HYDROGEN_COVOLUME, throat
from chengan.core.physics.notional_nozzle import notional_nozzle
from chengan.core.validation.jet_records import Case, columns

MOLAR_MASS: Final = 2.01588e-3
GAMMA: Final = 1.405
RATIO: Final = AIR_MOLAR_MASS / MOLAR_MASS
DISCHARGE: Final = 0.85
"""Of a sharp hole, the law's own default, where a paper measured none."""
_HOUF = "Houf and Schefer 2008 - Figure"
_HAN = "Han et al. 2013 - Figure 3, Centerline Mass Fraction vs. Distance, P0 ="


def air_at(pressure: float, temperature: float) -> float:
    """Density of air, kg/m3."""
    return pressure * AIR_MOLAR_MASS / (GAS_CONSTANT * temperature)


def cases(folder: Path) -> list[Case]:
    """All concentration cases of the folder."""
    return _houf_schefer(folder) + _ruggles_ekoto(folder) + _han(folder)


def _houf_schefer(folder: Path) -> list[Case]:
    """Subsonic vertical jets of 1.905 mm; the pipe's flow is laminar below a Reynolds of 2300."""
    width, air = 1.905e-3, air_at(1e5, 294)
    fast = _subsonic(22.9, width, air)
    found = []
    data = columns(folder / "houfschefer-2008-fig5.csv", 1)
    for place in (10, 25, 50, 75, 100):
        x, seen = data[f"z{place}x"], data[f"z{place}y"]
        keep = np.abs(x) <= 20
        said = jets.radial_mass_fraction(fast, place * width, x[keep] / 1000, air)
        title = f"{_HOUF} 5, Mass Fraction over Radial Distance, zdist = {place}"
        found.append(Case(title, seen[keep], said))
    data = columns(folder / "houfschefer-2008-fig8.csv", 1)
    title = f"{_HOUF} 8, Inverse Mole Fraction over Axial Distance"
    found.append(_axial(title, data["dp_x"] * width, data["dp_y"], fast, 80 * width))
    data = columns(folder / "houfschefer-2008-fig9.csv", 1)
    for flow, name, froude in ((8.497, "blu", 99), (13.08, "red", 152), (22.9, "bla", 268)):
        title = f"{_HOUF} 9, Inverse Mass Fraction over Axial Distance, Fr = {froude}"
        jet, far = _subsonic(flow, width, air), 100 * width
        found.append(_axial(title, data[f"{name}_x"] * width, data[f"{name}_y"], jet, far))
    return found


def _subsonic(litres_a_minute: float, width: float, air: float) -> jets.Jet:
    gas = 1e5 * MOLAR_MASS / (GAS_CONSTANT * 294)
    speed = litres_a_minute / 60_000 * 0.0838 / gas / (np.pi / 4 * width**2)
    is_laminar = gas * speed * width / 8.9e-6 < 2300
    return jets.free_jet(
        width,
        speed,
        gas,
        density_air=air,
        molar_mass_ratio=RATIO,
        angle=np.pi / 2,
        momentum_factor=4 / 3 if is_laminar else 1.0,
        length=150 * width,
    )


def _axial(title: str, path: FloatArray, seen: FloatArray, jet: jets.Jet, far: float) -> Case:
    """1/mole fraction on the axis, from the end of the core to `far`."""
    keep = (path <= far) & (path >= jet.path[0])
    return Case(title, seen[keep], np.interp(path[keep], jet.path, 1 / jet.mole_fraction))


def _sonic(
    width: float, pressure: float, air: tuple[float, float], angle: float, discharge: float
) -> jets.Jet:
    """A choked jet from `width` (m) at `pressure` (Pa); `air` is pressure and temperature."""
    warm = air[1]
    state = throat(pressure, warm, MOLAR_MASS, GAMMA, covolume=HYDROGEN_COVOLUME, ambient=air[0])
    nozzle = notional_nozzle(width, state, MOLAR_MASS, warm, discharge=discharge, ambient=air[0])
    return jets.free_jet(
        float(nozzle.diameter),
        float(nozzle.speed),
        float(nozzle.density),
        density_air=air_at(*air),
        molar_mass_ratio=RATIO,
        angle=angle,
        length=15.0,
    )


def _ruggles_ekoto(folder: Path) -> list[Case]:
    data = columns(folder / "rugglesekoto-2012-fig7.csv", 2)
    jet = _sonic(1.5e-3, 983.2e3, (98.37e3, 295.4), np.pi / 2, 0.979)
    title = "Ruggles and Ekoto 2012 - Figure 7,"
    keep, wide = data["x1"] <= 300, data["x3"] <= 300
    fraction = np.interp(data["x1"][keep] * 0.75e-3, jet.height, 1 / jet.mass_fraction)
    half = jet.width * jets.SPREAD * np.sqrt(np.log(2)) * 1000
    across = np.interp(data["x3"][wide] * 0.75e-3, jet.height, half)
    return [
        Case(f"{title} Inverse Mass Fraction over Axial Distance", data["y1"][keep], fraction),
        Case(f"{title} Jet Width over Axial Distance", data["y3"][wide], across),
    ]


def _han(folder: Path) -> list[Case]:
    """Horizontal jets; sensors stay on the nozzle's axis while the jet rises above them.

    The file has no measured points for 400 bar and 1 mm: only the paper's fit.
    """
    found = []
    for bar, letter in zip((100, 200, 300, 400), "abcd", strict=True):
        data = columns(folder / f"han-2013-fig3{letter}.csv", 2)
        for k, width in enumerate((0.5, 0.7, 1.0)):
            if (bar, width) == (400, 1.0):
                continue
            x, seen = data[f"x{2 * k + 1}"], data[f"y{2 * k + 1}"]
            keep = (x >= 0.5) & (x <= 10)
            jet = _sonic(width / 1000, bar * 1e5, (101_325, 293), 0.0, DISCHARGE)
            found.append(Case(f"{_HAN} {bar} bar, d = {width}mm", seen[keep], _level(jet, x[keep])))
    return found


def _level(jet: jets.Jet, across: FloatArray) -> FloatArray:
    """Mole fraction at the nozzle's own height, below the risen axis."""
    path = np.interp(across, jet.across, jet.path)
    above = np.interp(across, jet.across, jet.height)
    lean = np.arctan2(np.gradient(jet.height), np.gradient(jet.across))
    radius = above * np.cos(np.interp(across, jet.across, lean))
    air = air_at(101_325, 293)
    mass = np.array(
        [
            float(jets.radial_mass_fraction(jet, float(s), np.asarray(r), air))
            for s, r in zip(path, radius, strict=True)
        ]
    )
    return mass * RATIO / (1 + mass * (RATIO - 1))
