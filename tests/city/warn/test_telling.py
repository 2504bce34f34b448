"""Who is told and why; receipts; what happens when nobody answers."""

from datetime import timedelta

import pytest

from chengan.city.journal import api as journal
from chengan.city.warn import api as warn
from chengan.city.warn.models import Deadline, Delivery, Routing
from chengan.city.warn.selectors import recipients
from chengan.city.warn.services import escalating, receipts
from tests.city.warn.conftest import AT, officer

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def told(warning, severity=None):
    return {
        each.person.code: each.whom
        for each in recipients.who_is_told(warning, AT, severity)
        if each.person
    }


def names(purpose):
    rows = Delivery.objects.filter(purpose=purpose, person__isnull=False)
    return sorted(set(rows.values_list("person__code", flat=True)))


def test_the_higher_the_level_the_further_up_the_tree_it_is_told(staff, release):
    made, _duty = release(3)
    assert told(made, 2) == {"fitter": "responsible"}
    assert told(made, 4) == {"fitter": "responsible", "chief": "department"}
    assert told(made, 5) == {"fitter": "responsible", "chief": "department", "guard": "city"}


def test_the_screen_can_say_why_somebody_is_told(staff, release):
    made, _duty = release(3)
    why = recipients.who_is_told(made, AT)[0].why_zh
    assert why == "well-0 · repair（任职）"


def test_an_organisation_where_nobody_is_on_duty_is_named_not_left_out(wells, release):
    made, _duty = release(3)
    found = recipients.who_is_told(made, AT)
    assert [each.person for each in found] == [None, None]
    assert "无人值班" in found[0].why_zh


def test_a_rule_of_the_event_type_stands_before_the_general_one(staff, release):
    made, _duty = release(3)
    Routing.objects.create(event_type=made.event_type, whom="department", from_severity=2)
    assert "chief" in told(made, 2)


def test_release_writes_a_row_for_each_person_and_channel_once(staff, release):
    officer("handler", "gas", person="fitter")
    made, _duty = release(3)
    rows = Delivery.objects.filter(warning=made, person__code="fitter")
    assert sorted(rows.values_list("channel__kind", "status")) == [
        ("email", "waiting"), ("in_app", "sent"), ("sms", "waiting"),
    ]  # fmt: skip
    assert all(each.needs_receipt for each in rows)
    assert Deadline.objects.get(kind="receipt").due_at == AT + 10 * MINUTE
    assert Deadline.objects.get(kind="response").due_at == AT + 60 * MINUTE


def test_nobody_answers_and_it_goes_to_the_substitute_up_the_tree_and_rings(staff, release):
    made, _duty = release(3)
    at = AT + 10 * MINUTE
    assert escalating.sweep_deadlines(at - MINUTE) == 0
    assert escalating.sweep_deadlines(at) == 1
    assert names("escalation") == ["standin"]
    assert escalating.sweep_deadlines(at) == 0
    assert escalating.sweep_deadlines(at + 10 * MINUTE) == 1
    assert names("escalation") == ["chief", "standin"]
    made.refresh_from_db()
    assert made.ringing_since is None
    escalating.sweep_deadlines(at + 20 * MINUTE)
    made.refresh_from_db()
    assert made.ringing_since == at + 20 * MINUTE
    assert names("escalation") == ["chief", "guard", "standin"]
    kinds = [each.kind for each in journal.after(0) if each.subject == f"warning:{made.pk}"]
    assert kinds.count("warning.escalated") == 3
    assert kinds.count("warning.ringing") == 1


def test_it_rings_again_until_somebody_answers(staff, release):
    made, _duty = release(3)
    for turn in range(1, 5):
        escalating.sweep_deadlines(AT + turn * 10 * MINUTE)
    assert Deadline.objects.filter(kind="receipt", status="waiting").count() == 1
    row = Delivery.objects.filter(person__code="guard").first()
    receipts.acknowledge(delivery=row, by="guard", how="link", at=AT + 41 * MINUTE)
    assert not Deadline.objects.filter(kind="receipt", status="waiting").exists()
    made.refresh_from_db()
    assert (made.state, made.ringing_since) == ("acknowledged", None)


def test_a_receipt_meets_the_time_limit_and_moves_the_warning(staff, release):
    made, _duty = release(3)
    row = Delivery.objects.filter(person__code="fitter").first()
    assert receipts.acknowledge(delivery=row, by="fitter", how="link", at=AT + MINUTE)
    assert not receipts.acknowledge(delivery=row, by="fitter", how="link", at=AT + MINUTE)
    made.refresh_from_db()
    assert made.state == "acknowledged"
    assert escalating.sweep_deadlines(AT + 30 * MINUTE) == 0
    row.refresh_from_db()
    assert (row.receipt_at, row.receipt_by, row.receipt_how) == (AT + MINUTE, "fitter", "link")


