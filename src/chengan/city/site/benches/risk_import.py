"""How long an Excel table of `rows` (10,000) risks takes from the file to the register.

The product's own import, audit included; it runs in a transaction that is taken back, and one row
in a hundred is wrong, so that the error file is written too.
"""

import csv
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
from django.contrib.auth import get_user_model
from django.db import transaction

from chengan.city.assess import api as assess
from chengan.city.places import api as places
from chengan.city.site.errors import NotRunning

ROWS = 10_000
BAD_EVERY = 100
COLUMNS = ["object", "hazard", "place", "people", "L", "E", "C", "L_with_controls",
           "E_with_controls", "C_with_controls"]  # fmt: skip


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Write the table, bring it in, count rows and errors."""
    count = int(options.get("rows", ROWS))
    user, names = _editor()
    with tempfile.TemporaryDirectory(prefix="chengan-bench-") as folder, transaction.atomic():
        file = Path(folder) / "risks.xlsx"
        _write(file, names, count)
        progress(0.3, "table written")
        at = datetime.now(UTC)
        made = assess.RiskImport.objects.create(
            file=str(file), file_name=file.name, created_by=user, created_at=at
        )
        begin = time.perf_counter()
        assess.run_import(import_id=made.pk, at=at)
        took = time.perf_counter() - begin
        made.refresh_from_db()
        errors = _errors(made)
        Path(made.error_file).unlink()
        transaction.set_rollback(True)
    if (made.status, made.rows_created + made.rows_rejected) != ("done", count) or errors != list(
        range(BAD_EVERY + 1, count + 2, BAD_EVERY)
    ):
        raise AssertionError(f"{made.status}: {made.rows_created} + {made.rows_rejected}")
    progress(1.0, f"{took:.1f} s")
    return {"rows": count, "seconds": round(took, 1), "errors": len(errors)}


def _editor() -> tuple[Any, list[str]]:
    """An account that may assess the whole city, and its objects by register and number."""
    for account in get_user_model().objects.filter(is_active=True).order_by("pk"):
        if places.scope(account, places.Permission.EDIT_RISKS).everything:
            rows = places.visible_objects(account).values_list("namespace", "external_id")[:2000]
            names = [f"{first}/{second}" for first, second in rows]
            if names:
                return account, names
    raise NotRunning("no account assesses the whole city · 没有可评估全市的账号")


def _write(file: Path, names: list[str], count: int) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(COLUMNS)
    for n in range(1, count + 1):
        likely = 2.5 if n % BAD_EVERY == 0 else 3
        place = [names[n % len(names)], "gas-user", f"bench {n}", n % 50]
        sheet.append([*place, likely, 6, 15, 1, 6, 15])
    book.save(file)


def _errors(made: assess.RiskImport) -> list[int]:
    with Path(made.error_file).open(encoding="utf-8-sig", newline="") as file:
        return [int(row["row"]) for row in csv.DictReader(file)]
