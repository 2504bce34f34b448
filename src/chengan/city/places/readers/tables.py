"""Rows of a table, from CSV or Excel, made into drafts by their columns."""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from chengan.city.places.readers.building import Draft, Refused, from_wkt, row
from chengan.city.places.readers.rows import Options, Row, RowError

PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
COMMA = re.compile(r"[+-]?\d+,\d+(e[+-]?\d+)?", re.IGNORECASE)
SIGNS = str.maketrans({"−": "-", "°": "", "º": "", "\u00a0": ""})
Cells = Sequence[object]


def table_rows(
    headers: Sequence[str],
    columns: Mapping[str, str],
    lines: Iterable[tuple[int, Cells] | RowError],
    options: Options,
) -> Iterator[Row | RowError]:
    """Give a row or an error for each line that is not blank.

    Parameters
    ----------
    headers : the file's columns in order
    columns : our field → the file's header
    lines : (row number, cells) or an error met on the way
    """
    for line in lines:
        if isinstance(line, RowError):
            yield line
            continue
        number, cells = line
        if not any(str(cell).strip() for cell in cells if cell is not None):
            continue
        yield _table_row(number, cells, headers, columns, options)


def _table_row(
    number: int,
    cells: Cells,
    headers: Sequence[str],
    columns: Mapping[str, str],
    options: Options,
) -> Row | RowError:
    try:
        values = _values(cells, headers)
        draft = Draft(
            number=number,
            key=_text(values.get(columns.get("key", ""))),
            kind=_text(values.get(columns.get("kind", ""))),
            name_zh=_text(values.get(columns.get("name_zh", ""))),
            name_en=_text(values.get(columns.get("name_en", ""))),
            geometry=_position(values, columns, options),
            attributes=_attributes(values, columns),
        )
    except Refused as refusal:
        return refusal.at(number)
    return row(draft, options)


def _values(cells: Cells, headers: Sequence[str]) -> dict[str, object]:
    extra = [cell for cell in cells[len(headers) :] if cell not in (None, "")]
    if extra:
        raise Refused("columns", len(cells), f"{len(headers)} cells, as many as headers")
    torn = [cell for cell in cells if isinstance(cell, str) and _is_torn(cell)]
    if torn:
        text = torn[0].encode("utf-8", "surrogateescape").decode("latin-1")
        raise Refused("text", text, "text in the file's encoding")
    return dict(zip(headers, cells, strict=False))


def _is_torn(text: str) -> bool:
    return not text.isascii() and any("\udc80" <= sign <= "\udcff" for sign in text)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell).strip()


def _position(
    values: Mapping[str, object], columns: Mapping[str, str], options: Options
) -> dict[str, Any] | None:
    wkt = _text(values.get(columns.get("wkt", "")))
    if wkt:
        return from_wkt(wkt)
    pair = [_text(values.get(columns.get(field, ""))) for field in ("lon", "lat")]
    if not any(pair):
        return None
    lon, lat = (
        number(field, text, options.decimal)
        for field, text in zip(("lon", "lat"), pair, strict=True)
    )
    return {"type": "Point", "coordinates": [lon, lat]}


def number(field: str, text: str, decimal: str = "") -> float:
    """Give the number that a text means; a comma is a decimal sign only where it can be no other.

    Raises
    ------
    Refused
        If it is no finite number.
    """
    plain = unicodedata.normalize("NFKC", text).translate(SIGNS).strip()
    if decimal == "," or (not decimal and COMMA.fullmatch(plain)):
        plain = plain.replace(".", "").replace(",", ".") if decimal else plain.replace(",", ".")
    if not PLAIN.fullmatch(plain) or not math.isfinite(float(plain)):
        raise Refused(field, text, "a decimal number such as 116.404")
    return float(plain)


def _attributes(values: Mapping[str, object], columns: Mapping[str, str]) -> dict[str, Any]:
    used = set(columns.values())
    return {
        header: plain(cell)
        for header, cell in values.items()
        if header not in used and cell not in (None, "")
    }


def plain(cell: object) -> Any:
    """Give a cell as JSON can hold it."""
    if isinstance(cell, bool | int | str):
        return cell
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else None
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell)


def unique_headers(cells: Cells) -> list[str]:
    """Give the headers, empty ones by their place and repeated ones numbered."""
    found: list[str] = []
    for place, cell in enumerate(cells, 1):
        name = unicodedata.normalize("NFKC", _text(cell)).lstrip("\ufeff") or f"column {place}"
        again = sum(1 for other in found if other.split(" #")[0] == name)
        found.append(f"{name} #{again + 1}" if again else name)
    return found
