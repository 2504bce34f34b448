"""A table of risks comes in row by row; what is wrong is told exactly."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from chengan.city.assess import errors, messages
from chengan.city.assess.models import Assessment, Risk
from chengan.city.assess.services import importing, risk_rows
from tests.city.assess.conftest import AT, lec

pytestmark = pytest.mark.django_db
GOOD = ["test/w1", "gas-underground-space", "", 30, 2.5, "", "", "", "", 6, 6, 15, 3, 3, 15]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path


def sheet(*rows):
    book = openpyxl.Workbook()
    page = book.active
    page.append(risk_rows.columns(lec()))
    for row in rows:
        page.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def bring(by, *rows):
    made = importing.keep_file(pieces=[sheet(*rows)], file_name="risks.xlsx", by=by, at=AT)
    importing.queue(made=made, at=AT)
    importing.run(import_id=made.pk, at=AT)
    made.refresh_from_db()
    return made


def errors_of(made):
    with Path(made.error_file).open(encoding="utf-8-sig", newline="") as file:
        return [(row["row"], row["field"]) for row in csv.DictReader(file)]


def test_a_row_becomes_a_risk_and_an_assessment_that_waits(enterprise_manager):
    made = bring(enterprise_manager, GOOD)
    assert (made.status, made.rows_read, made.rows_created, made.rows_rejected) == ("done", 1, 1, 0)
    risk = Risk.objects.get()
    assert (risk.exposed_people, risk.loss_per_year, risk.sector) == (30, 2.5, "gas")
    found = Assessment.objects.get()
    assert (found.status, found.author) == ("submitted", "enterprise_manager")
    assert found.result["residual"]["level"] == 3
    assert risk.rating.current is None


def test_the_same_file_again_changes_nothing(enterprise_manager):
    bring(enterprise_manager, GOOD)
    again = bring(enterprise_manager, GOOD, GOOD)
    assert (again.rows_created, again.rows_unchanged) == (0, 2)
    assert Risk.objects.count() == 1


def test_each_bad_row_is_named_with_its_field_and_the_good_ones_go_in(enterprise_manager):
    def changed(column, value):
        row = list(GOOD)
        row[risk_rows.columns(lec()).index(column)] = value
        return row

    made = bring(
        enterprise_manager,
        changed("object", "test/e1"),  # another district's
        changed("hazard", "luck"),
        GOOD,
        changed("people", "many"),
        changed("C", 16),
        changed("L", 0.5),
        changed("lat", 91),
        [None] * 15,
        *[changed("people", wrong) for wrong in ("inf", "nan", 3e9, 1.5)],
    )
    assert (made.rows_read, made.rows_created, made.rows_rejected) == (12, 1, 10)
    assert errors_of(made) == [
        ("2", "object"), ("3", "hazard"), ("5", "people"), ("6", "C"), ("7", ""), ("8", "lat"),
        *[(str(row), "people") for row in (10, 11, 12, 13)],
    ]  # fmt: skip


def test_refused_rows_can_be_corrected_and_sent_again(enterprise_manager):
    made = bring(enterprise_manager, ["test/w1", "luck", *GOOD[2:]])
    header, row = list(importing.corrections(made))
    assert header[-2:] == ["error_field", "error_reason"]
    assert row[:2] == ["test/w1", "luck"]
    assert row[-2] == "hazard"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a,b\n1,2\n", "object"),
        ("object,hazard,l,E,C\ntest/w1,gas-user,6,6,15\n", "“l”"),  # a factor misspelt
        ("object,hazard,L,E\ntest/w1,gas-user,6,6\n", "“L”"),  # no method has these two alone
        ("object,hazard,note,note\ntest/w1,gas-user,a,b\n", "“note #2”"),
    ],
)
def test_a_table_whose_columns_do_not_fit_fails_as_a_whole(enterprise_manager, text, named):
    made = importing.keep_file(
        pieces=[text.encode()], file_name="x.csv", by=enterprise_manager, at=AT
    )
    importing.queue(made=made, at=AT)
    importing.run(import_id=made.pk, at=AT)
    made.refresh_from_db()
    assert made.status == "failed"
    assert named in messages.shown(made.failure)
    assert not Risk.objects.exists()


def test_what_was_corrected_comes_in_with_the_columns_of_the_answer(enterprise_manager):
    text = "object,hazard,,error_field,error_reason\ntest/w1,gas-user,,hazard,x\n"
    made = importing.keep_file(
        pieces=[text.encode()], file_name="x.csv", by=enterprise_manager, at=AT
    )
    assert [each.refused for each in importing.look(made, AT)] == [None]


def test_a_cancelled_import_writes_nothing(enterprise_manager):
    made = importing.keep_file(
        pieces=[sheet(GOOD)], file_name="r.xlsx", by=enterprise_manager, at=AT
    )
    importing.queue(made=made, at=AT)
    importing.cancel(made=made, at=AT)
    importing.run(import_id=made.pk, at=AT)
    assert not Risk.objects.exists()


def test_a_look_says_what_would_become_of_each_row_and_writes_nothing(enterprise_manager):
    made = importing.keep_file(
        pieces=[sheet(GOOD, ["test/w1", "luck", *GOOD[2:]])],
        file_name="risks.xlsx", by=enterprise_manager, at=AT,
    )  # fmt: skip
    good, bad = importing.look(made, AT)
    assert (good.number, good.refused, good.cells[0]) == (2, None, "object: test/w1")
    assert (bad.number, bad.refused.field) == (3, "hazard")
    assert not Risk.objects.exists()
    importing.run(import_id=made.pk, at=AT)  # not started yet
    assert not Risk.objects.exists()
    importing.queue(made=made, at=AT)
    with pytest.raises(errors.NotWaiting):
        importing.queue(made=made, at=AT)
