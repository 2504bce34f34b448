"""A stream's stored readings, and the silences between them."""

import numpy as np

from chengan.city.sense.rehearsal.breaches import Breaches
from chengan.city.sense.rehearsal.hearing import Hearing
from chengan.core.stream.limits import Limits

SECOND = 1_000_000


def heard(seconds, values, *cuts, end):
    limits = Limits.none(1)
    limits.put(0, silent_after_us=180 * SECOND, stuck_us=240 * SECOND)
    hearing, found = Hearing(limits), Breaches()
    time = np.array(seconds) * SECOND
    for part in np.split(np.arange(len(time)), cuts):
        found.take(hearing.take(time[part], np.array(values, dtype=float)[part])[0], {}, {0: 7})
    found.take(hearing.over(end * SECOND), {}, {0: 7})
    return [
        (each.cause, each.onset // SECOND, None if each.end is None else each.end // SECOND)
        for each in found.all
    ]


def test_a_gap_is_a_silence_from_the_last_reading_to_the_next_however_history_is_cut():
    seconds, values = [0, 60, 120, 600, 660, 720], [1, 2, 3, 1, 2, 3]
    told = [("silent", 120, 600), ("silent", 720, None)]
    assert heard(seconds, values, end=1200) == told
    assert heard(seconds, values, 3, end=1200) == told
    assert heard(seconds, values, 2, 4, end=1200) == told
    assert heard(seconds, values, end=800) == told[:1]  # 80 s are no silence yet


def test_a_value_that_stays_is_stuck_and_before_the_first_reading_nothing_is_silent():
    # The same from 60 s on; 240 s later it is stuck, until another value comes.
    assert heard([0, 60, 120, 240, 360, 420], [1, 2, 2, 2, 2, 3], end=500) == [("stuck", 60, 420)]
    assert heard([], [], end=10_000) == []
