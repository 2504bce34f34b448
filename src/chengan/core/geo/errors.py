"""What geometry refuses.

GeoError (a CoreError)
├── UnknownSystem     a coordinate system that is not known by that name
├── NotInSystem       figures that the named system cannot hold
├── BadGeometry       a geometry that is broken beyond the allowed repairs; `faults` says how
└── TooManyCells      an area too large for the asked H3 resolution
"""

from chengan.core.errors import CoreError


class GeoError(CoreError):
    """Base of what geometry refuses."""


class UnknownSystem(GeoError):
    """No coordinate system goes by this name."""


class NotInSystem(GeoError):
    """The figures cannot be positions in the named system."""


class BadGeometry(GeoError):
    """A geometry is broken; `faults` (tuple of str) says all that is wrong with it."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class TooManyCells(GeoError):
    """The geometry would cover more H3 cells than the caller allows."""
