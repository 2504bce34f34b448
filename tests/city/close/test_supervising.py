"""Overdue, extended, listed: what the clock and the people above do."""

from datetime import date, timedelta

import pytest

from chengan.city.close import api as close
from chengan.city.close import rules
from chengan.city.close.models import HiddenDanger
from chengan.city.close.services import supervising
from chengan.city.journal import api as journal

from .conftest import AT, PLAN, judge
from .test_steps import DAY, DUE_AT, kinds, told

pytestmark = pytest.mark.django_db
LATER = date(2026, 3, 9)


@pytest.fixture
def major(danger):
    """A major danger, to be put right within eleven weeks, listed by the leader."""
    judge(danger, level=2)
    close.plan(danger=danger, **PLAN, by="crew", at=AT)
    close.order(danger=danger, due_date=date(2026, 5, 20), by="officer", at=AT)
    listed(danger)
    return danger


def listed(danger, by="leader"):
    close.list_for_supervision(danger=danger, stop="partial", note="拖延", by=by, at=AT)


def overdue_facts():
    return [each for each in journal.after(0) if each.kind == "close.danger.overdue"]


def test_the_sweep_marks_what_is_overdue_once(ordered, town):
    gas, zjj = (told(town.organisations[code]) for code in ("gas", "zjj"))
    before = gas.count(), zjj.count()
    assert close.sweep(DUE_AT - timedelta(seconds=1)) == 0
    assert [close.sweep(DUE_AT), close.sweep(DUE_AT + DAY)] == [1, 0]
    ordered.refresh_from_db()
    assert (ordered.overdue_at, ordered.status) == (DUE_AT, "ordered")
    (fact,) = overdue_facts()
    assert fact.data["city_object"] == town.well.pk
    assert (gas.count() - before[0], zjj.count() - before[1]) == (1, 1)


def test_what_is_rectified_in_time_is_never_overdue(rectified):
    assert close.sweep(DUE_AT + DAY) == 0
    assert kinds(rectified)[-1] == "rectified"


def test_one_sent_back_is_due_again(rectified):
    close.send_back(danger=rectified, reason="未好", due_date=LATER, by="officer", at=AT)
    assert close.sweep(DUE_AT + DAY) == 0
    assert close.sweep(rules.end_of(LATER)) == 1


def test_one_broken_row_holds_up_no_other(ordered, town, caplog):
    found = close.Found(title="另一处", city_object=town.well)
    other = close.report(found=found, by="west", at=AT)
    judge(other)
    close.order(danger=other, due_date=ordered.due_at.date(), by="officer", at=AT)
    HiddenDanger.objects.filter(pk=ordered.pk).update(status="closed")  # behind the services' back
    assert close.sweep(DUE_AT) == 1
    other.refresh_from_db()
    assert other.overdue_at == DUE_AT
    assert "deadline" in caplog.text


def test_an_extension_is_answered_by_another_and_moves_the_deadline(ordered):
    close.ask(danger=ordered, until=LATER, reason="待料", by="crew", at=AT)
    with pytest.raises(close.WrongStep):
        close.ask(danger=ordered, until=LATER, reason="再要", by="crew", at=AT)
    with pytest.raises(close.NotYours):
        close.answer(danger=ordered, grant=True, note="", by="crew", at=AT)
    assert close.sweep(DUE_AT) == 1
    assert HiddenDanger.objects.get(pk=ordered.pk).overdue_at
    close.answer(danger=ordered, grant=True, note="同意", by="officer", at=DUE_AT + DAY)
    assert (ordered.due_at, ordered.overdue_at) == (rules.end_of(LATER), None)
    with pytest.raises(close.WrongStep):
        close.answer(danger=ordered, grant=False, note="晚了", by="leader", at=DUE_AT + DAY)
    assert close.sweep(rules.end_of(LATER)) == 1


def test_an_extension_not_granted_needs_a_reason_and_moves_nothing(ordered):
    close.ask(danger=ordered, until=LATER, reason="待料", by="crew", at=AT)
    with pytest.raises(close.BadDanger):
        close.answer(danger=ordered, grant=False, note=" ", by="officer", at=AT)
    close.answer(danger=ordered, grant=False, note="料已到", by="officer", at=AT)
    assert ordered.due_at == DUE_AT


