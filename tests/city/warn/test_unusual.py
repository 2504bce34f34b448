"""An alarm without a limit explains itself: rule, expected and seen, since when, how sure."""

from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from chengan.city.hub import api as hub
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn import api as warn
from chengan.city.warn.errors import BadLimits
from chengan.city.warn.selectors.unusual import why_over, why_unusual
from chengan.city.warn.services import overriding
from chengan.city.warn.views.apart import judged_apart
from tests.city.warn.conftest import START
from tests.city.warn.conftest import officer as account
from tests.city.warn.test_pages import client, filled

pytestmark = pytest.mark.django_db
HOUR_US = 3_600_000_000
STEP = {
    "limit": None, "expected": 1e-2, "size": 1e-2, "spread": 1e-4, "least": 2e-3, "usual": 1e-3,
    "settled": START + 60_000_000,
}  # fmt: skip
JOINT = {
    "limit": None, "expected": 1e-2, "mean": 2.1e-2, "mean_expected": 1.1e-2, "score": 0.75,
    "score_limit": 0.5, "times_limit": 2.0, "group": "object:1", "of": 4, "against": "others",
    "rows": 5, "who": "alone",
}  # fmt: skip
RELEASE = {
    "limit": None, "expected": 2e-6, "measure": 5e-4, "share": 0.62, "second_share": 0.18,
    "rate_kg_s": 5e-4, "is_least": False, "of": 8, "candidates": 5, "wind_from": 4.712389,
    "wind_speed": 2.0, "group": "gas:1/1",
}  # fmt: skip


def officer():
    return get_user_model().objects.filter(username="duty_officer-city").first() or account(
        "duty_officer"
    )


