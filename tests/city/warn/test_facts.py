"""One alarm for one object and cause; danger and device trouble stay apart."""

from datetime import UTC, datetime

import pytest

from chengan.city.journal import api as journal
from chengan.city.warn import api as warn

NOW = datetime(2026, 3, 2, 5, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def standing():
    return list(warn.Alarm.objects.order_by("number"))


def test_two_sensors_of_one_well_are_one_alarm_with_a_count(say):
    say("breach.began", "w0")
    say("breach.began", "w1", onset=60, severity=4)
    (alarm,) = standing()
    assert (alarm.count, alarm.severity, alarm.datastream.key) == (2, 4, "w1")


def test_another_well_and_another_cause_are_other_alarms(say):
    say("breach.began", "w0")
    say("breach.began", "w2")
    say("breach.began", "w0", cause="low")
    assert [(each.count, each.cause) for each in standing()] == [
        (1, "high"),
        (1, "high"),
        (1, "low"),
    ]


def test_it_is_active_until_the_last_sensor_is_back_inside(say):
    say("breach.began", "w0")
    say("breach.began", "w1", severity=5)
    say("breach.ended", "w1", severity=0, at=60)
    (alarm,) = standing()
    assert (alarm.is_active, alarm.severity, alarm.worst_severity) == (True, 3, 5)
    assert alarm.datastream.key == "w0"
    say("breach.ended", "w0", severity=0, at=90)
    (alarm,) = standing()
    assert not alarm.is_active
    assert (alarm.ended_at - alarm.first_at).total_seconds() == 90


def test_the_same_beginning_told_twice_counts_once(say):
    say("breach.began", "w0")
    say("breach.began", "w0")
    assert [each.count for each in standing()] == [1]


def test_a_fault_is_the_devices_alarm_and_never_meets_the_danger(say):
    say("breach.began", "w0")
    say("fault.began", "w0", cause="silent", severity=0)
    say("fault.began", "w1", cause="silent", severity=0)
    assert [(each.category, each.datastream.key) for each in standing()] == [
        ("safety", "w0"),
        ("device", "w0"),
        ("device", "w1"),
    ]
    assert {each.severity for each in standing() if each.category == "device"} == {1}


def test_what_begins_after_a_dismissal_is_looked_at_again(say):
    say("breach.began", "w0")
    warn.dismiss(alarm=standing()[0], reason="environment", by="officer", at=NOW)
    say("breach.began", "w1", onset=60)
    first, second = standing()
    assert (first.status, first.count, second.status, second.count) == ("dismissed", 1, "open", 1)


def test_a_confirmed_danger_takes_in_the_next_sensor(say):
    say("breach.began", "w0")
    warn.confirm(alarm=standing()[0], by="officer", at=NOW)
    say("breach.began", "w1", onset=60)
    assert [(each.status, each.count) for each in standing()] == [("confirmed", 2)]


def test_a_dismissed_alarm_that_gets_worse_waits_again(say):
    say("breach.began", "w0", severity=3)
    warn.dismiss(alarm=standing()[0], reason="limit_too_tight", by="officer", at=NOW)
    say("breach.changed", "w0", severity=2, at=30)
    assert standing()[0].status == "dismissed"
    say("breach.changed", "w0", severity=5, at=60)
    assert (standing()[0].status, standing()[0].severity) == ("open", 5)
    assert len(journal.after(0, ["warn.alarm.worsened"])) == 1


def test_an_end_without_a_beginning_changes_nothing(say):
    say("breach.ended", "w0", severity=0)
    assert standing() == []


def test_a_danger_that_came_late_waits_for_a_judgement_and_is_marked(say):
    say("breach.late", "w0", onset=60)
    (alarm,) = standing()
    assert (alarm.status, alarm.category, alarm.is_active) == ("open", "safety", False)
    assert [each.is_late for each in alarm.episodes.all()] == [True]
    say("breach.late", "w0", onset=60)
    say("breach.began", "w1", onset=90)
    (alarm,) = standing()
    assert (alarm.count, alarm.is_active, alarm.datastream.key) == (2, True, "w1")
    assert [each.is_late for each in alarm.episodes.order_by("onset")] == [True, False]


def test_what_came_late_does_not_end_what_goes_on(say):
    say("breach.began", "w0", onset=90)
    say("breach.late", "w0", onset=60, severity=4)
    (alarm,) = standing()
    assert (alarm.is_active, alarm.severity, alarm.worst_severity) == (True, 3, 4)
    say("breach.ended", "w0", severity=0, at=120, onset=90)
    assert not standing()[0].is_active
