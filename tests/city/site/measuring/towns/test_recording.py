"""What an attack hides is shown as it was some days ago, or as a smooth curve; nothing else is."""

import numpy as np

from chengan.city.site.measuring.towns.attacks import Attack
from chengan.city.site.measuring.towns.recording import COLUMNS, concealed, write
from chengan.city.site.wide.table import Table

LEVEL = COLUMNS.index("L_T3")


def recorded():
    return np.random.default_rng(1).random((120, len(COLUMNS)))


def test_a_replay_repeats_the_rows_of_some_days_ago():
    values = recorded()
    attack = Attack("any", 60, 84, "T3", hidden=("L_T3",), lag=48)
    shown = concealed(values, [attack])
    assert np.array_equal(shown[60:84, LEVEL], values[12:36, LEVEL])
    shown[60:84, LEVEL] = values[60:84, LEVEL]
    assert np.array_equal(shown, values)


def test_a_replay_from_before_the_first_row_begins_with_the_first():
    values = recorded()
    attack = Attack("any", 30, 40, "T3", hidden=("L_T3",), lag=48)
    assert np.array_equal(concealed(values, [attack])[30:40, LEVEL], values[0:10, LEVEL])


def test_a_curve_goes_on_from_the_last_row_and_stays_among_what_was_seen():
    values = recorded()
    attack = Attack("any", 60, 84, "T3", hidden=("L_T3",), is_curve=True)
    curve = concealed(values, [attack])[60:84, LEVEL]
    assert curve[0] == values[59, LEVEL]
    assert curve[-1] == np.quantile(values[:60, LEVEL], 0.2)
    assert values[:60, LEVEL].min() <= curve.min() and curve.max() <= values[:60, LEVEL].max()


def test_a_file_holds_every_value_and_the_hour_as_written(tmp_path):
    values = recorded()
    write(tmp_path / "town.csv", 30, values)
    [rows] = Table(tmp_path / "town.csv", None).rows()
    assert np.array_equal(rows.values, values)
    assert rows.texts[0] == "2014-01-07T06:00"