@pytest.mark.parametrize(
    ("until", "at"),
    [(LATER, DUE_AT), (LATER, DUE_AT + DAY), (date(2026, 3, 5), AT), (date(2026, 3, 1), AT)],
)
def test_an_extension_too_late_or_no_longer_than_the_deadline_is_refused(ordered, until, at):
    with pytest.raises(close.BadDanger) as refused:
        close.ask(danger=ordered, until=until, reason="待料", by="crew", at=at)
    assert refused.value.field == "until"


def test_what_is_rectified_asks_for_no_more_time(ordered):
    close.start(danger=ordered, by="crew", at=AT)
    asked = close.ask(danger=ordered, until=LATER, reason="待料", by="crew", at=AT)
    close.rectify(danger=ordered, note="已好", by="crew", at=AT)
    asked.refresh_from_db()
    assert asked.status == "withdrawn"
    assert close.sweep(AT + 60 * DAY) == 0


def test_working_days_by_hand():
    monday = date(2026, 3, 2)
    assert rules.working_days_on(monday, 3) == date(2026, 3, 5)
    assert rules.working_days_on(monday, 5) == date(2026, 3, 9)
    assert rules.working_days_on(date(2026, 3, 6), 1) == date(2026, 3, 9)
    assert rules.working_days_on(monday, -1) == date(2026, 2, 28)  # worked in lieu of 23 February
    assert rules.working_days_on(date(2026, 9, 30), 2) == date(2026, 10, 9)  # behind the holidays
    assert rules.working_days_on(date(2099, 10, 1), -1) == date(2099, 9, 30)  # not arranged yet


def test_a_listed_danger_is_extended_only_twenty_working_days_before(major):
    """20 May less twenty working days is 20 April: 1, 4, 5 May are off, 9 May is worked."""
    until = date(2026, 6, 20)
    with pytest.raises(close.BadDanger, match="2026-04-20"):
        late = rules.end_of(date(2026, 4, 20))
        close.ask(danger=major, until=until, reason="待料", by="crew", at=late)
    on_time = rules.end_of(date(2026, 4, 19))
    close.ask(danger=major, until=until, reason="待料", by="crew", at=on_time)


def test_a_listed_danger_lasts_a_year_at_most(major):
    with pytest.raises(close.BadDanger, match="2027-03-02"):
        close.ask(danger=major, until=date(2027, 3, 3), reason="待料", by="crew", at=AT)
    close.ask(danger=major, until=date(2027, 3, 2), reason="待料", by="crew", at=AT)


def test_a_listing_is_filed_and_published_in_time_or_said_to_be_late(major):
    assert {each.step: rules.last_day(each.due_at) for each in major.deadlines.all()} == {
        "rectify": date(2026, 5, 20), "file": date(2026, 3, 5), "publish": date(2026, 3, 9),
    }  # fmt: skip
    supervising.keep(danger=major, step="file", note="安办〔2026〕7 号", by="leader", at=AT)
    with pytest.raises(close.WrongStep):
        supervising.keep(danger=major, step="file", note="又", by="leader", at=AT)
    assert close.sweep(AT + 20 * DAY) == 1
    assert kinds(major)[-2:] == ["filed", "late"]
    major.refresh_from_db()
    assert major.overdue_at is None
    supervising.keep(danger=major, step="publish", note="官网", by="leader", at=AT + 21 * DAY)
    assert kinds(major)[-1] == "published"


def test_the_end_of_a_listed_danger_is_to_be_published(major):
    close.start(danger=major, by="crew", at=AT)
    close.rectify(danger=major, note="已好", by="crew", at=AT)
    close.verify(danger=major, note="已看", by="officer", at=AT)
    close.close(danger=major, by="officer", at=AT)
    end = major.deadlines.get(step="end")
    assert rules.last_day(end.due_at) == date(2026, 3, 9)


def test_a_danger_is_listed_once(major):
    with pytest.raises(close.WrongStep):
        listed(major)


def test_an_ordinary_danger_is_not_listed(ordered):
    with pytest.raises(close.BadDanger):
        listed(ordered)
