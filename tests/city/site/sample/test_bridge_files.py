import zipfile

import pandas as pd
import pytest

from tools import bridge_files


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("DMS_CN (um/m)", ("DMS_CN", "um/m")),
        ("DMS_CN (um\\m)", ("DMS_CN", "um/m")),
        ("FRC-01 [kN]", ("FRC-01", "kN")),
        ("FRC-01 (kN)", ("FRC-01", "kN")),
        ("Air Temperature (°C)", ("Air Temperature", "°C")),
    ],
)
def test_each_spelling_of_a_unit_is_read(header, expected):
    assert bridge_files.column(header) == expected


def test_a_header_without_unit_is_refused():
    with pytest.raises(SystemExit, match="DMS_CN"):
        bridge_files.column("DMS_CN")


@pytest.mark.parametrize("text", ["2022-11-04 08:36:24.897", "11.04.2022 08:36:24.897"])
def test_both_ways_to_write_the_day_give_the_same_moment(text):
    (found,) = bridge_files.bridge_times(pd.Series([text]))
    assert found == pd.Timestamp("2022-04-11 06:36:24.897")


def test_a_day_that_is_not_swapped_is_refused_not_swapped():
    with pytest.raises(SystemExit, match="swapped"):
        bridge_files.bridge_times(pd.Series(["2022-04-11 08:36:24.897"]))


def test_a_latin_1_table_with_a_trailing_comma_is_read(tmp_path):
    text = "Time (-),Air Temperature (°C),\n11.04.2022 08:49:34.934,2.5\n"
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("t.csv", text.encode("latin-1"))
    table = bridge_files.bridge_table(path)
    assert list(table.columns) == ["time", "Air Temperature °C"]
    assert table["Air Temperature °C"].tolist() == [2.5]
    assert table["time"].tolist() == [1_649_659_774_934_000]  # 2022-04-11 06:49:34.934 UTC
