"""Tasks, missed deadlines and notices go out by the city's channels; a rehearsal tells nobody."""

import pytest
from django.utils import translation

from chengan.city.command import api as command
from chengan.city.command.models import Incident, IncidentNotice, Task
from chengan.city.command.services import activating, changing, clock, notices, tasking
from chengan.city.command.services.holders import Doer
from chengan.city.warn import api as warn
from chengan.city.warn.models import Delivery, Notice
from chengan.city.warn.services import receipts

from .conftest import AT, minutes


@pytest.fixture
def channels(town):
    """The city's channels, and people with addresses."""
    warn.ensure_tables(AT)
    for code, person in town.people.items():
        person.email, person.phone = f"{code}@example.org", f"1{code}"
        person.save()


@pytest.fixture
def active(town, channels):
    incident = town.open()
    activating.activate(incident=incident, plan=town.plan(), by="officer", at=AT)
    return incident


def sent(**wanted):
    rows = Delivery.objects.filter(**wanted).select_related("person", "channel")
    return {(each.person.code, each.channel.kind) for each in rows if each.person}


def test_a_task_is_told_to_whoever_does_it_by_every_channel(active):
    task = Task.objects.get(code="shut-off")
    about = {"notice__key": f"task/{task.pk}/1"}
    assert sent(**about) == {("li", "in_app"), ("li", "email"), ("li", "sms")}
    row = Delivery.objects.filter(channel__kind="email", **about).get()
    assert "2026-03-02 12:20（北京时间）" in row.body and "12:20, Beijing time" in row.body
    assert task.title_zh in row.subject and f"/command/tasks/{task.pk}/" in row.body
    assert row.needs_receipt is False  # acknowledging the task is the answer


def test_a_task_handed_over_tells_the_next_and_a_drill_says_so(town, channels):
    drill = town.open(origin="drill")
    li, zhou = (
        Doer(town.organisations["gas"], person=town.people[each]) for each in ("li", "zhou")
    )
    task = tasking.give(
        incident=drill, title_zh="关阀", doer=li, due_at=minutes(30), by="officer", at=AT
    )
    tasking.assign(task=task, doer=zhou, by="officer", at=minutes(1))
    assert [who for who, _kind in sorted(sent(notice__key=f"task/{task.pk}/2"))] == ["zhou"] * 3
    assert all(each.subject.startswith("【演练") for each in Delivery.objects.all())


def test_a_missed_deadline_is_told_up_the_tree_and_wants_an_answer(town, active):
    clock.sweep(minutes(3))
    late = IncidentNotice.objects.get(code="overdue-ack", text_zh__contains="关阀")
    assert late.message.organisation == town.organisations["gas"]
    assert sent(notice=late.message) >= {("li", "email")}
    assert Delivery.objects.filter(notice=late.message, needs_receipt=True).exists()
    assert late.message.receipt_due_at == minutes(13)


def test_an_answer_by_link_reads_the_notice_and_is_in_the_log(town, active):
    made = notices.send(
        incident=active, organisation=town.organisations["gas"], text="请待命", by="officer", at=AT
    )
    made.refresh_from_db()
    row = Delivery.objects.filter(notice=made.message, channel__kind="sms").get()
    receipts.acknowledge(delivery=row, by="li", how="link", at=minutes(1))
    command.sweep(minutes(1))
    made.refresh_from_db()
    assert (made.read_by, made.read_at) == ("li", minutes(1))
    assert "warn.notice.receipt" in [each.kind for each in command.lines(active)]


def test_a_closed_case_sends_no_planned_notice_and_asks_for_no_more_receipts(town, active):
    clock.sweep(minutes(1))
    assert Notice.objects.filter(receipt_due_at__isnull=False).exists()
    planned = notices.send(
        incident=active, organisation=town.organisations["gas"], text="三十分钟后续报",
        by="officer", at=AT,
    )  # fmt: skip
    IncidentNotice.objects.filter(pk=planned.pk).update(sent_at=None, due_at=minutes(30))
    changing.close(incident=active, note="已处置", by="officer", at=minutes(2), cancel_rest=True)
    assert not Notice.objects.filter(receipt_due_at__isnull=False).exists()
    assert clock.sweep(minutes(40)) == 0
    planned.refresh_from_db()
    assert planned.sent_at is None


def test_reading_on_the_page_ends_the_escalation(town, active):
    made = notices.send(
        incident=active, organisation=town.organisations["gas"], text="请待命", by="officer", at=AT
    )
    made.refresh_from_db()
    notices.read(notice=made, by="crew", at=minutes(1))
    assert Notice.objects.get(pk=made.message_id).receipt_by == "crew"


def test_a_rehearsal_tells_nobody(town, channels):
    drill = town.open(origin="drill")
    Incident.objects.filter(pk=drill.pk).update(clock_at=AT)
    drill.refresh_from_db()
    activating.activate(incident=drill, plan=town.plan(), by="officer", at=AT)
    clock.sweep(minutes(60), rehearsal=drill)
    notices.send(
        incident=drill, organisation=town.organisations["gas"], text="请待命", by="officer", at=AT
    )
    assert IncidentNotice.objects.filter(incident=drill, sent_at__isnull=False).exists()
    assert not Notice.objects.exists()


def test_the_log_tells_a_notice_in_the_pages_language(active):
    clock.sweep(minutes(1))
    with translation.override("en"):
        said = [each.text for each in command.lines(active) if each.kind == "notice.sent"]
    assert any("A gas leak: please send somebody." in each for each in said)
