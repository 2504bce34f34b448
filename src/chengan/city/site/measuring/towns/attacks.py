"""What an attacker does to a town's control, and what the record shows in its place.

An attack replaces the law of a pump, or the level that the controllers of one tank are told: a
constant, or what is true put off, more and more over twelve hours. It may hide columns of the
record, by their own rows of some days ago or by a smooth curve.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from chengan.city.site.measuring.towns.control import ALWAYS, NEVER, SUPPLY, Law
from chengan.city.site.measuring.towns.network import STATION, Town

_AIMS: Final = ("T1", "T3", "T4", "T5", "T7", "T2")
_RAMP_H: Final = 12


@dataclass(frozen=True)
class Attack:
    """Rows from `begin` to before `end`; what is done to the control, what is hidden.

    law : of `pump`, instead of the true one; None: as it is.
    told : level (m) that controllers of `tank` are told; None: the true one and `shift` (m).
    hidden : columns of the record that are replaced: replayed from `lag` rows before, or a curve.
    """

    kind: str
    begin: int
    end: int
    tank: str
    pump: str = ""
    law: Law | None = None
    told: float | None = None
    shift: float = 0.0
    hidden: tuple[str, ...] = ()
    is_curve: bool = False
    lag: int = 24

    def read(self, level: float, hours: float) -> float:
        """Give the level that controllers read at `level` (m), `hours` after the beginning."""
        if self.told is not None:
            return self.told
        return level + self.shift * min(1.0, hours / _RAMP_H)


Chance = np.random.Generator
_Draw = Callable[[Attack, Town, Chance], Attack]


def drawn(town: Town, kind: str, rows: tuple[int, int], chance: Chance) -> Attack:
    """Draw an attack of one of `KINDS` on `rows` (begin, end)."""
    bare = Attack(kind, rows[0], rows[1], str(chance.choice(_AIMS)))
    attack = KINDS[kind](bare, town, chance)
    can_curve = bool(attack.hidden) and all(name[0] in "LP" for name in attack.hidden)
    is_curve = bool(chance.random() < 0.3) and can_curve
    days = math.ceil((attack.end - attack.begin) / 24)
    if chance.random() >= 0.6:
        days += int(chance.integers(0, 4))
    return replace(attack, is_curve=is_curve, lag=24 * days)


def _pumps(town: Town, tank: str) -> list[str]:
    """Pumps that fill the tank by its level."""
    return [name for name, law in town.laws.items() if SUPPLY[name] == tank and not law.is_fixed]


def _stops_late(attack: Attack, town: Town, chance: Chance) -> Attack:
    pumps, height = _pumps(town, attack.tank), town.heights[attack.tank]
    pump = pumps[chance.integers(len(pumps))]
    on = min(town.laws[pump].off_above + 0.2 * height, height * 0.97)
    off = height * 1.1 if chance.random() < 0.6 else height * 0.97
    return replace(attack, pump=pump, law=Law(on, off))


def _stops_late_hidden(attack: Attack, town: Town, chance: Chance) -> Attack:
    return replace(_stops_late(attack, town, chance), hidden=(f"L_{attack.tank}",))


def _stops_early(attack: Attack, town: Town, chance: Chance) -> Attack:
    pump, height = _pumps(town, attack.tank)[0], town.heights[attack.tank]
    on = town.laws[pump].on_below
    is_low = chance.random() < 0.5
    law = Law(on * 0.3, on * 0.55) if is_low else Law(on, on + 0.12 * height)
    return replace(attack, pump=pump, law=law)


def _reads_low(attack: Attack, town: Town, chance: Chance) -> Attack:
    if chance.random() < 0.5:
        return replace(attack, told=town.heights[attack.tank] * chance.uniform(0.02, 0.1))
    return replace(attack, told=town.laws[_pumps(town, attack.tank)[0]].on_below * 0.95)


def _reads_low_hidden(attack: Attack, town: Town, chance: Chance) -> Attack:
    attack, pumps = _reads_low(attack, town, chance), _pumps(town, attack.tank)
    hidden = [f"L_{attack.tank}"]
    if chance.random() < 0.5:
        hidden += _columns(pumps)
    if attack.tank != "T2" and chance.random() < 0.5:
        hidden.append(f"P_d{STATION[pumps[0]]}")
    return replace(attack, hidden=tuple(hidden))


def _reads_high(attack: Attack, town: Town, chance: Chance) -> Attack:
    told = town.heights[attack.tank] * chance.uniform(0.9, 0.98)
    hidden = (f"L_{attack.tank}",) if chance.random() < 0.6 else ()
    return replace(attack, told=told, hidden=hidden)


def _reads_off(attack: Attack, town: Town, chance: Chance) -> Attack:
    return replace(attack, shift=-town.heights[attack.tank] * chance.uniform(0.3, 0.45))


def _forces_on(attack: Attack, town: Town, chance: Chance) -> Attack:
    """Switch on a pump that never runs, or the last of the tank's."""
    idle = [name for name, law in town.laws.items() if law == NEVER]
    if chance.random() < 0.6:
        pump = idle[chance.integers(len(idle))]
    else:
        pump = _pumps(town, attack.tank)[-1]
    hidden = tuple(_columns([pump])) if chance.random() < 0.4 else ()
    return replace(attack, tank=SUPPLY[pump], pump=pump, law=ALWAYS, hidden=hidden)


def _columns(pumps: list[str]) -> list[str]:
    return [f"{figure}_{pump}" for pump in pumps for figure in "FS"]


KINDS: Final[dict[str, _Draw]] = {
    "stops late": _stops_late,
    "stops early": _stops_early,
    "reads low": _reads_low,
    "reads low, hidden": _reads_low_hidden,
    "reads high": _reads_high,
    "reads off": _reads_off,
    "forces on": _forces_on,
    "stops late, hidden": _stops_late_hidden,
}
