"""Which points lie near each other, link by link."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengan.core.geo.distance import distances_m
from chengan.core.geo.errors import NotInSystem
from chengan.core.geo.local import LocalPlan
from chengan.core.geo.neighbours import clusters

PLAN = LocalPlan(117.2, 31.8)


def test_steps_of_a_hundred_metres_lead_from_one_to_another():
    # 0, 90 and 180 m are one chain; 300 m is 120 m away from it; two in one place are together.
    lon, lat = PLAN.to_degrees([0.0, 90.0, 180.0, 300.0, 300.0], [0.0] * 5)
    first, second, third, far, same = clusters(lon, lat, 100.0).tolist()
    assert first == second == third != far == same
    assert len(clusters([], [], 100.0)) == 0


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500)), min_size=2, max_size=12))
def test_points_of_two_clusters_are_never_within_reach(points):
    lon, lat = PLAN.to_degrees(*np.array(points).T)
    labels = clusters(lon, lat, 100.0)
    for k, label in enumerate(labels):
        far = distances_m(lon[k], lat[k], lon, lat)
        assert (far[labels != label] > 99.99).all()


def test_a_negative_reach_is_refused():
    with pytest.raises(NotInSystem, match="0 m or more"):
        clusters([117.2], [31.8], -1.0)
