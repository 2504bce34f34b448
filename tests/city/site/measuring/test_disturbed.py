"""A disturbed series is another recording of the same: its windows hold the same moments."""

import numpy as np

from chengan.city.site.measuring.disturbed import Series, disturbed

HOUR = 3_600_000_000


def test_windows_stay_with_their_readings_and_little_else_stays_as_it_was():
    times = np.arange(2000, dtype=np.int64) * 300_000_000
    values = np.sin(np.arange(2000) / 20.0)
    values[[900, 950]] = 50.0
    whole = Series(times, values, [(900, 950)])
    for seed in range(5):
        found = disturbed(whole, np.random.default_rng(seed))
        [(first, last)] = found.windows
        assert np.allclose(np.abs(found.values[[first, last]]), 50.0, atol=0.1)
        moved = found.times[first] - times[900]
        assert moved % HOUR == 0 and 0 <= moved < 24 * HOUR
        assert 0.9 * 2000 < len(found.values) < 2000
