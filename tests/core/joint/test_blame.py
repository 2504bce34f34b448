"""Which column departs, and whether alone: a device at fault told from what reaches several."""

import numpy as np
import pytest

from chengan.core.joint.blame import Who, departure
from chengan.core.joint.calibration import calibrated
from chengan.core.joint.keeping import packed, unpacked
from chengan.core.joint.watch import Watch
from tests.core.joint.test_watch import rig, times

CAUSE = np.array([1, 1, 0])


def told(values, cause=CAUSE):
    known = calibrated(rig(1000), times(1000))
    return departure(known, values, times(len(values), 1000), known.mean, cause)


def test_a_sensor_that_reads_off_departs_alone_by_what_was_added():
    values = rig(40, 3)
    values[:, 1] += 2.0
    found = told(values)
    assert (found.column, found.who, found.rows) == (1, Who.ALONE, 5)
    assert found.seen - found.expected == pytest.approx(2.0, abs=0.25)
    assert found.most[0] == (1, pytest.approx(2.0, abs=0.25))


def test_two_columns_that_leave_in_their_own_ways_are_several():
    values = np.hstack([rig(40, 3), rig(40, 3)[:, :2]])
    values[:, 0] += 3.0
    values[:, 3] += 9.0
    normal = np.hstack([rig(1000), rig(1000, 0)[:, :2] + 0.1 * rig(1000, 9)[:, 2:]])
    known = calibrated(normal, times(1000))
    found = departure(known, values, times(40, 1000), known.mean, CAUSE)
    assert found.who is Who.SEVERAL


def test_columns_that_agree_are_told_as_moving_together():
    values = rig(40, 3) + 1.5 * np.array([1.0, 2.0, -1.0])
    found = told(values, np.array([0, 0, 2]))
    assert (found.column, found.who) == (2, Who.TOGETHER)
    assert [np.sign(apart) for _column, apart in sorted(found.most)] == [1, 1, -1]


def test_a_column_that_is_missing_is_never_named():
    values = rig(40, 3)
    values[:, 1], values[:, 0] = np.nan, values[:, 0] + 3.0
    found = told(values)
    assert found.column in {0, 2}
    assert np.isfinite(found.seen)


@pytest.mark.parametrize("stop", [0, 300, 401, 1500])
def test_a_watch_that_was_packed_goes_on_to_the_last_digit(stop):
    values = rig(1800, 6)
    values[700:720, 0] += 3.0
    whole = Watch(3)
    expected = whole.judge(values, times(1800)).score[stop:]
    part = Watch(3)
    part.judge(values[:stop], times(stop))
    again = unpacked(packed(part))
    seen = again.judge(values[stop:], times(1800 - stop, stop)).score
    np.testing.assert_allclose(seen, expected, rtol=1e-9, atol=1e-12)
