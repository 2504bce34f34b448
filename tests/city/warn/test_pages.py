"""Who may open, change, take over and take away what."""

import io
from datetime import UTC, datetime

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.warn import api as warn
from chengan.city.warn.services import overriding

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 5, tzinfo=UTC)


def client(role, organisation="city"):
    name = f"{role}-{organisation}"
    user = places.create_account(
        username=name, password="a-long-pass-phrase-9", role_code=role,
        organisation_code=organisation, by="test", at=NOW,
    )  # fmt: skip
    made = Client()
    made.force_login(user)
    return made


def filled(**more):
    found = overriding.current("bench")
    data = {"version": found.version, "hysteresis": 0, "hold_s": 0, "clear_hold_s": 0,
            "stuck_s": 0, "stuck_epsilon": 0, "silent_factor": 3, "source": "市里决定", "mark": "D",
            "high_3": 1.0}  # fmt: skip
    return data | more


def test_an_analyst_changes_limits_and_the_officer_may_not(wells):
    address = reverse("warn:limit_edit", args=["bench"])
    assert client("duty_officer").get(address).status_code == 403
    analyst = client("analyst")
    assert analyst.get(address).status_code == 200
    assert analyst.post(address, filled(high_4=2.5)).status_code == 302
    assert overriding.current("bench").high == {"3": 1.0, "4": 2.5}
    assert overriding.current("bench").changed_by == "analyst-city"


def test_contradictions_are_shown_at_the_form_and_change_nothing(wells):
    answer = client("analyst").post(reverse("warn:limit_edit", args=["bench"]), filled(high_4=0.5))
    assert answer.status_code == 200
    assert "互相矛盾" in answer.content.decode()
    assert overriding.current("bench").version == 1


def test_trying_out_tells_what_would_have_been_raised_and_changes_nothing(
    wells, tmp_path, settings
):
    settings.LAKE_FOLDER = tmp_path
    answer = client("analyst").post(
        reverse("warn:limit_edit", args=["bench"]), filled(high_4=2.5, preview="1")
    )
    assert answer.context["preview"] == {"totals": [], "streams": 4, "of": 4}
    assert overriding.current("bench").version == 1


def test_a_late_form_is_told_that_somebody_was_quicker(wells):
    analyst, address = client("analyst"), reverse("warn:limit_edit", args=["bench"])
    data = filled(high_4=2.5)
    analyst.post(address, data)
    answer = analyst.post(address, data | {"high_4": 3.0})
    assert "已被他人修改" in answer.content.decode()
    assert overriding.current("bench").version == 2


def test_the_set_shows_versions_and_leads_back(wells):
    analyst = client("analyst")
    analyst.post(reverse("warn:limit_edit", args=["bench"]), filled(high_4=2.5))
    page = analyst.get(reverse("warn:limit_set", args=["bench"]))
    assert [each.version for each in page.context["versions"]] == [2, 1]
    analyst.post(reverse("warn:limit_back", args=["bench", 1]))
    assert overriding.current("bench").version == 3
    assert (
        client("duty_officer").post(reverse("warn:limit_back", args=["bench", 1])).status_code
        == 403
    )


def test_an_alarm_is_taken_over_once(say):
    say("breach.began", "w0")
    alarm = warn.Alarm.objects.get()
    address = reverse("warn:assign", args=[alarm.pk])
    first, second = client("duty_officer"), client("analyst")
    first.post(address, {"before": ""})
    answer = second.post(address, {"before": ""}, headers={"HX-Request": "true"})
    assert "已由他人接手" in answer.content.decode()
    alarm.refresh_from_db()
    assert alarm.assigned_to == "duty_officer-city"
    first.post(address, {"before": "duty_officer-city"})
    alarm.refresh_from_db()
    assert alarm.assigned_to == ""
    assert [entry.data["to"] for entry in journal.after(0, ["warn.alarm.assigned"])] == [
        "duty_officer-city",
        "",
    ]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", {1, 2}),
        ("?severity=4", {2}),
        ("?q=well-2", {2}),
        ("?q=%231", {1}),
        ("?kind=gas_well", {1, 2}),
        ("?kind=none", set()),
        ("?assigned=me", set()),
        ("?category=device", set()),
    ],
)
def test_filters_hold_for_the_list_and_for_its_files(say, query, numbers):
    say("breach.began", "w0")
    say("breach.began", "w2", severity=4)
    officer = client("duty_officer")
    page = officer.get(reverse("warn:alarms") + query)
    assert {alarm.number for alarm in page.context["page"].alarms} == numbers
    csv = officer.get(reverse("warn:alarm_export", args=["csv"]) + query)
    lines = b"".join(csv.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + len(numbers)
    excel = officer.get(reverse("warn:alarm_export", args=["xlsx"]) + query)
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(excel.streaming_content))).active
    assert {row[0].value for row in sheet.iter_rows(min_row=2)} == numbers


def test_a_stranger_sees_no_alarm_and_no_file_of_it(say):
    say("breach.began", "w0")
    places.put_organisation(code="other", kind="enterprise", name_zh="别家")
    stranger = client("enterprise_manager", "other")
    assert not stranger.get(reverse("warn:alarms")).context["page"].alarms
    csv = stranger.get(reverse("warn:alarm_export", args=["csv"]))
    assert len(b"".join(csv.streaming_content).splitlines()) == 1
    alarm = warn.Alarm.objects.get()
    assert stranger.post(reverse("warn:assign", args=[alarm.pk])).status_code == 404


def test_whoever_sees_the_city_but_judges_a_district_judges_nothing_elsewhere(say):
    say("breach.began", "w0")
    say("breach.began", "w2", onset=60)
    mine, other = warn.Alarm.objects.order_by("number")
    warn.Alarm.objects.filter(pk=other.pk).update(inhibited_by=mine)
    ground = places.put_area(code="E", kind="district", name_zh="东区")
    places.put_organisation(code="east", kind="district", name_zh="东区政府", area=ground)
    both = client("handler")
    places.grant_role(
        username="handler-city", role_code="analyst", organisation_code="east", by="test"
    )
    page = both.get(reverse("warn:alarm", args=[mine.pk]))
    assert (page.status_code, page.context["may_judge"]) == (200, False)
    presses = [("warn:assign", []), ("warn:leave", []), ("warn:judge", ["confirm"])]
    for name, more in presses:
        assert both.post(reverse(name, args=[mine.pk, *more])).status_code == 403, name
    warn.Alarm.objects.filter(pk=mine.pk).update(area_path=ground.path)
    assert both.get(reverse("warn:alarm", args=[mine.pk])).context["may_judge"]
    assert both.post(reverse("warn:judge", args=[mine.pk, "confirm"])).status_code == 302
    page = client("analyst", "east").get(reverse("warn:alarm", args=[mine.pk]))
    told = [page.context[each] for each in ("near", "similar", "explains", "members")]
    assert [list(each) for each in told] == [[], [], [], []]  # others' ground is not named


def test_the_alarm_page_tells_its_episodes_and_what_happened(say):
    say("breach.began", "w0")
    say("breach.began", "w1", onset=60, severity=4)
    page = client("duty_officer").get(reverse("warn:alarm", args=[warn.Alarm.objects.get().pk]))
    text = page.content.decode()
    assert [each.datastream.key for each in page.context["episodes"]] == ["w1", "w0"]
    assert "报警产生" in text
