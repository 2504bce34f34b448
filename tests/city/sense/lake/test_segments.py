"""Segments hold what was written, and thinning keeps the peaks."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from chengan.city.sense.lake import history, segments


def test_a_segment_is_sorted_by_datastream_and_time_and_leaves_no_part(tmp_path: Path):
    made = segments.write(
        tmp_path,
        "segments/a.parquet",
        np.array([2, 1, 1], np.int32),
        np.array([5, 9, 3], np.int64),
        np.array([0.2, 0.9, 0.3]),
    )
    table = pq.read_table(tmp_path / made.path)
    assert table["datastream"].to_pylist() == [1, 1, 2]
    assert table["value"].to_pylist() == [0.3, 0.9, 0.2]
    assert (made.time_min, made.time_max, made.rows) == (3, 9, 3)
    assert not list(tmp_path.rglob("*.part"))


def test_thinning_keeps_the_highest_and_lowest_reading():
    time = np.arange(10_000)
    value = np.sin(time / 50)
    value[4321], value[8765] = 99.0, -99.0
    thin_time, thin_value = history.thinned(time, value, 200)
    assert len(thin_time) <= 200
    assert {4321, 8765} <= set(thin_time.tolist())
    assert (np.diff(thin_time) > 0).all()
    assert (value[thin_time] == thin_value).all()


def test_stored_finds_exact_readings_only(tmp_path: Path):
    made = segments.write(
        tmp_path,
        "s.parquet",
        np.array([1, 2], np.int32),
        np.array([10, 10], np.int64),
        np.array([1.5, 2.5]),
    )
    found = history.stored([str(tmp_path / made.path)], np.array([1, 2, 1]), np.array([10, 11, 9]))
    assert found[0] == 1.5
    assert np.isnan(found[1:]).all()
