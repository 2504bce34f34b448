"""A warning's way, step by step, and who may take which."""

from datetime import timedelta

import pytest

from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.warn import api as warn
from tests.city.warn.conftest import AT

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def officer(role="duty_officer", organisation="city", name=""):
    return places.create_account(
        username=name or f"{role}-{organisation}", password="a-long-pass-phrase-9",
        role_code=role, organisation_code=organisation, by="test", at=AT,
    )  # fmt: skip


@pytest.fixture
def opened(say):
    """A warning that came of a confirmed alarm of level `severity`."""

    def write(severity=3):
        say("breach.began", "w0", severity=severity)
        return warn.confirm(alarm=warn.Alarm.objects.get(), by="a", at=AT, note="现场核实")

    return write


@pytest.fixture
def released(opened):
    duty = officer()
    made = opened()
    warn.level(warning=made, severity=3, by=duty, at=AT + MINUTE)
    warn.release(warning=made, by=duty, at=AT + 2 * MINUTE)
    return made, duty


def kinds():
    return [each.kind for each in journal.after(0) if each.kind.startswith("warning.")]


def test_a_confirmed_alarm_becomes_a_warning_of_its_object_and_level(opened):
    made = opened(severity=4)
    assert (made.state, made.severity, made.origin) == ("judged", 4, "alarm")
    assert made.event_type.code == "gas-leak"
    assert made.headline_zh == "well-0燃气泄漏橙色预警"
    step = made.steps.get()
    assert (step.action, step.by, step.reason, step.since_previous_s) == (
        "judged",
        "a",
        "现场核实",
        None,
    )
    assert kinds() == ["warning.judged"]


def test_a_devices_trouble_opens_no_warning(say):
    say("fault.began", "w0", cause="silent", severity=0)
    assert warn.confirm(alarm=warn.Alarm.objects.get(), by="a", at=AT) is None


def test_the_whole_way_is_logged_with_the_time_of_each_step(released):
    made, duty = released
    at = AT + 3 * MINUTE
    for action in ("dispatched", "acknowledged", "on_site", "handling", "fed_back"):
        warn.respond(warning=made, action=action, by="crew", at=at, reason="阀门已关")
        at += MINUTE
    warn.respond(warning=made, action="verified", by="second", at=at)
    warn.lift(warning=made, by=duty, at=at + MINUTE)
    warn.respond(warning=made, action="evaluated", by="a", at=at + 2 * MINUTE, reason="及时")
    warn.respond(warning=made, action="archived", by="a", at=at + 3 * MINUTE)
    steps = list(made.steps.order_by("seq"))
    assert [each.to_state for each in steps] == [
        "judged", "levelled", "released", "dispatched", "acknowledged", "on_site", "handling",
        "fed_back", "verified", "lifted", "evaluated", "archived",
    ]  # fmt: skip
    assert [each.since_previous_s for each in steps[1:]] == [60.0] * 11
    assert [each.seq for each in steps] == list(range(1, 13))
    assert kinds() == [f"warning.{each.action}" for each in steps]
    assert len(made.identifier) == 31


def test_two_officers_press_at_once_and_the_second_is_told(opened):
    made, duty = opened(), officer()
    warn.level(warning=made, severity=3, by=duty, at=AT, seen=1)
    with pytest.raises(warn.WrongState, match="duty_officer-city"):
        warn.level(warning=made, severity=4, by=duty, at=AT, seen=1)
    warn.release(warning=made, by=duty, at=AT, seen=2)
    with pytest.raises(warn.WrongState):
        warn.release(warning=made, by=duty, at=AT, seen=2)
    assert made.steps.count() == 3


def test_red_needs_a_second_person_of_the_table(opened):
    made, duty, leader = opened(5), officer(), officer("leader")
    warn.level(warning=made, severity=5, by=duty, at=AT)
    with pytest.raises(warn.NeedsSecond):
        warn.release(warning=made, by=duty, at=AT)
    with pytest.raises(warn.NeedsSecond):
        warn.approve(warning=made, by=duty, at=AT)
    with pytest.raises(warn.NotAllowed):
        warn.approve(warning=made, by=officer(name="other"), at=AT)
    warn.approve(warning=made, by=leader, at=AT)
    warn.release(warning=made, by=duty, at=AT)
    assert (made.state, made.approved_by) == ("released", "leader-city")


def test_an_approval_is_of_the_level_that_was_approved(opened):
    made, duty, leader = opened(5), officer(), officer("leader")
    warn.level(warning=made, severity=5, by=duty, at=AT)
    warn.approve(warning=made, by=leader, at=AT)
    warn.level(warning=made, severity=4, by=duty, at=AT)
    warn.level(warning=made, severity=5, by=duty, at=AT)
    with pytest.raises(warn.NeedsSecond):
        warn.release(warning=made, by=duty, at=AT)


def test_an_approver_whose_warning_was_levelled_anew_is_told_so(opened):
    made, duty, leader = opened(4), officer(), officer("leader")
    warn.level(warning=made, severity=4, by=duty, at=AT)
    seen = warn.Warning.objects.get(pk=made.pk)
    warn.level(warning=made, severity=5, by=duty, at=AT)
    with pytest.raises(warn.WrongState):
        warn.approve(warning=seen, by=leader, at=AT)


