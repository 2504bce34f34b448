"""From the finding to the end: each step once, in order, by whom it may be."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from chengan.city.close import api as close
from chengan.city.close.models import DangerDeadline, HiddenDanger
from chengan.city.close.services import reporting
from chengan.city.journal import api as journal
from chengan.city.warn.models import Notice

from .conftest import AT, DUE, PLAN, judge

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DUE_AT = datetime(2026, 3, 5, 16, tzinfo=UTC)
"""The end of 5 March in Beijing."""


def kinds(danger):
    return [each.kind for each in danger.steps.order_by("id")]


def told(organisation):
    return Notice.objects.filter(organisation=organisation, about__startswith="hidden-danger:")


def test_the_chain_by_hand(danger):
    assert danger.status == "reported"
    assert danger.organisation.code == "gas"  # the owner of the well
    judge(danger)
    close.order(danger=danger, due_date=DUE, by="officer", at=AT)
    assert (danger.status, danger.due_at) == ("ordered", DUE_AT)
    close.start(danger=danger, by="crew", at=AT + HOUR)
    close.rectify(danger=danger, note="已更换", by="crew", at=AT + DAY)
    assert danger.status == "to_verify"
    close.send_back(danger=danger, reason="漆未干", due_date=DUE, by="officer", at=AT + DAY)
    assert (danger.status, danger.rectified_by) == ("rectifying", "")
    close.rectify(danger=danger, note="已补漆", by="crew", at=AT + 2 * DAY)
    close.verify(danger=danger, note="现场已看", by="officer", at=AT + 2 * DAY)
    close.close(danger=danger, by="officer", at=AT + 2 * DAY)
    assert danger.status == "closed"
    steps = ["reported", "judged", "ordered", "started", "rectified", "returned", "rectified",
             "verified", "closed"]  # fmt: skip
    assert kinds(danger) == steps
    facts = [each.kind for each in journal.about(f"hidden-danger:{danger.pk}", most=50)]
    assert sorted(facts) == sorted(f"close.danger.{each}" for each in steps)


def test_who_is_told(ordered, town):
    assert [each.subject_zh for each in told(town.organisations["gas"])] == [
        "隐患整改指令：放散管锈蚀"
    ]
    assert told(town.organisations["zjj"]).count() == 1  # the report, to be judged


def test_one_step_is_taken_once(danger):
    other = HiddenDanger.objects.get(pk=danger.pk)
    judge(danger)
    with pytest.raises(close.WrongStep, match="已核定"):
        judge(other, by="analyst")
    assert kinds(danger).count("judged") == 1


def test_two_who_press_verify_and_send_back_at_once(rectified):
    other = HiddenDanger.objects.get(pk=rectified.pk)
    close.verify(danger=rectified, note="好", by="officer", at=AT)
    with pytest.raises(close.WrongStep):
        close.send_back(danger=other, reason="不好", due_date=DUE, by="leader", at=AT)
    assert not DangerDeadline.objects.filter(settled_at=None).exists()


def test_whoever_rectified_neither_verifies_nor_closes(rectified):
    for step in (
        lambda: close.verify(danger=rectified, note="好", by="crew", at=AT),
        lambda: close.send_back(danger=rectified, reason="x", due_date=DUE, by="crew", at=AT),
    ):
        with pytest.raises(close.NotYours):
            step()
    close.verify(danger=rectified, note="好", by="officer", at=AT)
    with pytest.raises(close.NotYours):
        close.close(danger=rectified, by="crew", at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        HiddenDanger.objects.filter(pk=rectified.pk).update(verified_by="crew")


@pytest.mark.parametrize("days", [-1, -400])
def test_a_deadline_in_the_past_is_refused(judged, days):
    with pytest.raises(close.BadDanger) as refused:
        close.order(danger=judged, due_date=(AT + days * DAY).date(), by="officer", at=AT)
    assert refused.value.field == "due_date"
    judged.refresh_from_db()
    assert judged.status == "judged"


def test_a_major_danger_is_ordered_once_its_report_is_whole(danger):
    judge(danger, level=2)
    with pytest.raises(close.BadDanger, match="资金"):
        close.order(danger=danger, due_date=DUE, by="officer", at=AT)
    with pytest.raises(close.BadDanger) as refused:
        close.plan(danger=danger, **{**PLAN, "funds": " "}, by="crew", at=AT)
    assert refused.value.field == "funds"
    with pytest.raises(IntegrityError), transaction.atomic():
        HiddenDanger.objects.filter(pk=danger.pk).update(status="ordered")
    close.plan(danger=danger, **PLAN, by="crew", at=AT)
    close.order(danger=danger, due_date=DUE, by="officer", at=AT)
    assert danger.status == "ordered"


def test_what_is_no_danger_ends_with_a_reason(danger):
    with pytest.raises(close.BadDanger):
        close.dismiss(danger=danger, reason=" ", by="officer", at=AT)
    close.dismiss(danger=danger, reason="已在施工", by="officer", at=AT)
    assert danger.is_over
    with pytest.raises(close.WrongStep):
        reporting.note(danger=danger, note="还有", by="west", at=AT)


def test_a_report_sent_twice_is_there_once(town):
    key = "6f9619ff-8b86-d011-b42d-00cf4fc964ff"
    found = close.Found(title="井盖破损", city_object=town.well, client_id=key)
    first = close.report(found=found, by="west", at=AT)
    assert close.report(found=found, by="west", at=AT).pk == first.pk
    with pytest.raises(close.CloseError):
        close.report(found=found, by="crew", at=AT)


def test_a_place_without_an_object_is_on_somebodys_ground(town):
    made = close.report(found=close.Found(title="塌陷", lon=101.5, lat=30.5), by="x", at=AT)
    assert (made.organisation.code, made.area.code) == ("east", "E")


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"title": " "}, "title"), ({"source": 11}, "source"), ({"kind": 0}, "kind"),
     ({"city_object": None}, "object"), ({"city_object": None, "lon": 5.0, "lat": 5.0}, "object")],
)  # fmt: skip
def test_a_report_says_what_it_lacks(town, changes, field):
    values = {"title": "锈蚀", "city_object": town.well} | changes
    with pytest.raises(close.BadDanger) as refused:
        close.report(found=close.Found(**values), by="x", at=AT)
    assert refused.value.field == field


def test_the_steps_can_only_be_added(rectified):
    with pytest.raises(Exception, match="append_only"), transaction.atomic():
        rectified.steps.update(note="anders")
