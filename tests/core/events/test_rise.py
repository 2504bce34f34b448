"""Gas that creeps from well to well: the order in which they rise tells where it came from."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.events import rise

# Sensors at 0, 40 and 90 m of a duct; sources at 10, 50 and 85 m.
DISTANCE = np.abs(np.array([10.0, 50.0, 85.0])[:, None] - np.array([0.0, 40.0, 90.0]))


def test_shares_of_pairs_are_as_by_hand():
    # The middle one rose first, then the last, the first never: pairs (1, 2), (1, 0), (2, 0).
    # From 10 m: 30 < 80, 30 > 10, 80 > 10: 1/3; from 50: 10 < 40, 10 < 50, 40 < 50: 1; from 85:
    # 45 > 5, 45 < 85, 5 < 85: 2/3.
    share, near = rise.likely(np.array([np.inf, 3.0, 7.0]), DISTANCE)
    np.testing.assert_allclose(share, [1 / 3, 1.0, 2 / 3])
    assert near.tolist() == [30.0, 10.0, 45.0]


def followed(seen):
    climber = rise.Climber(DISTANCE)
    return [(climber.take(row), climber.is_on) for row in seen]


def creeping():
    seen = np.full((200, 3), 2.0)
    seen[30:60, 1] += 4.0
    seen[36:60, 2] += 3.0
    return seen


def test_an_event_begins_with_three_rows_names_its_source_and_ends_after_an_hour():
    told = followed(creeping())
    on = [k for k, (_event, is_on) in enumerate(told) if is_on]
    assert (on[0], on[-1]) == (32, 117)  # the last hour with two rows of gas: 58 to 117
    last = told[118][0]
    assert (last.begin, last.source, last.share, last.second) == (32, 1, 1.0, 2)
    assert last.order == (1, 2)
    assert told[119] == (None, False)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 199))
def test_saved_and_taken_up_again_it_goes_on_the_same(row):
    seen = creeping()
    climber = rise.Climber(DISTANCE)
    for each in seen[:row]:
        climber.take(each)
    climber = rise.Climber.unpacked(climber.packed())
    assert [(climber.take(each), climber.is_on) for each in seen[row:]] == followed(seen)[row:]


def test_clean_air_tells_nothing_and_other_sensors_are_refused():
    assert all(event is None for event, _is_on in followed(np.full((60, 3), 2.0)))
    with pytest.raises(errors.ShapeMismatch):
        rise.Climber(DISTANCE).take(np.zeros(2))
    with pytest.raises(errors.ShapeMismatch):
        rise.likely(np.zeros(2), DISTANCE)
