"""What an engine must not be believed."""

import numpy as np
import pytest

from chengan.core import errors
from chengan.core.network.soundness import hydraulics

PIPE = {"start": [0], "end": [1], "is_source": [True, False], "is_demand_fixed": False}


def test_what_flows_in_flows_out():
    found = hydraulics(**PIPE, flow=[[0.01]], demand=[[-0.01, 0.01]], pressure=[[0, 30]])
    assert found.faults == ()
    assert found.worst_imbalance == pytest.approx(0)


def test_water_that_is_lost_is_found():
    found = hydraulics(**PIPE, flow=[[0.02]], demand=[[-0.02, 0.01]], pressure=[[0, 30]])
    assert len(found.faults) == 1


def test_delivery_at_negative_pressure_is_nonsense():
    given = PIPE | {"is_demand_fixed": True}
    found = hydraulics(**given, flow=[[0.01]], demand=[[-0.01, 0.01]], pressure=[[0, -5]])
    assert found.negative_share == 1.0
    assert len(found.faults) == 1


def test_impossible_heads_and_no_numbers_are_found():
    for pressure in (5000, np.nan):
        found = hydraulics(**PIPE, flow=[[0.01]], demand=[[-0.01, 0.01]], pressure=[[0, pressure]])
        assert found.faults


def test_columns_that_do_not_belong_together_are_refused():
    with pytest.raises(errors.ShapeMismatch):
        hydraulics(**PIPE, flow=[[0.01], [0.01]], demand=[[0, 0.01]], pressure=[[0, 30]])
