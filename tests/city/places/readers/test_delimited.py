import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.city.places.readers import MissingColumn, NotRecognised, Options, Row, RowError
from chengan.city.places.readers.building import Refused
from chengan.city.places.readers.opening import open_rows, preview
from chengan.city.places.readers.tables import number

TEXT = "设施编号,设施名称,类型,经度,纬度,材质\nW-1,样例井一,gas_well,116.404,39.915,铸铁\n"


def rows(tmp_path, text, options=None, encoding="utf-8"):
    path = tmp_path / "a.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return list(open_rows(path, options))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_each_encoding_gives_the_same_row(tmp_path, encoding):
    (row,) = rows(tmp_path, TEXT, encoding=encoding)
    assert row == Row(
        2, "W-1", "gas_well", "样例井一", "",
        {"type": "Point", "coordinates": [116.404, 39.915]}, {"材质": "铸铁"},
    )  # fmt: skip


def test_the_encoding_found_is_told(tmp_path):
    (tmp_path / "a.csv").write_bytes(TEXT.encode("gb18030"))
    assert preview(tmp_path / "a.csv").encoding == "gb18030"


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_other_delimiters_are_found(tmp_path, sign):
    (row,) = rows(tmp_path, TEXT.replace(",", sign))
    assert row.natural_key == "W-1"


def test_decimal_commas_are_read(tmp_path):
    (row,) = rows(tmp_path, "id;kind;lon;lat\n1;road;24,9384;60,1699\n")
    assert row.geometry["coordinates"] == [24.9384, 60.1699]


def test_a_wkt_column_gives_lines_and_areas(tmp_path):
    text = 'id,kind,wkt\n1,road,"LINESTRING (24.9 60.1, 24.91 60.1)"\n2,road,"CIRCLE (1)"\n'
    found = rows(tmp_path, text)
    assert found[0].geometry["type"] == "LineString"
    assert (found[1].number, found[1].field) == (3, "wkt")


@pytest.mark.parametrize(
    ("line", "field", "expected"),
    [
        ("1,road,116.4.1,39.9", "lon", "decimal number"),
        ("1,road,116.4,", "lat", "decimal number"),
        ("1,road,nan,39.9", "lon", "decimal number"),
        ("1,road,39.9,116.4", "geometry", "swapped"),
        ("1,,116.4,39.9", "kind", "kind"),
        (",road,116.4,39.9", "natural_key", "stays the same"),
        ("1,road,,", "geometry", "a position"),
        ("1,road,116.4,39.9,x,y", "columns", "4 cells"),
    ],
)
def test_each_bad_cell_is_named_and_the_next_row_is_read(tmp_path, line, field, expected):
    found = rows(tmp_path, f"编号,类型,经度,纬度\n{line}\n2,road,116.4,39.9\n")
    assert (found[0].number, found[0].field) == (2, field)
    assert expected in found[0].expected
    assert found[1].natural_key == "2"


def test_bytes_of_another_encoding_are_an_error_of_their_row(tmp_path):
    head, line = b"id,name,kind,lon,lat\n", "1,井,road,116.4,39.9\n"
    text = head + line.encode() + "2,井,road,116.4,39.9\n".encode("gb18030") + b"3,x,road,1,1\n"
    found = rows(tmp_path, text, Options(encoding="utf-8"))
    assert [type(row) for row in found] == [Row, RowError, Row]
    assert found[1].field == "text"


def test_rows_keep_their_lines_over_quoted_line_breaks(tmp_path):
    text = 'id,kind,lon,lat,note\n1,road,1,1,"two\nlines"\n2,road,x,1,\n'
    found = rows(tmp_path, text)
    assert [row.number for row in found] == [2, 4]


def test_rows_without_a_place_are_taken_where_that_is_allowed(tmp_path):
    (row,) = rows(tmp_path, "id,kind\n1,road\n", Options(needs_geometry=False))
    assert row.geometry is None


def test_columns_can_be_chosen_and_blank_rows_are_left_out(tmp_path):
    text = "号,类,东,北\n\nA,road,116.4,39.9\n,,,\n"
    columns = {"key": "号", "kind": "类", "lon": "东", "lat": "北"}
    (row,) = rows(tmp_path, text, Options(columns=columns))
    assert row.natural_key == "A"


def test_a_column_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(MissingColumn, match="高程"):
        rows(tmp_path, TEXT, Options(columns={"key": "高程"}))


@pytest.mark.parametrize("text", ["", "\n\n", "   \n"])
def test_a_file_without_header_is_refused(tmp_path, text):
    with pytest.raises(NotRecognised):
        rows(tmp_path, text)


@given(st.floats(-180, 180))
def test_a_number_reads_back_however_it_is_written(value):
    text = f"{value:.7f}"
    for written in (text, text.replace(".", ","), f" {text}° ", text.replace("-", "−")):
        assert number("lon", written) == float(text)


@given(st.text(max_size=12))
def test_whatever_is_written_is_a_number_or_refused(text):
    try:
        assert abs(number("lon", text)) < float("inf")
    except Refused as refusal:
        assert refusal.field == "lon"


@given(st.binary(max_size=300))
def test_any_bytes_give_rows_or_errors_and_never_a_crash(tmp_path_factory, junk):
    path = tmp_path_factory.getbasetemp() / "junk.csv"
    path.write_bytes("编号,类型,经度,纬度\n".encode() + junk)
    for row in open_rows(path):
        assert isinstance(row, Row | RowError)
