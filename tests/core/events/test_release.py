"""Gas: one event from many sensors, its source and rate, by the wind."""

import numpy as np
import pytest

from chengan.core import errors
from chengan.core.events import plume, release

SOURCES = np.array([[0.0, 0.0, 2.0], [0.0, 40.0, 2.0]])
SENSORS = np.array([[30.0, 0.0, 2.0], [30.0, 40.0, 2.0], [-30.0, 20.0, 2.0]])
PPM = 1.5e6 / 3600.0  # methane, kg/h → ppm


def views(rows, seed=0):
    rng = np.random.default_rng(seed)
    towards = rng.normal(0.0, 0.3, rows)
    return PPM * plume.sensitivities(SOURCES, SENSORS, towards, np.full(rows, 2.0))


def readings(rows, rate, source, begin, end):
    rng = np.random.default_rng(1)
    seen = 2.0 + 0.03 * rng.normal(size=(rows, len(SENSORS)))
    seen[begin:end] += rate * views(rows)[begin:end, source]
    return seen


def test_straight_downwind_the_plume_is_as_by_hand():
    # x = 30 m: width 0.35·30^0.95 + 2 = 10.858, height 0.15·30^0.95 + 1 = 4.796; mirrored 4 m up:
    # (1 + e^(-0.5·(4/4.796)²)) / (2π·10.858·4.796·2) = 1.7063 / 654.4 = 0.0026074
    seen = plume.sensitivities(SOURCES[:1], SENSORS[:1], np.zeros(1), np.full(1, 2.0))
    assert seen[0, 0, 0] == pytest.approx(0.0026074, rel=2e-3)


def test_upwind_nothing_is_seen():
    seen = plume.sensitivities(SOURCES[:1], SENSORS[:1], np.full(1, np.pi), np.full(1, 2.0))
    assert seen[0, 0, 0] == 0


@pytest.mark.parametrize("source", [0, 1])
def test_a_release_is_one_event_of_its_source_with_its_rate(source):
    found = release.releases(readings(300, 3.0, source, 100, 200), views(300))
    assert len(found) == 1
    assert found[0].source == source
    assert found[0].rate == pytest.approx(3.0, rel=0.15)
    assert 100 <= found[0].begin <= 105
    assert 200 <= found[0].end <= 225
    assert found[0].share > found[0].runner_up


def test_clean_air_and_missing_sensors_give_no_event():
    seen = readings(300, 0.0, 0, 0, 0)
    seen[50:60] = np.nan
    seen[:, 2] = np.nan
    assert release.releases(seen, views(300)) == []


def test_what_comes_later_does_not_change_when_an_event_began():
    seen = readings(300, 3.0, 1, 100, 200)
    for rows in (110, 150, 240):
        found = release.releases(seen[:rows], views(300)[:rows])
        assert found[0].begin == release.releases(seen, views(300))[0].begin


def test_views_of_other_sensors_are_refused():
    with pytest.raises(errors.ShapeMismatch, match="do not fit"):
        release.releases(np.zeros((5, 2)), views(5))


def test_saved_and_taken_up_again_it_goes_on_with_the_same_figures():
    seen, view = readings(260, 3.0, 1, 100, 200), views(260)
    straight, broken = release.Follower(3, 2), release.Follower(3, 2)
    for row, mine in zip(seen, view, strict=True):
        broken = release.Follower.unpacked(broken.packed())
        assert straight.take(row, mine) == broken.take(row, mine)
        assert straight.is_on == broken.is_on


def test_rows_without_a_wind_tell_nothing_of_sources_and_end_nothing():
    seen, view = readings(260, 3.0, 1, 100, 200), views(260)
    towards = np.zeros(260)
    towards[120:130] = np.nan
    unknown = plume.sensitivities(SOURCES, SENSORS, towards, np.full(260, 2.0))
    assert np.isnan(unknown[120:130]).all()
    assert np.isfinite(unknown[130]).all()
    view[120:130] = np.nan
    (found,) = release.releases(seen, view)
    assert (found.source, found.second) == (1, 0)
    assert found.rate == pytest.approx(3.0, rel=0.15)


def test_where_readings_pass_what_the_fit_takes_the_rate_is_at_least_that():
    found = release.releases(readings(300, 400.0, 0, 100, 200), views(300))
    assert found[0].is_least
    assert not release.releases(readings(300, 3.0, 0, 100, 200), views(300))[0].is_least


def test_a_west_wind_blows_towards_the_east():
    assert plume.blown_towards(np.array([1.5 * np.pi]))[0] == pytest.approx(0.0)
