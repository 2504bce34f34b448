"""Anybody's file: encodings, separators, commas, gaps, text; and no look at what comes later."""

import csv

import numpy as np
import pytest
from typer.testing import CliRunner

from chengan.city.site.cli.main import app
from chengan.city.site.wide.errors import NoTable
from chengan.city.site.wide.judging import judged
from chengan.city.site.wide.table import Table
from chengan.city.site.wide.telling import Alarm, alarms
from chengan.core.stream import anomaly

HOUR = 3_600_000_000


def table(tmp_path, data, time=None):
    path = tmp_path / "t.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return Table(path, time)


def read(opened):
    parts = list(opened.rows())
    return np.concatenate([p.times for p in parts]), np.vstack([p.values for p in parts])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gbk"])
def test_every_usual_encoding_is_read(tmp_path, encoding):
    opened = table(
        tmp_path, "时间,压力\n2024-01-01 00:00,1.5\n2024-01-01 01:00,2.5\n".encode(encoding)
    )
    times, values = read(opened)
    assert opened.series == ["压力"]
    assert values.ravel().tolist() == [1.5, 2.5]
    assert times[1] - times[0] == HOUR


def test_latin_1_with_semicolons_and_decimal_commas_is_read(tmp_path):
    data = "Zeit;Lufttemperatur °C\n11.04.2022 10:00;12,5\n11.04.2022 11:00;1.012,75\n".encode(
        "latin-1"
    )
    opened = table(tmp_path, data)
    times, values = read(opened)
    assert opened.series == ["Lufttemperatur °C"]
    assert values.ravel().tolist() == [12.5, 1012.75]
    assert times[0] == np.datetime64("2022-04-11T10:00", "us").astype(int)
    assert any("Latin-1" in line for line in opened.warned.lines())


def test_text_gaps_repeated_stamps_and_short_rows_are_survived_with_a_warning_each(tmp_path):
    rows = ["t,a,b", "2024-01-01 00:00,1,2", "2024-01-01 00:01,fault,2", "2024-01-01 00:01,3,4"]
    rows += ["2024-01-01 09:00,5,6", "2024-01-01 08:59,5", "soon,7,8", "2024-01-01 09:02,,NaN"]
    opened = table(tmp_path, "\n".join(rows))
    _, values = read(opened)
    assert len(values) == 7
    assert np.isnan(values[1, 0]) and np.isnan(values[4, 1]) and np.isnan(values[6]).all()
    told = "\n".join(opened.warned.lines())
    for word in ("'fault'", "repeated", "gap", "before the one above", "'soon'", "2 cells"):
        assert word in told


def test_the_month_first_is_noticed_when_the_day_first_would_jump(tmp_path):
    rows = "d,x\n" + "".join(f"01/{day:02}/2024 00:00,1\n" for day in range(1, 15))
    times, _ = read(table(tmp_path, rows))
    assert np.diff(times)[-1] == 24 * HOUR


def test_day_first_with_hours_only_is_read(tmp_path):
    times, _ = read(table(tmp_path, "DATETIME,x\n31/12/14 23,1\n01/01/15 00,1\n"))
    assert times[1] - times[0] == HOUR


def test_a_column_named_in_vain_is_refused_with_what_there_is(tmp_path):
    with pytest.raises(NoTable, match="no column 'when': the file has a, b"):
        table(tmp_path, "a,b\n1,2\n", "when")
    with pytest.raises(NoTable, match="empty"):
        table(tmp_path, "\n\n")


def test_twins_in_the_head_stay_apart_and_a_missing_head_is_noticed(tmp_path):
    assert table(tmp_path, "time,a,a,\n2024-01-01,1,2,3\n").series == ["a", "a.2", "column3"]
    assert table(tmp_path, "2024-01-01 00:00,1\n2024-01-01 00:01,2\n").series == ["column1"]


