"""Domino effects: which neighbours a fire or a blast would break."""

from dataclasses import dataclass
from typing import Final

from chengan.core.physics.ranges import within

SOURCE: Final = "Cozzani et al. (2006), J. Hazard. Mater. A129:1, thresholds for escalation"
MARK: Final = "V-"
_LIMITS: Final = {  # heat W/m2 that lasts 10 min or more; overpressure Pa
    "atmospheric_tank": (15e3, 22e3),
    "pressure_vessel": (45e3, 20e3),
    "process_vessel": (45e3, 20e3),
}


@dataclass(frozen=True)
class Escalation:
    """A neighbour that an event would break, by heat or by blast, with the load and its limit."""

    neighbour: str
    by: str
    load: float
    limit: float


def escalates(
    neighbour: str,
    equipment: str,
    *,
    flux: float = 0.0,
    seconds: float = 0.0,
    peak: float = 0.0,
) -> list[Escalation]:
    """What breaks `neighbour`: heat above its limit for ten minutes, or blast above its limit.

    Parameters
    ----------
    flux : W/m2 at the neighbour; seconds : that it lasts; peak : overpressure there, Pa

    Raises
    ------
    errors.OutOfRange
        For negative loads.

    Source: Cozzani et al. (2006); kinds not named there are judged as pressure vessels.
    """
    heat = float(within("flux", flux, 0, unit="W/m2"))
    blast = float(within("peak", peak, 0, unit="Pa"))
    most_heat, most_blast = _LIMITS.get(equipment, _LIMITS["pressure_vessel"])
    found = []
    if heat >= most_heat and seconds >= 600:
        found.append(Escalation(neighbour, "heat", heat, most_heat))
    if blast >= most_blast:
        found.append(Escalation(neighbour, "blast", blast, most_blast))
    return found
