import math

import numpy as np

from chengan.core.stream.events import EVENT, Cause, Event, Events, Kind


def one(**columns):
    table = np.zeros(1, dtype=EVENT)
    for name, value in columns.items():
        table[name] = value
    return Events.from_table(table)


def test_a_row_holds_plain_figures_and_names():
    event = one(stream=3, kind=1, cause=2, severity=4, time=9, onset=8, value=1.5).row(0)
    assert event == Event(3, Kind.BREACH_CHANGED, Cause.RATE, 4, 9, 8, 1.5, 0.0, 0.0, 0.0)
    assert type(event.time) is int


def test_joined_events_keep_their_order():
    both = one(time=1, expected=math.nan).joined(one(time=2))
    assert len(both) == 2
    assert both.time.tolist() == [1, 2]
    assert both.kind.dtype == np.int8


def test_columns_are_contiguous_copies_that_outlive_the_table():
    table = np.zeros(4, dtype=EVENT)
    events = Events.from_table(table)
    table["time"] = 7
    assert events.time.tolist() == [0] * 4
    assert events.time.flags.c_contiguous
