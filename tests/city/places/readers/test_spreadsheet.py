import datetime
import io
import zipfile

import openpyxl
import pytest

from chengan.city.places.readers import MissingColumn, Options, UnsafeFile, open_rows, preview
from chengan.city.places.readers.errors import ReaderError

HEADERS = ["设备编号", "设备名称", "类型", "经度", "纬度", "投用日期"]


def book(path, *rows, sheet="Sheet"):
    made = openpyxl.Workbook()
    made.active.title = sheet
    for row in (HEADERS, *rows):
        made.active.append(row)
    made.create_sheet("说明")
    made.save(path)
    return path


def changed(path, change):
    """Write the workbook anew, each part passed through `change`."""
    kept = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(kept) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
    return path


def test_rows_carry_the_numbers_of_the_sheet_and_plain_values(tmp_path):
    day = datetime.datetime(2020, 5, 1)
    path = book(
        tmp_path / "a.xlsx", [1001, "样例井", "gas_well", 116.404, 39.915, day],
        [], ["b", "样例井", "gas_well", "east", 39.9, None],
    )  # fmt: skip
    row, error = open_rows(path)
    assert (row.number, row.natural_key) == (2, "1001")
    assert row.attributes == {"投用日期": "2020-05-01T00:00:00"}
    assert (error.number, error.field, error.value) == (4, "lon", "east")


def test_a_preview_names_the_other_sheets_and_counts_rows(tmp_path):
    path = book(tmp_path / "a.xlsx", *[[n, "井", "gas_well", 116.4, 39.9, None] for n in range(30)])
    found = preview(path)
    assert any("说明" in warning for warning in found.warnings)
    assert (len(found.rows), found.estimate, found.is_exact) == (20, 30, True)


def test_a_sheet_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(MissingColumn, match="说明"):
        list(open_rows(book(tmp_path / "a.xlsx"), Options(sheet="台账")))


def test_entities_are_refused_before_they_expand(tmp_path):
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'

    def infect(name, part):
        return part.replace(b"<worksheet", bomb + b"<worksheet") if "sheet1" in name else part

    with pytest.raises(UnsafeFile, match="DOCTYPE"):
        list(open_rows(changed(book(tmp_path / "a.xlsx"), infect)))


def test_entities_hidden_in_utf_16_are_refused(tmp_path):
    def widen(name, part):
        return part.decode().encode("utf-16") if "sheet1" in name else part

    with pytest.raises(UnsafeFile, match="UTF-16"):
        list(open_rows(changed(book(tmp_path / "a.xlsx"), widen)))


def test_a_zip_bomb_is_refused_unopened(tmp_path):
    path = book(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.xml", b"0" * 30_000_000)
    with pytest.raises(UnsafeFile, match="bomb"):
        list(open_rows(path))


def test_too_many_parts_are_refused(tmp_path):
    path = book(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(2100):
            archive.writestr(f"x/{number}", b"")
    with pytest.raises(UnsafeFile, match="parts"):
        list(open_rows(path))


@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_a_torn_workbook_is_refused_with_words(tmp_path, share):
    path = book(tmp_path / "a.xlsx", *[[n, "井", "gas_well", 116.4, 39.9, None] for n in range(50)])
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(ReaderError, match=r"a\.xlsx"):
        list(open_rows(path))


def test_flipped_bytes_end_in_rows_or_a_refusal(tmp_path):
    path = book(tmp_path / "a.xlsx", [1, "井", "gas_well", 116.4, 39.9, None])
    whole = path.read_bytes()
    for place in range(30, len(whole), 97):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            list(open_rows(path))
        except ReaderError as error:
            assert str(error)
