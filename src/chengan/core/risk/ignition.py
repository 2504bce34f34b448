"""Whether what escapes is lit: at once, later, or not."""

from typing import Final

from chengan.core.physics.ranges import within

SOURCE: Final = "TNO, Guidelines for quantitative risk assessment (CPR 18E, 1999), table 4.5"
MARK: Final = "V-"
DELAYED_DEFAULT: Final = 0.3  # mark R: of clouds not lit at once over mixed ground; editable
EXPLOSION_SHARE: Final = 0.4  # of delayed ignitions; CPR 18E, section 4.8 (V-)
_STEPS: Final = {"high": (0.2, 0.5, 0.7), "low": (0.02, 0.04, 0.09), "liquid": (0.065,) * 3}


def immediate(reactivity: str, *, rate: float = 0.0, mass: float = 0.0) -> float:
    """Probability that a release of `rate` (kg/s) or `mass` (kg, at once) is lit at once.

    Raises
    ------
    errors.OutOfRange
        For a negative rate or mass.

    Source: CPR 18E (1999), table 4.5: steps at 10 and 100 kg/s, or 1 and 10 t.
    """
    within("rate", rate, 0, unit="kg/s")
    within("mass", mass, 0, unit="kg")
    size = int(rate >= 10 or mass >= 1000) + int(rate >= 100 or mass >= 10_000)
    return _STEPS[reactivity][size]
