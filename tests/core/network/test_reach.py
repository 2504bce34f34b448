"""Who is cut off when a link is closed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.network.reach import cut_off, fed, joined

# 0 - 1 - 2 and a ring 1 - 3 - 4 - 1; 5 hangs alone
START, END = [0, 1, 1, 3, 4], [1, 2, 3, 4, 1]


def test_a_dead_end_is_cut_off_and_a_ring_is_not():
    assert fed(6, START, END, [0]).tolist() == [True] * 5 + [False]
    assert cut_off(6, START, END, [0], [1]).tolist() == [False, False, True, False, False, False]
    assert not cut_off(6, START, END, [0], [2]).any()
    assert cut_off(6, START, END, [0, 4], [0]).sum() == 0  # the other source takes over


def test_ends_that_nearly_meet_are_one_place():
    place = joined([0, 10, 10.4, 10.8, 20], [0, 0, 0, 0, 0], 0.5)
    assert place[1] == place[2] == place[3]
    assert len(set(place.tolist())) == 3


@given(st.data())
def test_closing_more_never_feeds_more(data):
    nodes = data.draw(st.integers(2, 12))
    ends = st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1))
    links = data.draw(st.lists(ends, min_size=1, max_size=20))
    start, end = map(list, zip(*links))
    closed = data.draw(st.lists(st.integers(0, len(links) - 1), min_size=1))
    few, many = (cut_off(nodes, start, end, [0], each) for each in (closed[:1], closed))
    assert not np.any(few & ~many)


def test_a_link_to_nowhere_is_refused():
    with pytest.raises(errors.OutOfRange):
        fed(2, [0], [5], [0])
