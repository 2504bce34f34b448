"""Excel workbooks (.xlsx), read row by row, bombs refused before they open."""

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from chengan.city.places.readers.errors import MissingColumn, NotRecognised, TornFile, UnsafeFile
from chengan.city.places.readers.rows import MEGABYTE, RowError

MAX_UNPACKED = 1024 * MEGABYTE
MAX_ENTRIES = 2000
MAX_RATIO = 300
SMALL = 4 * MEGABYTE
MAX_COLUMNS = 1000
FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")
BROKEN = (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, EOFError, OSError,
          SyntaxError, AttributeError, TypeError, IndexError, zlib.error, RuntimeError)  # fmt: skip


def refuse_bombs(path: Path) -> None:
    """Look into the archive without unpacking it to memory.

    Raises
    ------
    UnsafeFile
        If it would unpack to more than a gigabyte, packs tighter than honest sheets do, has
        too many parts, or its XML declares entities.
    NotRecognised
        If it is no zip archive.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_sizes(archive.infolist())
            for entry in archive.infolist():
                if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _refuse_entities(archive, entry)
    except BROKEN as error:
        raise NotRecognised(f"{path.name}: not a readable .xlsx workbook: {error}") from error


def _refuse_sizes(entries: Sequence[zipfile.ZipInfo]) -> None:
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or total > MAX_UNPACKED:
        raise UnsafeFile(
            f"{len(entries)} parts, {total / MEGABYTE:.0f} MB unpacked: at most {MAX_ENTRIES} "
            f"and {MAX_UNPACKED // MEGABYTE} MB; save the sheet as CSV"
        )
    for entry in entries:
        if entry.file_size > SMALL and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise UnsafeFile(f"{entry.filename} unpacks {MAX_RATIO}-fold and more: a zip bomb")


def _refuse_entities(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Read the part as a stream; sizes in the directory may lie, so count as well."""
    seen, kept = 0, b""
    with archive.open(entry) as part:
        while piece := part.read(MEGABYTE):
            if seen == 0 and piece.startswith(WIDE):
                raise UnsafeFile(f"{entry.filename}: XML in UTF-16: save the workbook anew")
            seen += len(piece)
            if seen > entry.file_size or seen > MAX_UNPACKED:
                raise UnsafeFile(f"{entry.filename}: larger than the archive says")
            if any(word in (kept + piece).upper() for word in FORBIDDEN):
                raise UnsafeFile(f"{entry.filename}: XML with a DOCTYPE or entities")
            kept = piece[-16:]


def sheet_names(path: Path) -> list[str]:
    """Give the names of the workbook's sheets."""
    with _open(path) as book:
        return list(book.sheetnames)


def lines(path: Path, sheet: str) -> Iterator[tuple[int, Sequence[object]] | RowError]:
    """Give (row number, cells) of each row of a sheet, formulas as their last result.

    Raises
    ------
    MissingColumn
        If there is no such sheet.
    TornFile
        If the workbook breaks off.
    """
    with _open(path) as book:
        if sheet and sheet not in book.sheetnames:
            raise MissingColumn(f"no sheet {sheet!r}: found {', '.join(book.sheetnames)}")
        page = book[sheet] if sheet else book.worksheets[0]
        page.reset_dimensions()
        yield from _page_lines(page)


def _page_lines(page: Any) -> Iterator[tuple[int, Sequence[object]]]:
    for number, cells in enumerate(page.iter_rows(values_only=True), 1):
        if len(cells) > MAX_COLUMNS and any(cell is not None for cell in cells[MAX_COLUMNS:]):
            raise UnsafeFile(f"row {number} has {len(cells)} columns, at most {MAX_COLUMNS}")
        yield number, _trimmed(cells[:MAX_COLUMNS])


def _trimmed(cells: Sequence[object]) -> Sequence[object]:
    end = len(cells)
    while end and cells[end - 1] is None:
        end -= 1
    return list(islice(cells, end))


@contextmanager
def _open(path: Path) -> Iterator[Any]:
    """Open a workbook that is no bomb; a fault met while it is open becomes a TornFile."""
    refuse_bombs(path)
    with path.open("rb") as file:
        try:
            yield openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except BROKEN as error:
            raise TornFile(f"{path.name}: the workbook is torn: {error}") from error
