"""What readings are judged with, and whose silence counts: kept beside the state.

Limits move and datastreams are retired while no runner looks. A replay judges with what was in
force when the readings were judged, or it would make of them something else than was told.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.lib.recfunctions import repack_fields

from chengan.city.sense.runner.registry import Registry
from chengan.core.stream.limits import LIMITS, Limits

_PACKED = repack_fields(LIMITS)
"""Without the bytes between fields, which differ where the limits do not."""


@dataclass(frozen=True, eq=False)
class InForce:
    """Limits by slot, and the slots that must be heard, (slots,) of bool; never changed."""

    limits: Limits
    active: np.ndarray

    @classmethod
    def of(cls, registry: Registry, slots: int) -> "InForce":
        """What a registry asks of `slots` slots."""
        active = np.zeros(slots, dtype=np.bool_)
        active[list(registry.enrolled)] = True
        return cls(registry.limits.grown(slots), active)

    def same_as(self, other: "InForce") -> bool:
        """Say whether both ask the same of the same slots, NaN and NaN included."""
        return np.array_equal(self.active, other.active) and all(
            np.array_equal(self.limits.table[name], other.limits.table[name], equal_nan=True)
            for name in LIMITS.names or ()
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """As figures, by name, for `restored`: limits that many slots share are kept once."""
        rows: dict[bytes, int] = {}
        raw, length = self.limits.table.astype(_PACKED).tobytes(), _PACKED.itemsize
        each = [
            rows.setdefault(raw[at : at + length], len(rows)) for at in range(0, len(raw), length)
        ]
        return {
            "force_limits": np.frombuffer(b"".join(rows), dtype=_PACKED),
            "force_rows": np.array(each, dtype=np.int32),
            "force_active": self.active,
        }

    @classmethod
    def restored(cls, kept: Mapping[str, np.ndarray]) -> "InForce | None":
        """What `arrays` gave; None where it was saved before it was kept, or in another form."""
        if "force_limits" not in kept:
            return None
        table = kept["force_limits"]
        if table.dtype != _PACKED:
            return None
        return cls(Limits(table.astype(LIMITS)[kept["force_rows"]]), kept["force_active"])
