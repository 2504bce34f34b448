"""Readings for tests of the lake."""

import numpy as np

from chengan.city.sense.lake import tail


def rows_of(*readings):
    """Rows of (stream, time µs, SI value), sent in SI, judged, received when measured."""
    made = np.zeros(len(readings), dtype=tail.ROW)
    for place, (stream, time, value) in enumerate(readings):
        made[place]["stream"], made[place]["time"] = stream, time
        made[place]["value"] = made[place]["given"] = value
    made["arrival"], made["evaluate"] = made["time"], 1
    return made
