"""A table of risks brought into the register, row by row, with an exact file of errors.

Each row becomes a risk and, where it has the method's figures, an assessment that waits for
review. A row that is there already is left alone, so that a file can be read again.
"""

import csv
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pghistory
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from chengan.city.assess import errors
from chengan.city.assess.models import Assessment, Hazard, Method, Risk, RiskImport
from chengan.city.assess.services import assessing, registering
from chengan.city.places import api as places
from chengan.core.errors import CoreError

TASK: Final = "assess.import_risks"
BATCH: Final = 500
STATES: Final = (("", "inherent"), ("_with_controls", "residual"))
HEADERS: Final = ["row", "field", "value", "reason"]
PLAIN: Final = ["object", "hazard", "place", "people", "loss", "area_m2", "lon", "lat", "note"]
NUMBERS: Final = {"people": int, "loss": float, "area_m2": float, "lon": float, "lat": float}
FIELDS: Final = {"people": "exposed_people", "loss": "loss_per_year"}
STARTS_FROM: Final = [RiskImport.Status.QUEUED, RiskImport.Status.RUNNING]
UNREADABLE: Final = (places.ReaderError, CoreError, OSError)


class Refused(Exception):
    """Why a row was not taken: its number, the field, what it holds, what would be right."""

    def __init__(self, row: int, field: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.row, self.field, self.value, self.reason = row, field, value, reason


@dataclass(frozen=True)
class Found:
    """A row that is good: the risk, and the method's figures if it has any."""

    risk: Risk
    inputs: dict[str, Any] | None
    note: str


def columns(method: Method) -> list[str]:
    """Give the columns of the template: what a risk needs, then the method's factors twice."""
    codes = [each["code"] for each in method.definition["factors"]]
    return [*PLAIN, *[f"{code}{end}" for end, _state in STATES for code in codes]]


def keep_file(
    *, pieces: Iterable[bytes], file_name: str, by: places.User, at: datetime
) -> RiskImport:
    """Keep an uploaded table and queue it."""
    folder = Path(settings.UPLOAD_FOLDER) / "risks"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{uuid.uuid4().hex}{Path(file_name).suffix[-8:]}"
    with path.open("wb") as file:
        file.writelines(pieces)
    with transaction.atomic():
        made = RiskImport.objects.create(
            file=str(path), file_name=Path(file_name).name[:200], created_by=by, created_at=at
        )
        app.configure_task(TASK, queue="imports", lock=f"risk-import-{made.pk}").defer(
            import_id=made.pk
        )
    return made


def cancel(*, made: RiskImport, at: datetime) -> None:
    """Stop after the present batch; what was written stays."""
    RiskImport.objects.filter(pk=made.pk, status__in=STARTS_FROM).update(
        status=RiskImport.Status.CANCELLED, finished_at=at
    )


def run(*, import_id: int, at: datetime) -> None:
    """Write the rows of a queued import; run again after a crash, it changes nothing twice."""
    path = Path(settings.UPLOAD_FOLDER) / "risks" / f"import-{import_id}-errors.csv"
    zeroes = {f"rows_{name}": 0 for name in ("read", "created", "unchanged", "rejected")}
    started = RiskImport.objects.filter(pk=import_id, status__in=STARTS_FROM)
    if not started.update(status=RiskImport.Status.RUNNING, error_file=str(path), **zeroes):
        return
    made = RiskImport.objects.select_related("created_by").get(pk=import_id)
    with pghistory.context(user=made.created_by_id, risk_import=made.pk):
        try:
            _write_all(made, path, at)
        except UNREADABLE as error:
            _finish(made, RiskImport.Status.FAILED, at, str(error))
        except Exception as error:
            _finish(made, RiskImport.Status.FAILED, at, f"{type(error).__name__}: {error}")
            raise
        else:
            _finish(made, RiskImport.Status.DONE, at)


def _write_all(made: RiskImport, path: Path, at: datetime) -> None:
    headers, lines = places.table_lines(Path(made.file), places.TableOptions())
    reader = Reader(headers, made.created_by, at)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(HEADERS)
        while batch := list(islice(lines, BATCH)):
            taken, known, refused = reader.read(batch)
            reader.write(taken)
            sheet.writerows(
                [each.row, each.field, _safe(each.value), each.reason] for each in refused
            )
            file.flush()
            if not _count(made, len(batch), len(taken), known, len(refused)):
                return


def _count(made: RiskImport, read: int, created: int, known: int, refused: int) -> bool:
    found = RiskImport.objects.filter(pk=made.pk, status=RiskImport.Status.RUNNING)
    return bool(
        found.update(
            rows_read=F("rows_read") + read,
            rows_created=F("rows_created") + created,
            rows_unchanged=F("rows_unchanged") + known,
            rows_rejected=F("rows_rejected") + refused,
        )
    )


def _finish(made: RiskImport, status: str, at: datetime, failure: str = "") -> None:
    RiskImport.objects.filter(pk=made.pk, status=RiskImport.Status.RUNNING).update(
        status=status, finished_at=at, failure=failure
    )


def _safe(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


class Reader:
    """Reads rows against the register: what the user may edit, hazards and the method in force."""

    def __init__(self, headers: list[str], by: places.User | None, at: datetime) -> None:
        """Refuse a table without the columns that every row needs.

        Raises
        ------
        ReaderError
            Naming the missing column and the ones there are.
        """
        self.headers = [str(each or "").strip() for each in headers]
        missing = [name for name in ("object", "hazard") if name not in self.headers]
        if missing:
            text = _("No column “%(missing)s”; needed are object and hazard, found: %(found)s")
            given = {"missing": missing[0], "found": ", ".join(self.headers)}
            raise places.ReaderError(text % given)
        self.by, self.at = by, at
        self.hazards = {
            each.code: each
            for each in Hazard.objects.filter(library__retired_at=None).select_related("library")
        }
        self.method = method_of_table(self.headers)

    def read(self, batch: list[Any]) -> tuple[list[Found], int, list[Refused]]:
        """Give the good rows of a batch, how many are there already, and the refused ones."""
        lines = [(number, self._cells(cells)) for number, cells in (_plain(each) for each in batch)]
        lines = [(number, cells) for number, cells in lines if any(cells.values())]
        objects = self._objects(cells.get("object", "") for _number, cells in lines)
        taken: list[Found] = []
        refused = [
            Refused(each.number, each.field, each.value, each.expected)
            for each in batch
            if isinstance(each, places.RowError)
        ]
        known, seen = 0, self._registered(objects)
        for number, cells in lines:
            try:
                found = self._row(number, cells, objects)
            except Refused as error:
                refused.append(error)
                continue
            key = (found.risk.city_object_id, found.risk.hazard_code, found.risk.place_note)
            if key in seen:
                known += 1
            else:
                seen.add(key)
                taken.append(found)
        return taken, known, sorted(refused, key=lambda each: each.row)

    @transaction.atomic
    def write(self, taken: list[Found]) -> None:
        """Put good rows into the register, with the assessments that wait for review."""
        if not taken:
            return
        registering.register_many([each.risk for each in taken])
        author = self.by.get_username() if self.by else ""
        Assessment.objects.bulk_create(
            [
                assessing.written(
                    risk=each.risk,
                    method=self.method,
                    inputs=each.inputs,
                    by=author,
                    at=self.at,
                    note=each.note,
                )
                for each in taken
                if each.inputs is not None and self.method is not None
            ]
        )

    def _cells(self, cells: list[Any]) -> dict[str, str]:
        texts = ["" if each is None else str(each).strip() for each in cells]
        return dict(zip(self.headers, texts, strict=False))

    def _objects(self, names: Iterable[str]) -> dict[str, places.CityObject]:
        """Objects by `register/number` that the user may edit risks of."""
        if self.by is None:
            return {}
        pairs = [name.partition("/")[::2] for name in set(names) if "/" in name]
        wanted = places.visible_objects(self.by, places.Permission.EDIT_RISKS).filter(
            namespace__in={first for first, _second in pairs},
            external_id__in={second for _first, second in pairs},
        )
        return {f"{each.namespace}/{each.external_id}": each for each in wanted}

    def _registered(self, objects: dict[str, places.CityObject]) -> set[tuple[int, str, str]]:
        rows = Risk.objects.exclude(status=Risk.Status.CLOSED).filter(
            city_object_id__in=[each.pk for each in objects.values()]
        )
        return set(rows.values_list("city_object_id", "hazard_code", "place_note"))

    def _row(
        self, number: int, cells: dict[str, str], objects: dict[str, places.CityObject]
    ) -> Found:
        city_object = objects.get(cells.get("object", ""))
        if city_object is None:
            text = _("No object of this number (register/number) that you may assess.")
            raise Refused(number, "object", cells.get("object", ""), text)
        hazard = self.hazards.get(cells.get("hazard", ""))
        if hazard is None:
            text = _("No hazard of this code in the libraries in force.")
            raise Refused(number, "hazard", cells.get("hazard", ""), text)
        risk = registering.prepared(
            city_object=city_object,
            hazard=hazard,
            at=self.at,
            by=self.by.get_username() if self.by else "",
            place_note=cells.get("place", "")[:200],
            **self._numbers(number, cells),
        )
        return Found(risk, self._inputs(number, cells, risk), cells.get("note", ""))

    def _numbers(self, number: int, cells: dict[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, kind in NUMBERS.items():
            if not (text := cells.get(name, "")):
                continue
            try:
                value = kind(float(text)) if kind is int else kind(text)
            except ValueError:
                raise Refused(number, name, text, _("A number, please.")) from None
            is_angle = name in {"lon", "lat"}
            low, high = ((-180, 180) if name == "lon" else (-90, 90)) if is_angle else (0, 1e12)
            if not low <= value <= high:
                text_ = _("Between %(low)g and %(high)g, please.") % {"low": low, "high": high}
                raise Refused(number, name, text, text_)
            found[FIELDS.get(name, name)] = value
        return found

    def _inputs(self, number: int, cells: dict[str, str], risk: Risk) -> dict[str, Any] | None:
        if self.method is None:
            return None
        codes = [each["code"] for each in self.method.definition["factors"]]
        names = [f"{code}{end}" for end, _state in STATES for code in codes]
        if not any(cells.get(name) for name in names):
            return None
        inputs: dict[str, Any] = {}
        for end, state in STATES:
            inputs[state] = {}
            for code in codes:
                text = cells.get(f"{code}{end}", "")
                try:
                    inputs[state][code] = float(text)
                except ValueError:
                    raise Refused(number, f"{code}{end}", text, _("A number, please.")) from None
        try:
            assessing.worked_out(self.method, inputs)
        except errors.BadInputs as error:
            state, _dot, code = error.field.partition(".")
            end = "_with_controls" if state == "residual" else ""
            field = f"{code}{end}" if code else ""
            raise Refused(number, field, cells.get(field, ""), str(error)) from error
        return inputs


def _plain(line: Any) -> tuple[int, list[Any]]:
    if isinstance(line, places.RowError):
        return line.number, []
    return int(line[0]), list(line[1])


def method_of_table(headers: Iterable[str]) -> Method | None:
    """Give the method in force whose factors the table has columns for; None for a plain list."""
    names = set(headers)
    for method in Method.objects.filter(
        retired_at=None, kind__in=[Method.Kind.PRODUCT, Method.Kind.MATRIX]
    ).order_by("code"):
        if {each["code"] for each in method.definition["factors"]} <= names:
            return method
    return None


def corrections(made: RiskImport) -> Iterator[list[Any]]:
    """Give the refused rows as they stood with the reason behind, to correct and send again."""
    with Path(made.error_file).open(encoding="utf-8-sig", newline="") as file:
        refused = {int(each["row"]): each for each in csv.DictReader(file)}
    headers, lines = places.table_lines(Path(made.file), places.TableOptions())
    yield [*headers, "error_field", "error_reason"]
    for line in lines:
        number, cells = _plain(line)
        if number in refused:
            values = [("" if each is None else each) for each in cells]
            values += [""] * (len(headers) - len(values))
            yield [*values, refused[number]["field"], refused[number]["reason"]]
