import json

import openpyxl
import pytest

from chengan.city.places.readers import (
    FileTooLarge,
    NotRecognised,
    Options,
    RowError,
    open_rows,
    preview,
)
from chengan.core.geo.errors import UnknownSystem

FEATURE = {
    "type": "Feature",
    "id": "b-1",
    "geometry": {"type": "Point", "coordinates": [116.404, 39.915]},
    "properties": {"名称": "样例桥", "类型": "bridge"},
}


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.geojson", json.dumps(FEATURE), "geojson"),
        ("a.dat", json.dumps(FEATURE), "geojson"),
        ("a.csv", "编号,类型,经度,纬度\n1,bridge,116.4,39.9\n", "csv"),
        ("a.inp", "[TITLE]\n[JUNCTIONS]\n 1 2 3\n", "epanet"),
        ("a.dat", "[TITLE]\n[JUNCTIONS]\n", "epanet"),
    ],
)
def test_a_format_is_known_by_its_ending_or_its_first_bytes(tmp_path, name, text, expected):
    assert preview(write(tmp_path / name, text)).format == expected


def test_a_workbook_is_known_whatever_it_is_called(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["编号", "类型", "经度", "纬度"])
    book.active.append(["1", "bridge", 116.4, 39.9])
    book.save(tmp_path / "a.csv")
    found = preview(tmp_path / "a.csv")
    assert found.format == "excel"
    assert found.rows[0].natural_key == "1"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [("a.shp", "", "GeoJSON"), ("a.xls", "", "xlsx"), ("a.bin", "??", "use GeoJSON")],
)
def test_other_formats_are_refused_with_what_to_do(tmp_path, name, text, words):
    with pytest.raises(NotRecognised, match=words):
        open_rows(write(tmp_path / name, text))


def test_a_file_over_the_limit_is_refused_unread(tmp_path):
    path = write(tmp_path / "a.csv", "编号,类型\n" * 100)
    with pytest.raises(FileTooLarge, match="50"):
        open_rows(path, Options(max_bytes=50))


def test_an_unknown_coordinate_system_is_refused_before_reading(tmp_path):
    path = write(tmp_path / "a.geojson", json.dumps(FEATURE))
    with pytest.raises(UnknownSystem):
        open_rows(path, Options(system="mars"))


def test_the_same_point_is_turned_from_each_chinese_system(tmp_path):
    wgs84 = {}
    for system in ("wgs84", "cgcs2000", "gcj02", "bd09"):
        path = write(tmp_path / "a.geojson", json.dumps(FEATURE))
        (row,) = open_rows(path, Options(system=system))
        wgs84[system] = row.geometry["coordinates"]
    assert wgs84["wgs84"] == wgs84["cgcs2000"] == [116.404, 39.915]
    assert wgs84["gcj02"] == pytest.approx([116.39775, 39.91360], abs=1e-4)
    assert wgs84["bd09"] == pytest.approx([116.39138, 39.90725], abs=1e-4)


def test_a_survey_grid_is_turned(tmp_path):
    text = "编号,类型,X坐标,Y坐标\n1,bridge,39500000,3524000\n"
    path = write(tmp_path / "a.csv", text)
    (row,) = open_rows(path, Options(system="epsg:4527"))
    assert row.geometry["coordinates"][0] == pytest.approx(117.0, abs=1e-6)


def test_survey_figures_read_as_degrees_are_an_error_of_the_row(tmp_path):
    path = write(tmp_path / "a.csv", "编号,类型,经度,纬度\n1,bridge,39500000,3524000\n")
    (error,) = open_rows(path)
    assert isinstance(error, RowError)
    assert "another coordinate system" in error.expected


def test_a_preview_shows_columns_guesses_rows_and_what_to_look_at(tmp_path):
    path = write(tmp_path / "a.csv", "名称,经度,纬度,材质\n样例井,116.4,39.9,PE\n")
    found = preview(path)
    assert found.columns == ["名称", "经度", "纬度", "材质"]
    assert found.guesses == {"name_zh": "名称", "lon": "经度", "lat": "纬度"}
    assert (found.encoding, found.estimate, found.is_exact) == ("utf-8", 1, True)
    assert any("identifies" in warning for warning in found.warnings)
    assert any("kind" in warning for warning in found.warnings)


def test_a_long_file_is_estimated(tmp_path):
    lines = "".join(f"{n},bridge,116.4,39.9\n" for n in range(50_000))
    found = preview(write(tmp_path / "a.csv", "编号,类型,经度,纬度\n" + lines), limit=5)
    assert len(found.rows) == 5
    assert not found.is_exact
    assert found.estimate == pytest.approx(50_000, rel=0.1)
