"""Tasks from the plan to their verification, their deadlines, and what comes from the field."""

import io
import threading
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError, transaction
from PIL import Image

from chengan.city.command import api as command
from chengan.city.command.models import (
    Activation,
    Deadline,
    FieldReport,
    IncidentNotice,
    Photo,
    Task,
)
from chengan.city.command.services import activating, clock, fielding, following, photos, tasking
from chengan.city.command.services.holders import Doer
from chengan.city.journal import api as journal
from chengan.city.warn.services import watching

from .conftest import AT, minutes


def sent(action, **changes):
    return fielding.Sent(**({"client_id": uuid.uuid4(), "action": action} | changes))


def take(task, action, by="crew", at=AT, **changes):
    report = changes.pop("report", None) or sent(action, **changes)
    return fielding.take(task=task, sent=report, by=by, at=at, received_at=at)


@pytest.fixture
def active(town):
    """An incident with the gas plan activated."""
    incident = town.open()
    activating.activate(incident=incident, plan=town.plan(), by="officer", at=AT)
    return incident


@pytest.fixture
def task(active):
    return Task.objects.get(incident=active, code="shut-off")


def test_activation_gives_every_task_to_whoever_answers_with_its_deadline(town, active):
    tasks = {each.code: each for each in Task.objects.all()}
    assert set(tasks) == {"shut-off", "cordon", "supervise", "wells"}
    assert tasks["shut-off"].person == town.people["li"]
    assert tasks["cordon"].organisation == town.organisations["west"]
    assert tasks["supervise"].organisation == town.organisations["zjj"]
    assert tasks["shut-off"].due_at == minutes(20)
    assert tasks["shut-off"].ack_due_at == minutes(3)
    assert Deadline.objects.count() == 3 * len(tasks)
    assert active.decisions.count() == 2 and active.notices.count() == 3


def test_a_second_activation_changes_nothing(town, active):
    before = Task.objects.count()
    _made, is_new = activating.activate(
        incident=active, plan=town.plan(), by="other", at=minutes(1)
    )
    assert not is_new
    assert (Activation.objects.count(), Task.objects.count()) == (1, before)


def test_a_plan_with_a_holder_whose_account_is_closed_goes_to_the_post(town):
    user = town.users["crew"]
    user.is_active = False
    user.save()
    incident = town.open()
    activating.activate(incident=incident, plan=town.plan(), by="officer", at=AT)
    task = Task.objects.get(code="shut-off")
    assert (task.person, task.post) == (None, town.posts["gas-lead"])


def test_the_whole_way_of_a_task(town, task):
    for action, status in (
        ("acknowledge", "acknowledged"), ("en_route", "en_route"), ("on_scene", "on_scene"),
        ("done", "done"),
    ):  # fmt: skip
        assert take(task, action, lon=100.5, lat=30.5).is_taken
        task.refresh_from_db()
        assert task.status == status
    tasking.verify(task=task, by="officer", at=minutes(9))
    task.refresh_from_db()
    assert (task.status, task.done_by, task.verified_by) == ("verified", "crew", "officer")
    kinds = [each.kind for each in journal.about(f"incident:{task.incident_id}")]
    assert "command.task.verified" in kinds and "command.task.on_scene" in kinds


