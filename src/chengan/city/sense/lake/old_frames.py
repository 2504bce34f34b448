"""Frames as earlier versions wrote them: one record a reading. They are read, never written."""

from typing import Final

import numpy as np

from chengan.city.sense.lake.rows import Rows

MAGICS: Final = {b"CGT1", b"CGT2"}
FIRST_ROW: Final = np.dtype(
    [("stream", "<i4"), ("evaluate", "<i4"), ("time", "<i8"), ("value", "<f8"), ("arrival", "<i8")]
)
"""Before values were kept as sent."""
SECOND_ROW: Final = np.dtype(
    [
        ("stream", "<i4"),
        ("evaluate", "u1"),
        ("late", "u1"),
        ("spare", "<u2"),
        ("unit", "S24"),
        ("time", "<i8"),
        ("value", "<f8"),
        ("given", "<f8"),
        ("arrival", "<i8"),
    ]
)


def rows_of(magic: bytes, body: bytes) -> Rows:
    """The readings of an old frame's body."""
    unit: np.ndarray
    if magic == b"CGT1":
        old = np.frombuffer(body, FIRST_ROW)
        given, late = np.full(len(old), np.nan), np.zeros(len(old), np.bool_)
        names, unit = np.array([b""]), np.zeros(len(old), np.uint16)
    else:
        old = np.frombuffer(body, SECOND_ROW)
        given, late = old["given"], old["late"] == 1
        names, unit = np.unique(old["unit"], return_inverse=True)
    return Rows(
        stream=np.ascontiguousarray(old["stream"]),
        time=np.ascontiguousarray(old["time"]),
        value=np.ascontiguousarray(old["value"]),
        given=np.ascontiguousarray(given),
        unit=unit.astype(np.uint16),
        arrival=np.ascontiguousarray(old["arrival"]),
        evaluate=old["evaluate"] == 1,
        late=late,
        units=tuple(name.decode() for name in names) or ("",),
    )
