"""What the sciences refuse.

CoreError (a ValueError)
├── OutOfRange          a figure outside the range in which a rule or law holds
├── ShapeMismatch       columns of different lengths, or a stream that the state does not have
├── LimitsError         limits that contradict each other
├── StateUnreadable     a saved state that is torn, of another version, or something else
└── UnitError
    ├── UnknownUnit     a unit that no table names
    ├── WrongDimension  a unit of another quantity than the one asked for
    └── UnknownGas      a gas without published limits, or a unit that needs one and got none
"""

from typing import Any

from chengan.core.sentences import Sentence


class CoreError(ValueError):
    """Base of everything that the sciences refuse; `sentence` keeps its figures apart."""

    def __init__(self, said: str = "", /, **about: Any) -> None:
        """Say it; figures given by name fill the sentence's places (`{name}`)."""
        self.sentence = Sentence(said, **about)
        super().__init__(self.sentence)


class OutOfRange(CoreError):
    """A figure lies outside the range in which the rule or law holds."""


class ShapeMismatch(CoreError):
    """Columns differ in length, or an index points past the last stream."""


class LimitsError(CoreError):
    """Limits contradict each other; the message names the limit, the stream and the values."""


class StateUnreadable(CoreError):
    """A saved state is torn, of another version, or not a state at all."""


class UnitError(CoreError):
    """Base of what is wrong with a unit."""


class UnknownUnit(UnitError):
    """No table names this unit."""


class WrongDimension(UnitError):
    """The unit measures another quantity; the message lists the units that would do."""


class UnknownGas(UnitError):
    """The gas has no published limits here, or a unit needs a gas and none was named."""
