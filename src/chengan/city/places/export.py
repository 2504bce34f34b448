"""Objects as CSV or Excel, streamed."""

import csv
import io
from collections.abc import Iterable, Iterator

from openpyxl import Workbook

from chengan.city.places.models import CityObject

HEADERS = [
    "namespace", "external_id", "kind", "name_zh", "name_en", "owner", "area", "lon", "lat",
]  # fmt: skip


def cells(each: CityObject) -> list[str | float]:
    """One row; text that a spreadsheet would run as a formula is quoted."""
    area = each.area.code if each.area else ""
    texts = [each.namespace, each.external_id, each.kind.code, each.name_zh, each.name_en]
    texts += [each.owner.code, area]
    return [f"'{text}" if text[:1] in "=+-@\t\r" and text else text for text in texts] + [
        each.lon,
        each.lat,
    ]


def as_csv(found: Iterable[CityObject]) -> Iterator[str]:
    """CSV in UTF-8 with the mark that Excel looks for."""
    yield "\ufeff"
    for row in [HEADERS], (cells(each) for each in found):
        for values in row:
            line = io.StringIO()
            csv.writer(line).writerow(values)
            yield line.getvalue()


def as_excel(found: Iterable[CityObject]) -> bytes:
    """Give a workbook of one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("objects")
    sheet.append(HEADERS)
    for each in found:
        sheet.append(cells(each))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
