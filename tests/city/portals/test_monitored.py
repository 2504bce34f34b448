"""The map's figures: no data is never safe, the past is as it was, everybody sees their own."""

from datetime import timedelta

import numpy as np
import pytest

from chengan.city.portals import monitored
from chengan.city.sense.lake import history

from .conftest import AT, SECOND, START


def levels(columns):
    return dict(zip(columns["name"], columns["severity"], strict=True))


def test_an_object_shows_its_worst_level_and_one_that_never_sent_shows_no_data(cast, newest):
    newest("w0", severity=4)
    newest("w1")
    found = levels(monitored.now(cast["enterprise_manager"]))
    assert found == {"well-0": 4, "well-1": 0, "well-2": -1, "well-3": -1}


def test_a_silent_sensor_within_its_limits_is_no_data_but_one_beyond_them_stays_danger(
    cast, newest
):
    newest("w0", silent=True)
    newest("w1", severity=3, silent=True)
    found = levels(monitored.now(cast["duty_officer"]))
    assert found == {"well-0": -1, "well-1": 3}


def test_the_age_of_the_data_is_that_of_the_newest_arrival(cast, newest):
    assert monitored.now(cast["duty_officer"])["as_of"] is None
    newest("w0")
    assert monitored.now(cast["duty_officer"])["as_of"] == START // 1000


@pytest.fixture
def heard_all(monkeypatch, wells):
    monkeypatch.setattr(
        history, "newest", lambda start, end: {each.pk: end for each in wells.values()}
    )


def at(seconds):
    return AT + timedelta(seconds=seconds)


def test_the_past_has_the_level_that_stood_then(cast, say, heard_all):
    say("breach.began", "w0", severity=3, onset=100)
    say("breach.changed", "w0", severity=5, onset=100, at=200)
    say("breach.ended", "w0", severity=5, onset=100, at=300)
    officer = cast["duty_officer"]
    then = [levels(monitored.then(officer, at(s)))["well-0"] for s in (50, 150, 250, 350)]
    assert then == [0, 3, 5, 0]


def test_the_past_of_a_sensor_that_was_not_heard_is_no_data(cast, monkeypatch, wells):
    monkeypatch.setattr(history, "newest", lambda start, end: {wells["w0"].pk: end - SECOND})
    assert levels(monitored.then(cast["duty_officer"], at(60))) == {"well-0": 0, "well-1": -1}


def test_who_was_heard_is_asked_of_the_lake_itself(wells):
    assert history.newest(START, START + SECOND) == {}


def test_everybody_sees_the_state_of_their_own_ground_only(cast):
    seen = {name: set(levels(monitored.now(user))) for name, user in cast.items()}
    assert seen["duty_officer"] == {"well-0", "well-1"}
    assert seen["neighbour_officer"] == {"well-2", "well-3"}
    assert len(seen["enterprise_manager"]) == 4
    assert np.isfinite(monitored.now(cast["duty_officer"])["lon"]).all()