def test_who_did_it_does_not_verify_it(town, task):
    take(task, "done")
    task.refresh_from_db()
    with pytest.raises(command.NotYours):
        tasking.verify(task=task, by="crew", at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(verified_by="crew")


def test_a_report_sent_twice_is_taken_once(task):
    report = sent("acknowledge", note="收到")
    first = take(task, "", report=report)
    again = take(task, "", report=report, at=minutes(1))
    assert first.pk == again.pk and again.is_taken
    assert FieldReport.objects.count() == 1
    kinds = [each.kind for each in journal.about(f"incident:{task.incident_id}")]
    assert kinds.count("command.task.acknowledge") == 1


def test_a_report_that_comes_too_late_keeps_its_note_and_says_why(task):
    tasking.cancel(task=task, reason="不需要了", by="officer", at=AT)
    report = take(task, "done", note="已关阀")
    assert not report.is_taken and report.refusal and report.note == "已关阀"


def test_of_two_who_acknowledge_at_once_one_is_told_so(task):
    assert take(task, "acknowledge").is_taken
    assert not take(task, "acknowledge", by="second").is_taken


def test_a_clock_wrong_by_a_day_is_put_right_and_both_times_are_kept(task):
    day = timedelta(days=1)
    at = minutes(10)
    # written down at minute 4 by a clock a day slow, sent at minute 10
    report = take(task, "acknowledge", at=at, client_at=minutes(4) - day, sent_at=at - day)
    assert report.is_clock_wrong and report.clock_off_s == day.total_seconds()
    assert report.client_at == minutes(4) - day
    assert report.happened_at == minutes(4)
    line = next(each for each in command.lines(task.incident) if each.kind == "task.acknowledge")
    assert line.data["client_at"] == (minutes(4) - day).isoformat()


def test_a_right_clock_says_when_it_happened_though_it_is_sent_later(task):
    report = take(task, "acknowledge", at=minutes(10), client_at=minutes(2), sent_at=minutes(10))
    assert report.happened_at == minutes(2) and not report.is_clock_wrong


def test_refusing_needs_a_reason_and_the_task_waits_for_somebody_else(town, task):
    assert not take(task, "refuse").is_taken
    assert take(task, "refuse", note="车坏了").is_taken
    told = IncidentNotice.objects.get(code="refused")
    assert told.organisation == town.organisations["city"] and "车坏了" in told.text_zh
    task.refresh_from_db()
    assert task.status == "refused"
    second = Doer(town.organisations["gas"], person=town.people["zhou"])
    tasking.assign(task=task, doer=second, by="officer", at=minutes(2))
    task.refresh_from_db()
    assert (task.status, task.person, task.round) == ("given", town.people["zhou"], 2)


def test_a_task_for_somebody_who_left_is_refused(town):
    incident = town.open()
    person = town.people["zhou"]
    person.retired_at = AT
    person.save()
    give = {
        "incident": incident,
        "title_zh": "关阀",
        "due_at": minutes(9),
        "by": "officer",
        "at": AT,
    }
    with pytest.raises(command.BadTask, match="周燃气"):
        tasking.give(doer=Doer(person.organisation, person=person), **give)
    with pytest.raises(command.BadTask):
        tasking.give(doer=Doer(), **give)
    assert not Task.objects.exists()


def test_a_deadline_in_the_past_is_refused(town):
    values = {
        "title_zh": "关阀",
        "doer": Doer(town.organisations["gas"]),
        "by": "officer",
        "at": AT,
    }
    with pytest.raises(command.BadTask):
        tasking.give(incident=town.open(), due_at=AT, **values)


def test_each_step_of_the_clock_fires_once(town, task):
    Deadline.objects.exclude(task=task).update(settled_at=AT)
    IncidentNotice.objects.all().delete()
    assert clock.sweep(minutes(2)) == 0
    assert clock.sweep(minutes(3)) == 1
    assert clock.sweep(minutes(3)) == 0
    task.refresh_from_db()
    assert task.supervision == Task.Supervision.REMINDED
    assert clock.sweep(minutes(20)) == 1
    assert clock.sweep(minutes(30)) == 1
    assert clock.sweep(minutes(900)) == 0
    task.refresh_from_db()
    assert task.supervision == Task.Supervision.LEAD
    told = [each.organisation.code for each in IncidentNotice.objects.order_by("pk")]
    assert told == ["gas", "zjj", "city"]
    facts = [each.kind for each in journal.about(f"incident:{task.incident_id}")]
    assert facts.count("command.task.overdue") == 3


def test_what_is_done_in_time_is_not_escalated(task):
    Deadline.objects.exclude(task=task).update(settled_at=AT)
    IncidentNotice.objects.all().delete()
    take(task, "acknowledge")
    assert clock.sweep(minutes(5)) == 0
    take(task, "done")
    assert clock.sweep(minutes(900)) == 0


def test_a_sweep_that_dies_fires_again_and_nothing_twice(task, monkeypatch):
    Deadline.objects.exclude(task=task).update(settled_at=AT)
    IncidentNotice.objects.all().delete()

    def die(*_values, **_named):
        raise OperationalError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(clock.log, "record", die)
        with pytest.raises(OperationalError):
            clock.sweep(minutes(3))
    assert Deadline.objects.filter(fired_at__isnull=False).count() == 0
    assert clock.sweep(minutes(3)) == 1


def test_a_broken_row_holds_up_no_other_and_stays_due(task, monkeypatch):
    """The oldest due deadline can't be told: those behind it fire all the same."""
    first = Deadline.objects.order_by("due_at", "pk").first()
    tell = clock.telling.tell_notice

    def breaks(made, at):
        if made.code == "overdue-ack" and first.task.title_zh in made.text_zh:
            raise ValueError(made.code)
        tell(made, at)

    due = Deadline.objects.filter(due_at__lte=minutes(30)).count()
    with monkeypatch.context() as patched:
        patched.setattr(clock.telling, "tell_notice", breaks)
        clock.sweep(minutes(30))
    waiting = Deadline.objects.filter(due_at__lte=minutes(30), fired_at=None)
    assert due > 1 and list(waiting) == [first]
    clock.sweep(minutes(31))
    assert not waiting.all().exists()


def test_the_worker_lives_through_any_trouble_and_beats(task, monkeypatch):
    stop, turns = threading.Event(), []

    def sweep(_at):
        turns.append(1)
        if len(turns) == 2:
            stop.set()
            return 0
        raise KeyError("anything")

    monkeypatch.setattr(following.clock, "sweep", sweep)
    monkeypatch.setattr(following, "POLL_S", 0)
    beats = []
    monkeypatch.setattr(watching, "beat", lambda name, at: beats.append(name))
    following.run_command(stop)
    assert (len(turns), beats) == (2, ["command"])


def test_a_task_sent_back_has_a_new_round_and_clock(task):
    take(task, "done")
    task.refresh_from_db()
    tasking.send_back(task=task, reason="未关严", due_at=minutes(60), by="officer", at=minutes(5))
    task.refresh_from_db()
    assert (task.status, task.round, task.done_by) == ("given", 2, "")
    assert Deadline.objects.filter(task=task, round=2).count() == 3


def picture(size=(40, 30), **named):
    kept = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Camera of somebody"
    Image.new("RGB", size, "red").save(kept, "JPEG", exif=exif, **named)
    return kept.getvalue()


def test_a_photo_is_kept_without_what_the_camera_wrote(task, settings):
    cleaned = photos.clean([picture()], "a.jpg")
    report = take(task, "note", photo=cleaned)
    path = settings.UPLOAD_FOLDER / report.photo.file
    with Image.open(path) as kept:
        assert not kept.getexif() and kept.size == (40, 30)
    assert b"Camera" not in path.read_bytes()
    assert Photo.objects.get().bytes == path.stat().st_size


def test_a_photo_of_50_mb_is_refused_before_it_is_read_whole():
    read = []

    def pieces():
        for number in range(50):
            read.append(number)
            yield bytes(1 << 20)

    with pytest.raises(command.BadPhoto, match="12"):
        photos.clean(pieces(), "big.jpg")
    assert len(read) == 13


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no picture", b"\xff\xd8\xff\xe0 torn"])
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(command.BadPhoto, match=r"x\.jpg"):
        photos.clean([content], "x.jpg")


def test_a_small_file_that_unfolds_to_a_huge_picture_is_refused():
    kept = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(kept, "PNG")
    assert len(kept.getvalue()) < 1 << 20
    with pytest.raises(command.BadPhoto):
        photos.clean([kept.getvalue()], "bomb.png")


def test_who_has_a_task(town, task):
    assert [each.pk for each in command.my_tasks(town.users["crew"], AT)] == [task.pk, _wells().pk]
    assert not command.my_tasks(town.users["second"], AT).exists()
    assert command.my_tasks(town.users["west"], AT).get().code == "cordon"
    assert not command.my_tasks(town.users["enterprise_manager"], AT).exists()


def _wells():
    return Task.objects.get(code="wells")