def page_of(alarm):
    page = Client()
    page.force_login(officer())
    answer = page.get(reverse("warn:alarm", args=[alarm.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_step_tells_its_size_and_that_it_is_no_spike(say):
    say("breach.began", "w0", cause="step", **STEP)
    say("breach.ended", "w0", cause="step", severity=0, at=60, **STEP)
    alarm = warn.Alarm.objects.get()
    found = why_unusual(alarm, officer())
    # The property is shown in ppm: 1e-2 is 10,000.
    assert [round(found[k] / 1e4, 3) for k in ("expected", "seen", "apart", "least", "usual")] == [
        1.0, 2.0, 1.0, 0.2, 0.1,
    ]  # fmt: skip
    assert (found["spreads"], found["settled"].timestamp()) == (100, START / 1e6 + 60)
    assert alarm.status == "open"
    assert "阶跃" in page_of(alarm)


@pytest.mark.parametrize(("who", "is_device"), [("alone", True), ("several", False)])
def test_leaving_the_others_tells_a_device_at_fault_from_what_reaches_several(
    say, wells, who, is_device
):
    most = [[wells["w2"].pk, -1e-2], [wells["w0"].pk, 5e-3]]
    law = {"switch": wells["w2"].pk, "case": "stays_on", "is_change": False}
    told = JOINT | {"who": who, "most": most, "against": "law", "law": law}
    say("breach.began", "w0", cause="joint", **told)
    alarm = warn.Alarm.objects.get()
    found = why_unusual(alarm, officer())
    assert (found["switch"].pk, str(found["case"])) == (wells["w2"].pk, "保持接通时")
    assert (found["is_device"], found["others"], found["times"]) == (is_device, 3, 2.0)
    assert [round(found[k] / 1e4, 3) for k in ("expected", "seen", "apart")] == [1.1, 2.1, 1.0]
    told = [(each["place"].name_zh, round(each["apart"])) for each in found["most"]]
    assert told == [(wells["w2"].thing.city_object.name_zh, -10_000), ("well-0", 5_000)]
    places.put_organisation(code="east", kind="district", name_zh="东区")
    elsewhere = why_unusual(alarm, account("duty_officer", "east"))
    assert (elsewhere["most"], elsewhere["switch"]) == ([], None)
    assert ("请先检查设备" in page_of(alarm)) is is_device


def test_an_alarm_that_nobody_follows_any_more_says_why_it_is_over(say):
    say("breach.began", "w0", cause="joint", **JOINT)
    alarm = warn.Alarm.objects.get()
    assert why_over(alarm) == ""
    nothing = {"value": None, "limit": None, "why_over": "regrouped"}
    say("breach.ended", "w0", cause="joint", severity=0, at=60, **nothing)
    alarm.refresh_from_db()
    assert (alarm.is_active, alarm.status) == (False, "open")
    assert "一起判断的数据流已变化" in page_of(alarm)


@pytest.mark.parametrize("reasons", [("regrouped", ""), ("", "renewed")])
def test_why_an_alarm_is_over_is_its_own_reason_and_no_other_alarms(say, reasons):
    nothing = {"value": None, "limit": None, "severity": 0, "cause": "joint"}
    for number, why in enumerate(reasons):
        begin = {"onset": 1_000_000 * number, "at": 1_000_000 * number}
        say("breach.began", "w0", **JOINT | {"cause": "joint"} | begin)
        over = begin | {"at": begin["at"] + 60}
        say("breach.ended", "w0", **nothing, **over, **({"why_over": why} if why else {}))
        warn.Alarm.objects.filter(status="open").update(status="confirmed")
    alarms = warn.Alarm.objects.order_by("number")
    assert [bool(why_over(each)) for each in alarms] == [bool(why) for why in reasons]


def test_whose_sources_come_by_several_roads_are_named_where_they_are_asked_for(wells, settings):
    analyst, edit = client("analyst"), reverse("warn:limit_edit", args=["bench"])
    asked = filled(joint_severity=3) | {"joint_scope": "owner"}
    analyst.post(edit, asked)
    page = reverse("warn:limit_set", args=["bench"])
    assert "分段判断" not in analyst.get(page).content.decode()
    settings.PARTITIONS = 2
    first = wells["w0"].source
    fields = {f.name: getattr(first, f.name) for f in type(first)._meta.concrete_fields}
    keys = (f"other-{n}" for n in range(100))
    key = next(k for k in keys if hub.partition_of(k, 2) != hub.partition_of(first.key, 2))
    other = type(first).objects.create(**fields | {"id": None, "key": key})
    sense.Datastream.objects.filter(key__in=["w2", "w3"]).update(source=other)
    told = judged_apart(officer(), overriding.current("bench"))
    assert (told["count"], [part["count"] for part in told["groups"][0]]) == (1, [2, 2])
    assert "分段判断" in analyst.get(page).content.decode()
    assert key in analyst.post(edit, asked | {"preview": "1", "version": 2}).content.decode()
    places.put_organisation(code="east", kind="district", name_zh="东区")
    hidden = judged_apart(account("duty_officer", "east"), overriding.current("bench"))
    assert [part["streams"] for part in hidden["groups"][0]] == [[], []]


def test_a_rule_asks_for_steps_and_for_those_it_moves_with_on_its_page(wells):
    analyst, edit = client("analyst"), reverse("warn:limit_edit", args=["bench"])
    asked = filled(step_severity=4, step_window_s=20, step_usual=0.5, joint_severity=3)
    analyst.post(edit, asked | {"joint_scope": "object"})
    assert overriding.current("bench").step_window_s == 20
    rows = {each.datastream.key: each for each in sense.StreamLimit.objects.all()}
    assert (rows["w0"].step_severity, rows["w0"].step_usual) == (4, pytest.approx(0.005))
    assert rows["w0"].joint_group == rows["w1"].joint_group != rows["w2"].joint_group
    analyst.post(edit, asked | {"version": 2, "joint_scope": "owner"})
    groups = set(sense.StreamLimit.objects.values_list("joint_group", flat=True))
    assert len(groups) == 1
    analyst.post(edit, filled())
    assert set(sense.StreamLimit.objects.values_list("joint_group", "step_severity")) == {("", 0)}


def test_a_release_names_its_likely_source_and_rate_as_it_stands_last(say, wells):
    first, second = (wells[key].thing.city_object for key in ("w2", "w3"))
    told = RELEASE | {"source": second.pk, "second": first.pk}
    say("breach.began", "w0", cause="release", **told)
    newest = RELEASE | {"source": first.pk, "second": second.pk, "rate_kg_s": 1e-3}
    say("breach.changed", "w0", cause="release", at=300, **newest)
    alarm = warn.Alarm.objects.get()
    found = why_unusual(alarm, officer())
    assert (found["source"], found["second"]) == (first, second)
    assert [round(found[k], 2) for k in ("rate_g_s", "rate_kg_h", "share", "second_share")] == [
        1.0, 3.6, 62.0, 18.0,
    ]  # fmt: skip
    assert (round(found["wind_from"]), found["as_of"].timestamp()) == (270, START / 1e6 + 300)
    page = page_of(alarm)
    assert f'href="{reverse("places:object", args=[first.pk])}"' in page
    assert "3.6 kg/h" in page
    places.put_organisation(code="east", kind="district", name_zh="东区")
    hidden = why_unusual(alarm, account("duty_officer", "east"))
    assert (hidden["source"], hidden["second"], hidden["has_second"]) == (None, None, True)


def test_without_a_wind_a_release_has_a_source_and_no_rate(say, wells):
    source = wells["w2"].thing.city_object
    risen = {"by": "rise", "source": source.pk, "second": None, "rate_kg_s": None}
    say("breach.began", "w0", cause="release", **RELEASE | risen | {"wind_from": None})
    page = page_of(warn.Alarm.objects.get())
    assert "无风数据，未知" in page
    assert f'href="{reverse("places:object", args=[source.pk])}"' in page


def test_a_rule_asks_for_releases_on_its_page(wells):
    analyst, edit = client("analyst"), reverse("warn:limit_edit", args=["bench"])
    analyst.post(edit, filled(release_severity=3))
    rows = list(sense.StreamLimit.objects.values_list("release_severity", "release_group"))
    assert {severity for severity, _group in rows} == {3}
    assert all(group.startswith("gas:") for _severity, group in rows)
    assert "按风判断" in analyst.get(reverse("warn:limit_set", args=["bench"])).content.decode()
    analyst.post(edit, filled(version=2))
    assert set(sense.StreamLimit.objects.values_list("release_severity", "release_group")) == {
        (0, "")
    }


def test_only_methane_is_asked_for_releases(wells):
    sense.ObservedProperty.objects.filter(code="methane").update(code="oxygen")
    limit_set = overriding.current("bench")
    figures = replace(overriding.figures_of(limit_set), release_severity=3)
    with pytest.raises(BadLimits):
        overriding.check(limit_set, figures)
