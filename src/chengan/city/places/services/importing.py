"""A file brought into the register: kept, looked at, then written in batches with an error file."""

import csv
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import pghistory
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from chengan.city.places import readers, selectors
from chengan.city.places.errors import BadObject, BeyondScope, WrongState
from chengan.city.places.models import ImportJob, Organisation, User
from chengan.city.places.permissions import Permission
from chengan.city.places.services.objects import (
    ObjectRow,
    Outcome,
    Register,
    Rejected,
    upsert_objects,
)
from chengan.city.places.services.reader_words import said
from chengan.core.errors import CoreError
from chengan.core.geo.distance import Placement

TASK = "places.import_file"
BATCH = 500
ERROR_COLUMNS = ("error_field", "error_reason")
HEADERS = ["row", "key", "field", "reason"]
Status = ImportJob.Status
STARTS_FROM = [Status.PREVIEW, Status.FAILED, Status.CANCELLED, Status.RUNNING]
UNREADABLE = (readers.ReaderError, CoreError, OSError)
KNOWN = {each.name for each in fields(readers.Options)} - {"kinds"}


def keep_file(
    *,
    pieces: Iterable[bytes],
    file_name: str,
    namespace: str,
    owner: Organisation,
    options: dict[str, Any],
    by: User,
    at: datetime,
) -> ImportJob:
    """Keep an uploaded file for `owner` and give its import, waiting for a look.

    Raises
    ------
    BeyondScope
        If `by` may not import for `owner`.
    """
    if not selectors.may(by, Permission.IMPORT_PLACES, owner):
        raise BeyondScope(_("You may not import objects for %(owner)s.") % {"owner": owner})
    folder = Path(settings.UPLOAD_FOLDER) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{uuid.uuid4().hex}{''.join(Path(file_name).suffixes[-2:])[-20:]}"
    with path.open("wb") as file:
        file.writelines(pieces)
    return ImportJob.objects.create(
        file=str(path),
        file_name=Path(file_name).name[:200],
        namespace=namespace,
        owner=owner,
        options={name: value for name, value in options.items() if name in KNOWN},
        created_by=by,
        created_at=at,
    )


def look(job: ImportJob) -> readers.Preview:
    """First rows of the file, as they would be taken.

    Raises
    ------
    ReaderError
        If the file cannot be read at all.
    """
    return readers.preview(Path(job.file), options_of(job))


def read_otherwise(*, job: ImportJob, options: dict[str, Any]) -> None:
    """Keep how a file that waits is to be read: columns, kind, coordinate system.

    Raises
    ------
    WrongState
        If it waits no longer.
    """
    kept = {name: value for name, value in options.items() if name in KNOWN}
    waiting = ImportJob.objects.filter(id=job.id, status=Status.PREVIEW)
    if not waiting.update(options=job.options | kept):
        raise WrongState(_("This import waits already, or is done."))
    job.refresh_from_db()


def faults(job: ImportJob, rows: Iterable[readers.Row | readers.RowError]) -> list[Rejected | None]:
    """Say of each of the first rows why the register would refuse it; None when it would not."""
    register = Register()
    found: list[Rejected | None] = []
    for row in rows:
        if isinstance(row, readers.RowError):
            found.append(next(_unreadable([row])))
            continue
        try:
            register.object_of(_object_row(row, job), job.owner)
        except BadObject as error:
            found.append(Rejected(row.number, row.natural_key, error.field, error.message))
        else:
            found.append(None)
    return found


def corrections(job: ImportJob) -> Iterator[list[Any]]:
    """Give the refused rows of a table as they stood, each with its field and reason behind.

    Corrected and uploaded again, they are the same objects; the two columns are passed over.

    Raises
    ------
    ReaderError
        If the file is no table, or is gone.
    """
    with Path(job.error_file).open(encoding="utf-8-sig", newline="") as file:
        refused = {
            int(each["row"]): (each["field"], each["reason"]) for each in csv.DictReader(file)
        }
    headers, lines = readers.table_lines(Path(job.file), options_of(job))
    kept = [index for index, name in enumerate(headers) if name not in ERROR_COLUMNS]
    yield [*(headers[index] for index in kept), *ERROR_COLUMNS]
    for line in lines:
        if isinstance(line, readers.RowError):
            continue
        number, cells = line
        if number in refused:
            values = [cells[index] if index < len(cells) else "" for index in kept]
            yield [*("" if value is None else value for value in values), *refused[number]]


def options_of(job: ImportJob) -> readers.Options:
    """How the file of `job` is read; `placement` says where an EPANET plan lies.

    Raises
    ------
    NotInSystem
        If the plan's anchor is not on Earth.
    """
    options = dict(job.options)
    if placement := options.pop("placement", None):
        options["placement"] = Placement(**placement)
    return readers.Options(**options)


