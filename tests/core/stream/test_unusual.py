"""The unusual as episodes, and how often a steady stream may be called unusual."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.stream import anomaly, unusual
from chengan.core.stream.events import Cause, Kind

MINUTE = 60_000_000
YEAR_US = 365 * 86_400_000_000


def told(profiles, row, values, start=0):
    time = MINUTE * np.arange(start + 1, start + len(values) + 1)
    return unusual.tell(
        profiles, row=row, stream=100 + row, time=time, value=values, severity=np.full(len(row), 2)
    )


def test_a_spike_begins_and_ends_one_episode_that_says_what_was_seen_and_expected():
    values = np.full(300, 10.0)
    values[250] = 20.0
    events, reason = told(anomaly.empty(1), np.zeros(300, int), values)
    began, ended = events.rows()
    assert (began.kind, began.cause, began.stream) == (Kind.BREACH_BEGAN, Cause.ANOMALY, 100)
    assert (began.severity, began.time, began.onset) == (2, 251 * MINUTE, 251 * MINUTE)
    assert (began.value, began.expected) == (20.0, pytest.approx(10.0))
    assert began.measure > began.limit == 0.5
    assert anomaly.Reason(int(reason[0])) in {anomaly.Reason.VALUE, anomaly.Reason.JUMP}
    assert (ended.kind, ended.onset, ended.severity) == (Kind.BREACH_ENDED, began.onset, 0)


@given(st.integers(1, 1199))
@settings(max_examples=10, deadline=None)
def test_however_readings_of_several_streams_are_cut_the_episodes_are_the_same(cut):
    rng = np.random.default_rng(5)
    row, values = rng.integers(0, 3, 1200), rng.normal(size=1200)
    values[[500, 700, 900]] = 30.0
    whole, _reasons = told(anomaly.empty(3), row, values)
    profiles = anomaly.empty(3)
    first, _reasons = told(profiles, row[:cut], values[:cut])
    then, _reasons = told(profiles, row[cut:], values[cut:], cut)
    assert whole.rows() == [*first.rows(), *then.rows()]
    assert len(whole) >= 4


def test_the_limit_told_is_the_one_in_force_before_this_alarm_raised_it():
    values = np.random.default_rng(4).normal(size=4000)
    values[3900] = 40.0
    profiles = anomaly.empty(1)
    anomaly.allow(profiles, [0], 500.0, 60.0)
    events, _reasons = told(profiles, np.zeros(4000, int), values)
    (began,) = [e for e in events.rows() if e.time == 3901 * MINUTE]
    assert began.measure >= began.limit == profiles["asked"][0]
    # 500 a year of a reading a minute: 3.5 + (3.022 - 3.85) / 2 = 3.086, so 3.1, before and after
    # the alarm raised it; after 3900 readings 3.5 + (4.369 - 3.85) / 2 = 3.760 scores 0.5.
    assert began.limit == pytest.approx(1 - 2 ** (-3.1 / 3.760), abs=1e-3)
    assert 3.4 < profiles["limit"][0] <= 3.45


def test_the_limit_of_an_allowance_is_as_by_hand():
    # One a year of a reading a minute: share 1 / 525,600, log10 -5.721; 3.5 + 1.871 / 2 = 4.435.
    profiles = anomaly.empty(1)
    anomaly.allow(profiles, [0], 1.0, 60.0)
    assert profiles["limit"][0] == pytest.approx(4.435, abs=0.001)
    assert profiles["allowance"][0] == YEAR_US


@pytest.mark.parametrize("kind", ["white", "daily", "heavy"])
def test_a_steady_stream_is_called_unusual_about_as_often_as_it_is_allowed(kind):
    # Two years of a reading each 150 s; 4 a year are allowed. Heavy tails (Student's t of 4) pass
    # it more often in the first year, which raises their limit.
    rng, half = np.random.default_rng(1), 210_240
    time = 150_000_000 * np.arange(1, 2 * half + 1)
    values = rng.standard_t(4, 2 * half) if kind == "heavy" else rng.normal(size=2 * half)
    if kind == "daily":
        values += 4 * np.sin(2 * np.pi * time / 86_400e6)
    profiles = anomaly.empty(1)
    anomaly.allow(profiles, [0], 4.0, 150.0)
    found = anomaly.judge(profiles, stream=np.zeros(2 * half), time=time, value=values)
    began = np.flatnonzero(np.diff(found.alarm.astype(int)) == 1)
    assert (began < half).sum() <= (10 if kind == "heavy" else 6)
    assert (began >= half).sum() <= 6


def test_no_allowance_and_no_interval_are_refused():
    with pytest.raises(errors.OutOfRange, match="positive"):
        anomaly.allow(anomaly.empty(1), [0], 0.0, 60.0)
