from itertools import pairwise

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from chengan.city.site.readings import tape

SECOND = 1_000_000


def recording() -> pa.Table:
    return pa.table(
        {
            "datastream": ["a", "b", "a"],
            "time": pa.array([20 * SECOND, 10 * SECOND, 30 * SECOND]).cast(tape.STAMP),
            "value": [2.0, 1.0, 3.0],
        }
    )


def values(table: pa.Table) -> list[float]:
    return table.column("value").to_pylist()


def test_a_tape_begins_with_its_earliest_reading():
    made = tape.cut(recording())
    assert made.offset.tolist() == [0, 10 * SECOND, 20 * SECOND]
    assert made.key.tolist() == ["b", "a", "a"]
    assert made.length == 21 * SECOND


def test_readings_fall_due_when_their_offset_is_reached():
    made = tape.cut(recording())
    assert values(made.between(100 * SECOND, 100 * SECOND, 110 * SECOND)) == [1.0]
    assert values(made.between(100 * SECOND, 110 * SECOND, 121 * SECOND)) == [2.0, 3.0]


def test_the_tape_begins_anew_and_times_go_on():
    made = tape.cut(recording())
    due = made.between(0, 20 * SECOND, 32 * SECOND)
    assert values(due) == [3.0, 1.0, 2.0]
    assert due.column("time").cast(pa.int64()).to_pylist() == [
        20 * SECOND, 21 * SECOND, 31 * SECOND
    ]  # fmt: skip


def test_the_past_before_the_anchor_is_played_too():
    made = tape.cut(recording())
    assert values(made.between(0, -21 * SECOND, 0)) == [1.0, 2.0, 3.0]


@given(st.lists(st.integers(0, 90), min_size=1, max_size=6))
def test_any_cutting_of_time_gives_each_reading_once(cuts):
    made = tape.cut(recording())
    marks = sorted({0, 100, *cuts})
    whole = made.between(0, 0, 100 * SECOND)
    parts = [made.between(0, a * SECOND, b * SECOND) for a, b in pairwise(marks)]
    assert pa.concat_tables(parts).equals(whole)
    times = whole.column("time").cast(pa.int64()).to_numpy()
    assert np.all(np.diff(times) > 0)


def test_at_twice_the_speed_a_reading_falls_due_in_half_the_time():
    fast = tape.cut(recording()).at_speed(2)
    assert fast.offset.tolist() == [0, 5 * SECOND, 10 * SECOND]
    assert values(fast.between(0, 0, 6 * SECOND)) == [1.0, 2.0]
