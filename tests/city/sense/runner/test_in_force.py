"""A replay judges with what was in force when the readings were judged, whatever is asked since."""

import numpy as np
import pytest

from chengan.city.journal import api as journal
from chengan.city.sense import api as sense
from chengan.city.sense.models import Datastream
from chengan.city.sense.runner.in_force import InForce
from chengan.city.sense.runner.partition import Partition
from chengan.core.stream.limits import LIMITS, Limits
from tests.city.sense.runner.test_partition import SECOND, START, StoppedError, message


def limit(stream, high_mm):
    high = [None, None, high_mm / 1000, None, None]
    sense.set_limits({stream.pk: {"high": high, "low": [], "rule": "odd/1"}})


def retire(stream):
    Datastream.objects.filter(pk=stream.pk).update(is_active=False)


def moved(stream):
    limit(stream, 20)


def told():
    return [each for each in journal.after(0) if each.data.get("cause") == "high"]


@pytest.mark.parametrize("stop", ["rolled", "stopped", "killed"])
@pytest.mark.parametrize(("change", "why"), [(moved, None), (retire, "retired")])
def test_a_breach_ends_once_though_its_limits_changed_while_nobody_looked(
    stream, lake, monkeypatch, stop, change, why
):
    limit(stream, 10)
    work = Partition(lake)
    work.take([message(stream, 0, [5.0])], 1)
    work.roll()
    work.take([message(stream, 10, [15.0])], 2)  # no segment holds it when the limits change
    change(stream)
    if stop == "rolled":
        work.roll()
    elif stop == "killed":  # its new tail is committed, the state that goes with it is not
        with monkeypatch.context() as patch, pytest.raises(StoppedError):
            patch.setattr(work.sealer, "finish", lambda _point: _stopped(work))
            work.roll()
    work.close()
    for number in range(3):
        work = Partition(lake)
        if change is moved:
            work.take([message(stream, 20 + number, [15.0])], 3 + number)
        work.tick(START + (30 + number) * SECOND)
        work.close()
    began, ended = told()
    assert (began.kind, ended.kind) == ("sense.breach.began", "sense.breach.ended")
    assert (ended.data["onset"], ended.data.get("why_over")) == (began.data["onset"], why)


def _stopped(work):
    if work.sealer.work is not None:
        raise StoppedError
    return []


def test_the_state_is_kept_at_once_only_where_something_else_is_in_force(stream, lake):
    def is_kept():
        work = Partition(lake)
        work.close()
        return work.point.state_epoch == work.point.epoch

    fields = {"high": [], "low": [], "anomaly_severity": 2, "step_severity": 3}
    changes = [
        {"anomaly_a_year": 12.0}, {"anomaly_a_year": 1.0}, {"step_usual": 0.1},
        {"step_window_s": 120.0}, {"silent_s": 600.0},
    ]  # fmt: skip
    for change in changes:
        fields |= change
        sense.set_limits({stream.pk: fields})
        assert [is_kept(), is_kept()] == [True, False], change


def test_limits_that_many_share_are_kept_once():
    limits = Limits.none(1000)
    limits.put(np.arange(10, 900), high=[np.nan, 1.0, 2.0, np.nan, np.nan], silent_after_us=5)
    limits.put([7], rate_limit=0.5, rate_severity=2)
    force = InForce(limits, np.arange(1000) % 3 == 0)
    kept = force.arrays()
    assert len(kept["force_limits"]) == 3
    found = InForce.restored(kept)
    assert found.same_as(force)
    found.limits.put([3], stuck_us=1)
    assert not found.same_as(force)
    assert not InForce(limits, np.zeros(1000, np.bool_)).same_as(force)
    assert InForce.restored({}) is None
    other = np.zeros(3, dtype=[(name, np.float32) for name in LIMITS.names])
    assert InForce.restored(kept | {"force_limits": other}) is None
