"""One datastream's readings, whatever files and row groups they stand in."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.city.sense.lake import of_stream, segments
from tests.city.sense.lake.rows import rows_of


def values(paths, stream, start=0, end=10**9):
    return of_stream.read([str(path) for path in paths], stream, start, end)["value"].to_pylist()


def hour(folder, readings, group, stem="h"):
    """Files of (stream, time, value), sorted, cut small so that few readings fill many."""
    table = segments.table_of(rows_of(*sorted(readings)))
    kept = segments.LEAST_GROUP, segments.ROW_GROUP, segments.GROUPS_A_FILE
    segments.LEAST_GROUP = segments.ROW_GROUP = group
    segments.GROUPS_A_FILE = 2
    try:
        made = segments.write_hour(folder, stem, [table.slice(0, 7), table.slice(7)])
    finally:
        segments.LEAST_GROUP, segments.ROW_GROUP, segments.GROUPS_A_FILE = kept
    return made


def test_a_datastream_that_lies_across_row_groups_and_files_is_whole(tmp_path):
    readings = [(stream, time, stream + time / 10) for stream in (1, 2, 3) for time in range(5)]
    made = hour(tmp_path, readings, group=2)
    assert [(each.rows, each.stream_min, each.stream_max) for each in made] == [
        (4, 1, 1), (4, 1, 2), (4, 2, 3), (3, 3, 3),
    ]  # fmt: skip
    paths = [tmp_path / each.path for each in made]
    assert values(paths, 2) == [2.0, 2.1, 2.2, 2.3, 2.4]
    assert values(paths, 2, start=1, end=3) == [2.1, 2.2, 2.3]
    assert values(paths, 4) == []
    assert max(pq.read_metadata(path).num_row_groups for path in paths) <= 3


@given(
    readings=st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 20)), min_size=1, max_size=40, unique=True
    ),
    group=st.integers(1, 6),
    asked=st.tuples(st.integers(0, 6), st.integers(0, 20), st.integers(0, 20)),
)
def test_it_gives_what_a_filter_over_all_readings_gives(tmp_path_factory, readings, group, asked):
    stream, start, end = asked
    folder = tmp_path_factory.mktemp("lake")
    made = hour(folder, [(s, t, s * 100.0 + t) for s, t in readings], group)
    found = values([folder / each.path for each in made], stream, start, end)
    plain = [s * 100.0 + t for s, t in sorted(readings) if s == stream and start <= t <= end]
    assert found == plain


def test_a_column_that_an_earlier_edition_did_not_keep_is_empty(tmp_path):
    table = segments.table_of(rows_of((1, 5, 0.5), unit="mm")).select(
        ["datastream", "time", "value"]
    )
    pq.write_table(table, tmp_path / "old.parquet")
    found = of_stream.read([str(tmp_path / "old.parquet")], 1, 0, 9)
    assert found["value"].to_pylist() == [0.5]
    assert found["unit"].to_pylist() == found["arrival"].to_pylist() == [None]


def test_a_file_that_is_gone_is_told(tmp_path):
    with pytest.raises(FileNotFoundError):
        of_stream.read([str(tmp_path / "gone.parquet")], 1, 0, 9)


def test_nothing_asked_of_no_file_is_an_empty_table():
    found = of_stream.read([], 1, 0, 9)
    assert (len(found), found.schema.names) == (0, segments.SCHEMA.names)
    assert isinstance(found, pa.Table)
    assert np.asarray(found["value"].to_numpy()).dtype == np.float64
