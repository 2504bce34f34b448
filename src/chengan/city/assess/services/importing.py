"""A file brought into the register: kept, looked at, written row by row, with an error file."""

import csv
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pghistory
from django.conf import settings
from django.db import transaction
from django.db.models import F
from procrastinate.contrib.django import app

from chengan.city.assess import errors, messages
from chengan.city.assess.messages import message as _
from chengan.city.assess.models import RiskImport
from chengan.city.assess.services import dependency_rows, network_rows
from chengan.city.assess.services.risk_rows import RiskRows
from chengan.city.assess.services.rows import Refused, Rows, numbered
from chengan.city.places import api as places
from chengan.core.errors import CoreError

TASK: Final = "assess.import_risks"
BATCH: Final = 1000
LOOKED_AT: Final = 20
SHOWN_CELLS: Final = 12
HEADERS: Final = ["row", "field", "value", "reason"]
Kind, Status = RiskImport.Kind, RiskImport.Status
STARTS_FROM: Final = [Status.QUEUED, Status.RUNNING]
UNREADABLE: Final = (places.ReaderError, CoreError, OSError, errors.AssessError)


@dataclass(frozen=True)
class Looked:
    """A row as it stands in the file, why it would be refused if it would, what it looks like."""

    number: int
    cells: list[str]
    refused: Refused | None
    pointed: Refused | None = None
    is_there: bool = False


def keep_file(
    *,
    pieces: Iterable[bytes],
    file_name: str,
    by: places.User,
    at: datetime,
    kind: str = Kind.RISKS,
    options: dict[str, Any] | None = None,
) -> RiskImport:
    """Keep an uploaded file, to be looked at before it is started."""
    folder = Path(settings.UPLOAD_FOLDER) / "risks"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{uuid.uuid4().hex}{Path(file_name).suffix[-8:]}"
    with path.open("wb") as file:
        file.writelines(pieces)
    return RiskImport.objects.create(
        kind=kind,
        options=options or {},
        file=str(path),
        file_name=Path(file_name).name[:200],
        status=RiskImport.Status.PREVIEW,
        created_by=by,
        created_at=at,
    )


def look(made: RiskImport, at: datetime, most: int = LOOKED_AT) -> list[Looked]:
    """Say of the first rows of a file what would become of them; nothing is written.

    Raises
    ------
    ReaderError, CoreError, OSError
        If the file can't be read at all.
    """
    rows, lines = _opened(made, at)
    batch = list(islice(lines, most))
    _taken, _known, refused = rows.read(batch)
    reasons = {each.row: each for each in refused}
    headers = getattr(rows, "headers", [])
    alike = {each.row: each for each in getattr(rows, "pointed", [])}
    there: set[int] = getattr(rows, "there", set())
    return [
        Looked(
            number,
            _shown(headers, cells)[:SHOWN_CELLS],
            reasons.get(number),
            alike.get(number),
            number in there,
        )
        for number, cells in numbered(batch)
    ]


def _shown(headers: Sequence[str], cells: Sequence[Any]) -> list[str]:
    if cells and isinstance(cells[0], places.Row):
        row = cells[0]
        name = "" if row.natural_key.startswith("content-") else row.natural_key
        kind = (row.geometry or {"type": ""})["type"]
        about = (f"{key}: {value}" for key, value in row.attributes.items())
        return [each for each in (name, kind, *about) if each]
    pairs = zip(headers, cells, strict=False)
    return [f"{name}: {cell}" for name, cell in pairs if cell not in (None, "")]


def queue(*, made: RiskImport, at: datetime, leaves_twins: bool = False) -> None:
    """Start an import that was looked at; rows that look like a registered risk may be left out.

    Raises
    ------
    errors.NotWaiting
        If it was started already.
    """
    with transaction.atomic():
        looked = RiskImport.objects.filter(pk=made.pk, status=RiskImport.Status.PREVIEW)
        options = made.options | {"leaves_twins": leaves_twins}
        if not looked.update(status=RiskImport.Status.QUEUED, options=options):
            raise errors.NotWaiting(_("This import was started already."))
        app.configure_task(TASK, queue="imports", lock=f"risk-import-{made.pk}").defer(
            import_id=made.pk
        )


def _opened(made: RiskImport, at: datetime) -> tuple[Rows, Iterator[Any]]:
    """Open a file as its kind is read."""
    path = Path(made.file)
    if made.kind == Kind.NETWORK:
        return network_rows.opened(made)
    if made.kind == Kind.DEPENDENCIES:
        return dependency_rows.opened(path, made)
    headers, lines = places.table_lines(path, places.TableOptions())
    leaves = bool(made.options.get("leaves_twins"))
    return RiskRows(headers, made.created_by, at, leaves_twins=leaves), lines


