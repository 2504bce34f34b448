"""Tables as CSV (streamed) or Excel, for every list; what a spreadsheet would run is quoted."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Final, cast

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from openpyxl import Workbook

from chengan.city.places.models import CityObject

Cell = str | float | int | datetime | None
EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXCEL_ROWS: Final = 1_000_000
IN_MEMORY: Final = 4 << 20  # bytes of a workbook before it goes to disk
PIECE: Final = 64 << 10
HEADERS: Final = [
    "namespace", "external_id", "kind", "name_zh", "name_en", "owner", "area", "lon", "lat",
]  # fmt: skip


class Streamed(StreamingHttpResponse):
    """A long answer made piece by piece, as fast as it is taken and no faster.

    Django would make all of it in one go and hold it in memory when the server is asynchronous.
    Each piece is made in the request's own thread, where its database connection is, and the
    thread is free in between.
    """

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Give pieces of about PIECE bytes, each made when the one before has been sent."""
        parts = cast(Iterator[bytes], self.streaming_content)
        while piece := await sync_to_async(_piece)(parts):
            yield piece


def _piece(parts: Iterator[bytes]) -> bytes:
    made = bytearray()
    for part in parts:
        made += part
        if len(made) >= PIECE:
            break
    return bytes(made)


def answer(
    name: str, form: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponseBase:
    """Give a table as a file to keep: `form` is csv or xlsx (at most EXCEL_ROWS rows)."""
    if form == "xlsx":
        made = Streamed(as_excel(headers, rows), content_type=EXCEL)
    else:
        made = Streamed(as_csv(headers, rows), content_type="text/csv; charset=utf-8")
    made.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return made


def as_csv(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """CSV in UTF-8 with the mark that Excel looks for; times with their offset."""
    yield "\ufeff"
    line = io.StringIO()
    writer = csv.writer(line)
    for values in _all(headers, rows):
        writer.writerow(
            [each.isoformat() if isinstance(each, datetime) else each for each in values]
        )
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def as_excel(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Give a workbook of one sheet in pieces; times as the city's clock shows them."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for number, values in enumerate(_all(headers, rows)):
        if number > EXCEL_ROWS:
            break
        sheet.append(
            [each.replace(tzinfo=None) if isinstance(each, datetime) else each for each in values]
        )
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _all(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[list[Cell]]:
    yield list(headers)
    for row in rows:
        yield [_safe(each) for each in row]


def _safe(cell: Cell) -> Cell:
    if isinstance(cell, str):
        plain = "".join(sign for sign in cell if sign >= " " or sign in "\t\r\n")
        return f"'{plain}" if plain[:1] in {"=", "+", "-", "@", "\t", "\r"} else plain
    return timezone.localtime(cell) if isinstance(cell, datetime) else cell


def cells(each: CityObject) -> list[Cell]:
    """One object's row under HEADERS."""
    area = each.area.code if each.area else ""
    texts = [each.namespace, each.external_id, each.kind.code, each.name_zh, each.name_en]
    return [*texts, each.owner.code, area, each.lon, each.lat]