def sample(rows, seed=0):
    rng = np.random.default_rng(seed)
    load = np.sin(np.arange(rows) / 20) + 0.2 * rng.normal(size=rows)
    values = load[:, None] * [1, 2, 3] + 0.1 * rng.normal(size=(rows, 3))
    values[rows // 2 + 200 :, 1] += 2
    head = "time,a,b,c\n"
    stamps = np.datetime64("2024-03-01T00:00:00") + np.arange(rows).astype("m8[s]")
    return head + "".join(f"{t},{x:.4f},{y:.4f},{z:.4f}\n" for t, (x, y, z) in zip(stamps, values))


def detect(tmp_path, text):
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    path.write_text(text)
    result = CliRunner().invoke(app, ["detect", str(path), "--out", str(out)])
    assert result.exit_code == 0, result.output
    with out.open() as file:
        return list(csv.reader(file))


def test_cutting_the_tail_changes_no_earlier_row(tmp_path):
    text = sample(1000)
    whole = detect(tmp_path, text)
    assert whole[0] == ["time", "score", "alarm", "score.a", "score.b", "score.c"]
    assert len(whole) == 1001
    assert "1" in {row[2] for row in whole[1:]}
    lines = text.splitlines(keepends=True)
    for rows in (350, 401, 730):
        assert detect(tmp_path, "".join(lines[: rows + 1])) == whole[: rows + 1]


def test_a_column_scores_what_the_stream_detector_gives_reading_by_reading(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(sample(500))
    opened = Table(path, None)
    each = np.vstack([part.each for part in judged(opened)])
    times, values = read(Table(path, None))
    profiles = anomaly.empty(3)
    for k in range(500):  # as a runner would: all streams of one moment in one batch
        found = anomaly.judge(
            profiles, stream=[2, 0, 1], time=[times[k]] * 3, value=values[k, [2, 0, 1]]
        )
        np.testing.assert_array_equal(found.score, each[k, [2, 0, 1]])


def test_a_normal_file_may_write_its_units_otherwise(tmp_path):
    rng = np.random.default_rng(2)
    rows = [f"2024-01-01 00:{n // 60:02d}:{n % 60:02d},{a:.3f},{b:.3f}\n"
            for n, (a, b) in enumerate(rng.normal([5.0, 90.0], 0.1, (200, 2)))]  # fmt: skip
    (tmp_path / "normal.csv").write_text("t,FRC-01 (kN),FRC-02 (kN)\n" + "".join(rows))
    normal = Table(tmp_path / "normal.csv", None)
    late = "".join(rows[:20]) + "2024-01-01 00:00:20,9.0,90.0\n"
    opened = table(tmp_path, "t,frc-02 [kN],FRC-01 [kN]\n".replace("frc-02", "FRC-02") + late)
    swapped = table(tmp_path, "t,FRC-01 [kN],FRC-02 [kN]\n" + late)
    (right,) = judged(swapped, normal)
    assert normal.warned.lines() == []
    assert not right.alarm[:20].any()
    assert right.alarm[20]
    (wrong,) = judged(opened, Table(tmp_path / "normal.csv", None))
    assert wrong.alarm[:20].all()


def test_a_pump_held_on_is_told_by_the_law_that_its_level_broke(tmp_path):
    lines = ["time,pump,level"]
    level, pump = 2.0, 0
    for n in range(1300):
        level += 0.6 if pump else -0.4 - 0.1 * (n % 3)
        pump = 1 if level < 1 or 1200 <= n < 1220 else 0 if level > 3 else pump
        lines.append(
            f"2024-{1 + n // 672:02d}-{1 + n // 24 % 28:02d} {n % 24:02d}:00,{pump},{level:.2f}"
        )
    normal = table(tmp_path, "\n".join(lines[:1101]))
    path = tmp_path / "later.csv"
    path.write_text("\n".join([lines[0], *lines[1101:1221]]))
    told = list(alarms(judged(Table(path, None), normal), ["pump", "level"]))
    (alarm,) = [each for each in told if isinstance(each, Alarm)]
    assert 101 <= alarm.row <= 107
    assert "level = " in alarm.sentence()
    assert "against the greatest value when pump turns on" in alarm.sentence()
