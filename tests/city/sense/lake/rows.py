"""Readings for tests of the lake."""

import numpy as np

from chengan.city.sense.lake.rows import Rows


def rows_of(*readings, unit="", late=()):
    """Readings (stream, time µs, SI value), sent in SI, judged, received when measured."""
    stream, time, value = zip(*readings, strict=True) if readings else ((), (), ())
    count = len(readings)
    return Rows(
        stream=np.array(stream, np.int32),
        time=np.array(time, np.int64),
        value=np.array(value, np.float64),
        given=np.array(value, np.float64),
        unit=np.zeros(count, np.uint16),
        arrival=np.array(time, np.int64),
        evaluate=np.ones(count, np.bool_),
        late=np.isin(np.arange(count), late),
        units=(unit,),
    )