def test_a_raise_to_red_waits_for_a_second_person_and_then_is_an_update(released):
    made, duty = released
    warn.respond(warning=made, action="acknowledged", by="crew", at=AT + 3 * MINUTE)
    warn.change_level(warning=made, severity=5, by=duty, at=AT + 4 * MINUTE, reason="扩散")
    assert (made.severity, made.pending_severity, made.state) == (3, 5, "acknowledged")
    with pytest.raises(warn.NeedsSecond):
        warn.approve_change(warning=made, by=duty, at=AT + 5 * MINUTE)
    warn.approve_change(warning=made, by=officer("leader"), at=AT + 5 * MINUTE)
    assert (made.severity, made.pending_severity, made.state) == (5, None, "released")
    assert "红色" in made.headline_zh
    assert kinds()[-1] == "warning.raised"


def test_lowering_is_an_update_and_needs_its_reason(released):
    made, duty = released
    with pytest.raises(warn.NeedsReason):
        warn.change_level(warning=made, severity=2, by=duty, at=AT, reason=" ")
    warn.change_level(warning=made, severity=2, by=duty, at=AT + 3 * MINUTE, reason="浓度回落")
    assert made.severity == 2
    assert journal.after(0)[-1].data["severity_before"] == 3


def test_who_is_not_named_in_the_table_may_not_release(opened):
    made = opened()
    firm = places.put_organisation(code="firm", kind="enterprise", name_zh="燃气公司")
    assert firm
    stranger = officer("duty_officer", "firm")
    warn.level(warning=made, severity=3, by=stranger, at=AT)
    with pytest.raises(warn.NotAllowed):
        warn.release(warning=made, by=stranger, at=AT)
    made.refresh_from_db()
    assert made.state == "levelled"


def test_a_district_releases_yellow_and_not_orange(wells, opened):
    for code, name in (("W", "西区"), ("E", "东区")):
        ground = places.put_area(code=code, kind="district", name_zh=name)
        places.put_organisation(code=code.lower(), kind="district", name_zh=name, area=ground)
    well = wells["w0"].thing.city_object
    places.CityObject.objects.filter(pk=well.pk).update(area=places.Area.objects.get(code="W"))
    made = opened()
    west, east = officer("duty_officer", "w"), officer("duty_officer", "e")
    warn.level(warning=made, severity=4, by=west, at=AT)
    with pytest.raises(warn.NotAllowed) as orange:
        warn.release(warning=made, by=west, at=AT)
    assert str(orange.value) == "燃气泄漏 · 橙：仅限市级、市级部门。"
    assert made.state == "levelled"
    warn.level(warning=made, severity=3, by=west, at=AT)
    with pytest.raises(warn.NotAllowed):
        warn.release(warning=made, by=east, at=AT)
    warn.release(warning=made, by=west, at=AT)
    made.refresh_from_db()
    assert (made.state, made.severity, made.released_by) == ("released", 3, west.username)


def test_whoever_fed_back_does_not_verify(released):
    made, _duty = released
    for action in ("acknowledged", "fed_back"):
        warn.respond(warning=made, action=action, by="crew", at=AT, reason="处置完毕")
    with pytest.raises(warn.NeedsSecond):
        warn.respond(warning=made, action="verified", by="crew", at=AT)
    warn.respond(warning=made, action="returned", by="second", at=AT, reason="仍有气味")
    assert made.state == "handling"


def test_a_level_that_the_type_has_not_is_refused(opened):
    made = opened()
    kind = warn.EventType.objects.get(code="power-outage")
    with pytest.raises(warn.BadWarning, match="红"):
        warn.level(warning=made, severity=3, event_type=kind, by=officer(), at=AT)


def test_an_end_in_the_past_is_refused(opened):
    made = opened()
    with pytest.raises(warn.BadWarning):
        warn.level(warning=made, severity=3, by=officer(), at=AT, texts={"expires_at": AT - MINUTE})


def test_a_polygon_across_itself_is_refused(opened):
    bow = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]
    with pytest.raises(warn.BadWarning, match="Self-intersection"):
        warn.level(warning=opened(), severity=3, by=officer(), at=AT,
                   texts={"geometry": {"type": "Polygon", "coordinates": [bow]}})  # fmt: skip


def test_a_clock_that_goes_back_makes_no_negative_time(released):
    made, _duty = released
    step = warn.respond(warning=made, action="acknowledged", by="crew", at=AT - timedelta(days=1))
    assert step.since_previous_s == 0.0


def test_taking_a_judgement_back_withdraws_the_warning_until_it_is_out(released, say):
    made, _duty = released
    with pytest.raises(warn.NotWaiting):
        warn.reopen(alarm=made.alarm, by="a", at=AT)
    say("breach.began", "w2")
    alarm = warn.Alarm.objects.get(city_object__name_zh="well-2")
    second = warn.confirm(alarm=alarm, by="a", at=AT)
    warn.reopen(alarm=alarm, by="a", at=AT)
    second.refresh_from_db()
    assert second.state == "withdrawn"


def test_an_early_lift_needs_its_reason(released):
    made, duty = released
    with pytest.raises(warn.NeedsReason):
        warn.lift(warning=made, by=duty, at=AT)
    warn.lift(warning=made, by=duty, at=AT, reason="误报，仪表故障")
    assert made.state == "lifted"