def queue(*, job: ImportJob, expected: int | None = None) -> None:
    """Put an import in the worker's queue: a new one, or one that failed or was stopped.

    Two runs of the same import never overlap: the second waits for the lock of the first.

    Raises
    ------
    WrongState
        If it waits already or is done.
    """
    found = ImportJob.objects.filter(id=job.id, status__in=STARTS_FROM)
    with transaction.atomic():
        if not found.update(status=Status.QUEUED, rows_expected=expected):
            raise WrongState(_("This import waits already, or is done."))
        task = app.configure_task(TASK, queue="imports", lock=f"import-{job.id}")
        task.defer(job_id=job.id)


def cancel(*, job: ImportJob, at: datetime) -> None:
    """Stop an import after its present batch; what was written stays."""
    ImportJob.objects.filter(id=job.id).exclude(status__in=[Status.DONE, Status.FAILED]).update(
        status=Status.CANCELLED, finished_at=at
    )


def run(*, job_id: int, clock: Callable[[], datetime]) -> None:
    """Write the rows of a queued import; run again after a crash, it changes nothing twice.

    `clock` tells when a batch is written, and when all was.
    """
    started = ImportJob.objects.filter(id=job_id, status__in=[Status.QUEUED, Status.RUNNING])
    errors = Path(settings.UPLOAD_FOLDER) / "imports" / f"{job_id}-errors.csv"
    counts = ("read", "created", "updated", "unchanged", "rejected")
    zeroes = {f"rows_{name}": 0 for name in counts}
    if not started.update(status=Status.RUNNING, error_file=str(errors), failure="", **zeroes):
        return
    job = ImportJob.objects.select_related("owner").get(id=job_id)
    with pghistory.context(user=job.created_by_id, import_job=job.id):
        try:
            errors.parent.mkdir(parents=True, exist_ok=True)
            with errors.open("w", encoding="utf-8-sig", newline="") as file:
                _write_all(job, file, clock)
        except UNREADABLE as error:
            _finish(job, Status.FAILED, clock(), said(str(error)))
        except Exception as error:
            _finish(job, Status.FAILED, clock(), f"{type(error).__name__}: {error}")
            raise
        else:
            _finish(job, Status.DONE, clock())


def _write_all(job: ImportJob, file: TextIO, clock: Callable[[], datetime]) -> None:
    sheet = csv.writer(file)
    sheet.writerow(HEADERS)
    register = Register()
    rows = readers.open_rows(Path(job.file), options_of(job))
    while batch := list(islice(rows, BATCH)):
        good = [_object_row(row, job) for row in batch if isinstance(row, readers.Row)]
        outcome = upsert_objects(rows=good, owner=job.owner, at=clock(), register=register)
        outcome.rejected += _unreadable(batch)
        outcome.rejected.sort(key=lambda each: each.number)
        sheet.writerows(
            [each.number, _plain(each.external_id), each.field, _plain(each.reason)]
            for each in outcome.rejected
        )
        file.flush()
        if not _count(job, len(batch), outcome):
            return


def _object_row(row: readers.Row, job: ImportJob) -> ObjectRow:
    return ObjectRow(
        number=row.number,
        namespace=job.namespace,
        external_id=row.natural_key.removeprefix(f"{job.namespace}:"),
        kind=row.kind,
        name_zh=row.name_zh,
        name_en=row.name_en,
        geometry=row.geometry,
        attributes={
            name: value
            for name, value in {**row.attributes, **row.links}.items()
            if name not in ERROR_COLUMNS
        },
        datum_given=job.options.get("system", "wgs84"),
    )


def _unreadable(batch: list[readers.Row | readers.RowError]) -> Iterator[Rejected]:
    for row in batch:
        if isinstance(row, readers.RowError):
            given = {"value": row.value, "expected": said(row.expected)}
            reason = _("“%(value)s”; expected: %(expected)s") % given
            yield Rejected(row.number, "", row.field, reason)


def _count(job: ImportJob, read: int, outcome: Outcome) -> bool:
    found = ImportJob.objects.filter(id=job.id, status=Status.RUNNING)
    return bool(
        found.update(
            rows_read=F("rows_read") + read,
            rows_created=F("rows_created") + outcome.created,
            rows_updated=F("rows_updated") + outcome.updated,
            rows_unchanged=F("rows_unchanged") + outcome.unchanged,
            rows_rejected=F("rows_rejected") + len(outcome.rejected),
        )
    )


def _finish(job: ImportJob, status: str, at: datetime, failure: str = "") -> None:
    ImportJob.objects.filter(id=job.id, status=Status.RUNNING).update(
        status=status, finished_at=at, failure=failure
    )


def _plain(text: str) -> str:
    """Keep a spreadsheet from running a cell as a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
