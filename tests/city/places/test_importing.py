"""A file comes in: row-exact errors, nothing twice, only for who may."""

import csv
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from chengan.city.places import api as places
from chengan.city.places import jobs
from chengan.city.places.models import CityObject, ImportJob
from chengan.city.places.services import importing
from tests.city.places.conftest import AT

FILE = """编号,类型,名称,经度,纬度
n1,well,新井一,100.2,30.2
n2,ufo,新井二,100.2,30.2
n3,well,新井三,north,30.2
n4,well,新井四,101.2,30.2
"""


@pytest.fixture
def job(town, enterprise_manager, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path
    return importing.keep_file(
        pieces=[FILE.encode()],
        file_name="井.csv",
        namespace="firm",
        owner=town.firm,
        options={"system": "wgs84", "kind": ""},
        by=enterprise_manager,
        at=AT,
    )


def run(job):
    importing.queue(job=job)
    importing.run(job_id=job.id, clock=lambda: AT)
    job.refresh_from_db()
    return job.rows_read, job.rows_created, job.rows_unchanged, job.rows_rejected


def test_good_rows_are_written_and_each_bad_row_is_named(job):
    assert run(job) == (4, 2, 0, 2)
    assert job.status == "done"
    with Path(job.error_file).open(encoding="utf-8-sig") as file:
        found = list(csv.DictReader(file))
    assert [(each["row"], each["field"]) for each in found] == [("3", "kind"), ("4", "lon")]
    assert CityObject.objects.get(external_id="n4").area.code == "E"


def test_an_import_is_finished_when_it_is_done_and_not_when_it_began(job):
    importing.queue(job=job)
    told = iter([AT, AT + timedelta(hours=1), AT + timedelta(hours=2)])
    importing.run(job_id=job.id, clock=lambda: next(told))
    job.refresh_from_db()
    assert job.finished_at > AT


def test_running_again_after_a_crash_changes_nothing(job):
    run(job)
    ImportJob.objects.update(status="running")
    importing.run(job_id=job.id, clock=lambda: AT)
    job.refresh_from_db()
    assert (job.rows_created, job.rows_unchanged, job.rows_rejected) == (0, 2, 2)


def test_a_stopped_import_stops_after_its_batch(job, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 1)
    monkeypatch.setattr(importing, "_count", lambda *_: False)
    run(job)
    assert CityObject.objects.filter(namespace="firm").count() == 1


def test_an_unreadable_file_fails_with_its_reason(job):
    ImportJob.objects.update(file=str(job.file) + "-gone.csv")
    run(job)
    assert job.status == "failed"
    assert "gone.csv" in job.failure


def test_a_plans_place_is_kept_with_the_import(job):
    job.options = {"system": "wgs84", "placement": {"lon": 100.0, "lat": 30.0}}
    assert importing.options_of(job).placement.metres_per_unit == 1.0


def test_a_done_import_is_not_started_again(job):
    run(job)
    with pytest.raises(places.WrongState):
        importing.queue(job=job)


def test_nobody_imports_for_another_owner(job, town, enterprise_manager):
    with pytest.raises(places.BeyondScope):
        importing.keep_file(
            pieces=[],
            file_name="x.csv",
            namespace="x",
            owner=town.east,
            options={},
            by=enterprise_manager,
            at=AT,
        )


def test_the_worker_is_asked_once_for_each_import(job):
    importing.queue(job=job)
    asked = ProcrastinateJob.objects.get(task_name="places.import_file")
    assert (asked.args, asked.lock) == ({"job_id": job.id}, f"import-{job.id}")
    assert jobs.import_file.name == asked.task_name


def test_what_a_killed_worker_was_at_is_queued_again_and_holds_no_lock(job):
    importing.queue(job=job)
    lake = app.configure_task("sense.keep_lake", queueing_lock="lake", lock="lake")
    lake.defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'doing'")
    lake.defer(timestamp=300)
    context = SimpleNamespace(app=app)
    async_to_sync(jobs.take_up.func)(context, 0)
    found = ProcrastinateJob.objects.order_by("id").values_list("lock", "status")
    assert list(found) == [(f"import-{job.id}", "todo"), ("lake", "failed"), ("lake", "todo")]