def test_nobody_on_site_in_time_puts_the_warning_under_supervision(staff, release):
    made, _duty = release(3)
    warn.respond(warning=made, action="acknowledged", by="fitter", at=AT)
    assert escalating.sweep_deadlines(AT + 60 * MINUTE) == 1
    made.refresh_from_db()
    assert made.supervised_at == AT + 60 * MINUTE
    warn.respond(warning=made, action="on_site", by="fitter", at=AT + 61 * MINUTE)
    assert made.supervised_at is None


def test_a_warning_that_outlives_its_message_reminds_whoever_released_it(staff, release):
    officer("handler", "city", person="guard")
    made, duty = release(3)
    type(made).objects.update(released_by="handler-city")
    warn.respond(warning=made, action="on_site", by="fitter", at=AT + MINUTE)
    assert escalating.sweep_deadlines(AT + 1439 * MINUTE) == 0
    assert escalating.sweep_deadlines(AT + 1440 * MINUTE) == 1
    made.refresh_from_db()
    assert (made.supervised_at, names("end")) == (AT + 1440 * MINUTE, ["guard"])
    later = {"expires_at": AT + 3000 * MINUTE}
    warn.amend(warning=made, texts=later, by=duty, at=AT + 1441 * MINUTE, reason="未结束")
    ends = Deadline.objects.filter(kind="end").values_list("status", "due_at")
    assert set(ends) == {("fired", AT + 1440 * MINUTE), ("waiting", AT + 3000 * MINUTE)}
    warn.lift(warning=made, by=duty, at=AT + 2000 * MINUTE, reason="结束")
    assert not Deadline.objects.filter(status="waiting").exists()


def test_what_is_over_rings_no_more(staff, release):
    made, duty = release(3)
    warn.lift(warning=made, by=duty, at=AT + MINUTE, reason="误报")
    assert escalating.sweep_deadlines(AT + 600 * MINUTE) == 0
    row = Delivery.objects.filter(person__code="fitter").first()
    with pytest.raises(warn.WrongState):
        receipts.acknowledge(delivery=row, by="fitter", how="link", at=AT + 2 * MINUTE)


def test_whoever_heard_of_a_warning_hears_of_its_end(staff, release):
    made, duty = release(4)
    warn.change_level(warning=made, severity=2, by=duty, at=AT + MINUTE, reason="回落")
    assert names("update") == ["fitter"]
    warn.lift(warning=made, by=duty, at=AT + 2 * MINUTE, reason="结束")
    assert names("cancel") == ["chief", "fitter"]


def test_an_approval_that_nobody_gives_rings_the_duty_room(staff, say):
    say("breach.began", "w0", severity=5)
    duty = officer()
    boss = officer("leader", person="guard")
    made = warn.confirm(alarm=warn.Alarm.objects.get(), by="a", at=AT)
    warn.level(warning=made, severity=5, by=duty, at=AT)
    assert names("approval") == ["guard"]
    escalating.sweep_deadlines(AT + 3 * MINUTE)
    made.refresh_from_db()
    assert made.ringing_since == AT + 3 * MINUTE
    warn.approve(warning=made, by=boss, at=AT + 4 * MINUTE)
    assert not Deadline.objects.filter(status="waiting").exists()


def test_a_crowd_forecast_tells_the_public_and_the_responsible_unit_at_once(staff, wells):
    duty = officer()
    ring = [[24.9, 60.1], [24.91, 60.1], [24.91, 60.11], [24.9, 60.1]]
    given = {
        "event_type": warn.EventType.objects.get(code="crowd"), "severity": 4, "by": "model",
        "at": AT, "geometry": {"type": "Polygon", "coordinates": [ring]},
        "city_object": wells["w0"].thing.city_object.__class__.objects.get(name_zh="well-0"),
    }  # fmt: skip
    made = warn.open_forecast(probability=0.7, expected_at=AT + 30 * MINUTE, **given)
    warn.level(warning=made, severity=4, by=duty, at=AT)
    warn.release(warning=made, by=duty, at=AT)
    roles = set(Delivery.objects.filter(warning=made).values_list("role", "created_at"))
    assert {("public", AT), ("responsible", AT)} <= roles
    xml = bytes(made.messages.get().xml).decode()
    assert "<value>0.7</value>" in xml and "<onset>2026-03-02T12:30:00+08:00</onset>" in xml
    assert "<scope>Public</scope>" in xml
    for bad in ({"probability": 1.2}, {"expected_at": AT - MINUTE}, {"city_object": None}):
        with pytest.raises(warn.BadWarning):
            warn.open_forecast(**({"probability": 0.7, "expected_at": AT + MINUTE} | given | bad))
    for text in ({"is_public": False}, {"probability": None}, {"geometry": None}):
        with pytest.raises(warn.BadWarning):
            warn.amend(warning=made, texts=text, by=duty, at=AT + MINUTE, reason="改")
