"""Segments hold what was written, and thinning keeps the peaks."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from chengan.city.sense.lake import history, segments
from chengan.city.sense.models import Segment
from chengan.core.errors import CoreError
from chengan.core.tables import units
from tests.city.sense.lake.rows import rows_of


def test_a_segment_is_sorted_by_datastream_and_time_and_leaves_no_part(tmp_path: Path):
    rows = rows_of((2, 5, 0.2), (1, 9, 0.9), (1, 3, 0.3))
    made = segments.write(tmp_path, "segments/a.parquet", rows)
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


@pytest.mark.django_db
def test_stored_finds_exact_readings_only(tmp_path: Path, settings):
    settings.LAKE_FOLDER = tmp_path
    made = segments.write(tmp_path, "s.parquet", rows_of((1, 10, 1.5), (2, 10, 2.5)))
    Segment.objects.create(level=0, **vars(made))
    found = history.stored(np.array([1, 2, 1]), np.array([10, 11, 9]))
    assert found[0] == 1.5
    assert np.isnan(found[1:]).all()


def sent(rows, given, unit, names):
    return replace(rows, given=np.array(given), unit=np.array(unit, np.uint16), units=names)


def test_what_was_sent_is_kept_only_where_si_does_not_tell_it(tmp_path: Path):
    rows = rows_of((1, 1, 0.002), (1, 2, 0.00300000000001), (2, 1, 7.0), late=[1])
    rows = sent(rows, [2.0, 3.00000000001, 7.0], [0, 0, 1], ("mm", "℃"))
    table = pq.read_table(tmp_path / segments.write(tmp_path, "s.parquet", rows).path)
    assert table["given"].to_pylist() == [None, 3.00000000001, 7.0]
    assert table["unit"].to_pylist() == ["mm", "mm", "℃"]
    assert table["late"].to_pylist() == [False, True, False]


FIGURE = st.one_of(
    st.decimals(-9_000_000, 9_000_000, places=6).map(float),
    st.floats(allow_nan=False, allow_infinity=False),
)


@trying(max_examples=200)
@given(
    st.lists(FIGURE, min_size=1, max_size=20), st.sampled_from(["kPa", "Cel", "[ppm]", "m", "?"])
)
def test_whatever_was_sent_comes_back_to_the_last_bit(given_figures, unit):
    given = np.array(given_figures)
    try:
        factor, offset = units.scale(unit)
    except CoreError:
        factor, offset = 1.0, 0.0
    with np.errstate(over="ignore"):
        value = given * factor + offset
    rows = rows_of(*[(1, n, float(v)) for n, v in enumerate(value)])
    rows = sent(rows, given, [0] * len(given), (unit,))
    back = history._arrays(stamped(segments.table_of(rows)))
    assert back.given.tobytes() == given.tobytes()


def stamped(table):
    for place, name in ((1, "time"), (5, "arrival")):
        table = table.set_column(place, name, table[name].cast(pa.int64()))
    return table


def test_no_readings_make_an_empty_table():
    assert segments.table_of(rows_of()).num_rows == 0
