"""Another limit of a score, from the scores of one run."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chengan.city.sense.rehearsal.breaches import Breach
from chengan.city.sense.rehearsal.scores import APART, at_limit


def run(times_limit, *spans):
    time = np.arange(len(times_limit), dtype=np.int64)
    alarms = [Breach("joint", begin, end, 3, 1.0, 0.0) for begin, end in spans]
    return lambda factor: [
        (each.onset, each.end)
        for each in at_limit(alarms, time, np.array(times_limit, dtype=float), factor)
    ]


def test_a_higher_limit_begins_later_or_never_and_a_lower_one_adds_what_stands_apart():
    # 1.2 at row 10, 1.6 at row 12, over at row 20; alone 0.7 at rows 200 and 210, 0.7 at row 25.
    seen = np.zeros(300)
    seen[[10, 12, 25, 200, 210]] = 1.2, 1.6, 0.7, 0.7, 0.7
    at = run(seen, (10, 20))
    assert at(1.0) == [(10, 20)]
    assert at(1.5) == [(12, 20)]
    assert at(2.0) == []
    assert at(0.5) == [(10, 20), (200, 210)]  # row 25 is the alarm's own
    assert run(seen, (10, None))(1.5) == [(12, None)]
    assert APART == 63


@given(st.lists(st.floats(0, 3), min_size=1, max_size=300), st.floats(0.1, 3), st.floats(0.1, 3))
def test_of_two_limits_at_or_above_the_runs_own_the_higher_raises_no_more(seen, one, other):
    low, high = sorted((max(one, 1.0), max(other, 1.0)))
    at = run(seen, (0, len(seen) // 2), (len(seen) // 2 + 1, None))
    assert len(at(high)) <= len(at(low))
