"""An import as a person does it: upload, correct how it is read, run, correct rows, again."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from chengan.city.places.models import CityObject, ImportJob
from chengan.city.places.services import importing
from tests.city.places.conftest import AT

pytestmark = pytest.mark.urls("tests.city.places.urls_for_tests")
FILE = """号,x坐标,y坐标,称呼,说明
n1,100.2,30.2,井一,好
n2,north,30.2,井二,坏
n3,100.4,30.2,井三,好
"""
COLUMNS = {
    "column_key": "号",
    "column_lon": "x坐标",
    "column_lat": "y坐标",
    "column_name_zh": "称呼",
}


@pytest.fixture
def upload(client, enterprise_manager, town, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path
    client.force_login(enterprise_manager)

    def send(text=FILE, **changes):
        file = SimpleUploadedFile("井.csv", text.encode())
        given = {
            "file": file,
            "owner": town.firm.pk,
            "namespace": "r",
            "system": "wgs84",
            **changes,
        }
        return client.post(reverse("places:imports"), given, follow=True)

    return send


def run(job):
    importing.run(job_id=job.pk, clock=lambda: AT)
    job.refresh_from_db()
    return job


def page(client, name, job, **given):
    return client.post(reverse(f"places:{name}", args=[job.pk]), given, follow=True)


def test_from_the_upload_to_the_corrected_rows(client, upload):
    first = upload()
    job = ImportJob.objects.get()
    assert first.context["form"]["column_lon"].initial == "x坐标"
    assert not first.context["form"]["column_key"].initial
    assert first.context["preview"].warnings
    mapped = page(client, "import", job, kind="well", system="wgs84", **COLUMNS)
    assert [fault and fault.field for _row, fault in mapped.context["pairs"]] == [None, "lon", None]
    page(client, "import_start", job)
    done = run(job)
    assert (done.rows_created, done.rows_rejected, done.status) == (2, 1, "done")
    shown = client.get(reverse("places:import_progress", args=[job.pk])).content.decode()
    assert reverse("places:corrections", args=[job.pk]) in shown
    sheet = client.get(reverse("places:corrections", args=[job.pk]))
    text = b"".join(sheet.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["号"], row["x坐标"], row["error_field"]) for row in rows] == [
        ("n2", "north", "lon")
    ]
    again = SimpleUploadedFile("改.csv", text.replace("north", "100.3").encode("utf-8-sig"))
    second = page(client, "corrected", job, file=again)
    assert second.context["pairs"][0][1] is None
    corrected = ImportJob.objects.latest("id")
    page(client, "import_start", corrected)
    assert run(corrected).rows_created == 1
    assert CityObject.objects.get(external_id="n2").attributes == {"说明": "坏"}


def test_a_wrong_reading_is_refused_at_its_field(client, upload):
    upload()
    job = ImportJob.objects.get()
    twice = page(client, "import", job, system="wgs84", column_lon="x坐标", column_lat="x坐标")
    assert list(twice.context["form"].errors) == ["column_lat"]
    assert list(page(client, "import", job, system="other").context["form"].errors) == ["epsg"]
    other = page(client, "import", job, system="other", epsg=4490, kind="well", **COLUMNS)
    job.refresh_from_db()
    assert job.options["system"] == "epsg:4490"
    assert other.context["form"].initial["epsg"] == "4490"


@pytest.mark.parametrize("is_readable", [True, False])
def test_reading_a_file_otherwise_that_was_started_meanwhile_is_refused(
    client, upload, monkeypatch, is_readable
):
    upload()
    job = ImportJob.objects.get()
    look = importing.look

    def started(given):
        ImportJob.objects.update(status="queued")
        if not is_readable:
            raise OSError("gone")
        return look(given)

    monkeypatch.setattr(importing, "look", started)
    answer = page(client, "import", job, kind="well", system="wgs84", **COLUMNS)
    assert answer.redirect_chain == [(reverse("places:import", args=[job.pk]), 302)]
    assert "已在排队或已完成" in answer.content.decode()


def test_the_system_moves_the_point(client, upload):
    upload()
    job = ImportJob.objects.get()
    page(client, "import", job, system="gcj02", kind="well", **COLUMNS)
    page(client, "import_start", job)
    run(job)
    made = CityObject.objects.get(external_id="n1")
    assert made.datum_given == "gcj02"
    assert 1e-4 < abs(made.lon - 100.2) < 1e-2


def test_a_cancelled_import_writes_nothing_and_starts_again(client, upload):
    upload(text=FILE, kind="well")
    job = ImportJob.objects.get()
    page(client, "import", job, system="wgs84", kind="well", **COLUMNS)
    page(client, "import_start", job)
    page(client, "import_cancel", job)
    assert run(job).status == "cancelled"
    assert not CityObject.objects.filter(namespace="r").exists()
    page(client, "import_start", job)
    assert run(job).rows_created == 2


def test_an_import_that_runs_is_not_read_otherwise(client, upload):
    upload()
    job = ImportJob.objects.get()
    ImportJob.objects.update(status="running")
    page(client, "import", job, system="gcj02")
    job.refresh_from_db()
    assert job.options["system"] == "wgs84"


def test_an_unreadable_file_says_why_and_no_file_no_import(client, upload):
    answer = upload(text="\n\n")
    assert answer.context["failure"]
    job = ImportJob.objects.get()
    page(client, "corrected", job)
    assert ImportJob.objects.count() == 1


def test_errors_are_said_in_the_readers_language(client, upload):
    page = upload()
    assert "请选择" in page.content.decode()
    client.cookies["django_language"] = "en"
    address = reverse("places:import", args=[ImportJob.objects.get().pk])
    assert "choose one" in client.get(address).content.decode()


def test_every_fixed_word_of_the_readers_is_known():
    from pathlib import Path

    from chengan.city.places import readers
    from chengan.city.places.services.reader_words import KNOWN

    source = "".join(path.read_text() for path in Path(readers.__file__).parent.glob("*.py"))
    assert [text for text in KNOWN if text not in source] == []