def cancel(*, made: RiskImport, at: datetime) -> None:
    """Stop after the present batch; what was written stays."""
    waiting = [Status.PREVIEW, *STARTS_FROM]
    RiskImport.objects.filter(pk=made.pk, status__in=waiting).update(
        status=RiskImport.Status.CANCELLED, finished_at=at
    )


def run(*, import_id: int, at: datetime) -> None:
    """Write the rows of a queued import; run again after a crash, it changes nothing twice."""
    path = Path(settings.UPLOAD_FOLDER) / "risks" / f"import-{import_id}-errors.csv"
    zeroes = {f"rows_{name}": 0 for name in ("read", "created", "unchanged", "rejected", "alike")}
    started = RiskImport.objects.filter(pk=import_id, status__in=STARTS_FROM)
    if not started.update(status=RiskImport.Status.RUNNING, error_file=str(path), **zeroes):
        return
    made = RiskImport.objects.select_related("created_by").get(pk=import_id)
    with pghistory.context(user=made.created_by_id, risk_import=made.pk):
        try:
            _write_all(made, path, at)
        except UNREADABLE as error:
            _finish(made, RiskImport.Status.FAILED, at, messages.stored(error))
        except Exception as error:
            text = _("The program failed: %s") % f"{type(error).__name__}: {error}"
            _finish(made, RiskImport.Status.FAILED, at, messages.stored(text))
            raise
        else:
            _finish(made, RiskImport.Status.DONE, at)


def _write_all(made: RiskImport, path: Path, at: datetime) -> None:
    rows, lines = _opened(made, at)
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        path.open("w", encoding="utf-8-sig", newline="") as file,
        alike_file(made).open("w", encoding="utf-8-sig", newline="") as beside,
    ):
        sheet, other = csv.writer(file), csv.writer(beside)
        sheet.writerow(HEADERS)
        other.writerow(HEADERS)
        while batch := list(islice(lines, BATCH)):
            taken, known, refused = rows.read(batch)
            rows.write(taken)
            _write_errors(sheet, refused)
            pointed = getattr(rows, "pointed", [])
            _write_errors(other, pointed)
            file.flush()
            if not _count(made, len(batch), len(taken), known, len(refused), len(pointed)):
                return
        late = rows.close()
        _write_errors(sheet, late)
        _count(made, 0, -len(late), 0, len(late))


def _write_errors(sheet: Any, refused: Iterable[Refused]) -> None:
    sheet.writerows(
        [each.row, each.field, _safe(each.value), messages.stored(each.reason)] for each in refused
    )


def _count(
    made: RiskImport, read: int, created: int, known: int, refused: int, alike: int = 0
) -> bool:
    found = RiskImport.objects.filter(pk=made.pk, status=RiskImport.Status.RUNNING)
    return bool(
        found.update(
            rows_read=F("rows_read") + read,
            rows_created=F("rows_created") + created,
            rows_unchanged=F("rows_unchanged") + known,
            rows_rejected=F("rows_rejected") + refused,
            rows_alike=F("rows_alike") + alike,
        )
    )


def _finish(made: RiskImport, status: str, at: datetime, failure: str = "") -> None:
    RiskImport.objects.filter(pk=made.pk, status=RiskImport.Status.RUNNING).update(
        status=status, finished_at=at, failure=failure
    )


def _safe(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def alike_file(made: RiskImport) -> Path:
    """Give where the rows stand that were taken though they look like a registered risk."""
    return Path(settings.UPLOAD_FOLDER) / "risks" / f"import-{made.pk}-alike.csv"


def said_rows(path: Path) -> Iterator[list[str]]:
    """Give a file's refused or pointed-out rows, their reasons in the reader's language."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for each in csv.DictReader(file):
            yield [each["row"], each["field"], each["value"], messages.shown(each["reason"])]


def corrections(made: RiskImport) -> Iterator[list[Any]]:
    """Give the refused rows as they stood with the reason behind, to correct and send again."""
    with Path(made.error_file).open(encoding="utf-8-sig", newline="") as file:
        refused = {int(each["row"]): each for each in csv.DictReader(file)}
    headers, lines = places.table_lines(Path(made.file), places.TableOptions())
    yield [*headers, "error_field", "error_reason"]
    for number, cells in numbered(lines):
        if number in refused:
            values = [("" if each is None else each) for each in cells]
            values += [""] * (len(headers) - len(values))
            yield [*values, refused[number]["field"], messages.shown(refused[number]["reason"])]
