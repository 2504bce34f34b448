"""One page tells what is open, in nobody's hands, silent, and who is on duty."""

import io
from datetime import timedelta

import docx
import pytest
from django.test import Client

from chengan.city.close import api as close
from chengan.city.command import api as command
from chengan.city.places import api as places
from chengan.city.places.models import Person, Post, Shift
from chengan.city.portals import shift
from chengan.city.warn import api as warn
from chengan.city.warn.models import Silence

from .conftest import AT


def test_levels_count_what_waits_and_what_nobody_has(cast, say):
    say("breach.began", "w0", severity=5)
    say("breach.began", "w1", severity=5, onset=60)
    warn.Alarm.objects.update(is_lead=True, inhibited_by=None)  # two events, not one
    warn.Alarm.objects.filter(city_object__name_zh="well-1").update(assigned_to="duty")
    found = shift.hand_over(cast["duty_officer"], AT)["levels"]
    assert [(each.severity, each.count, each.unassigned) for each in found][:2] == [
        (5, 2, 1),
        (4, 0, 0),
    ]
    assert found[0].since == AT


def test_an_event_counts_once_and_what_is_silenced_or_explained_does_not_wait(cast, say):
    for key in ("w0", "w2", "w3"):
        say("breach.began", key, severity=4)
    lead, follower, explained = warn.Alarm.objects.order_by("number")
    warn.Alarm.objects.filter(pk=follower.pk).update(is_lead=False)
    warn.Alarm.objects.filter(pk=explained.pk).update(inhibited_by=lead)
    say("breach.began", "w1", severity=3, onset=60)
    found = shift.hand_over(cast["duty_officer"], AT)
    assert [each.count for each in found["levels"]] == [0, 1, 0, 0, 0]
    assert [row["alarm"] for row in found["oldest"]] == [lead]


def test_device_trouble_stands_apart_and_what_waits_longest_comes_first(cast, say):
    say("breach.began", "w1", onset=60)
    say("breach.began", "w0", onset=0)
    say("fault.began", "w0", severity=0, cause="silent")
    warn.Alarm.objects.update(is_lead=True, inhibited_by=None)
    found = shift.hand_over(cast["duty_officer"], AT)
    assert [str(row["alarm"].city_object) for row in found["oldest"]] == ["well-0", "well-1"]
    assert (found["device_count"], len(found["devices"])) == (1, 1)


def test_a_source_that_never_sent_is_named(cast):
    officer = places.create_account(
        username="city", password="a-long-pass-phrase-9", role_code="duty_officer",
        organisation_code="city", by="test", at=AT,
    )  # fmt: skip
    assert [str(each.verdict) for each in shift.hand_over(officer, AT)["bad_sources"]] == ["never"]


@pytest.fixture
def roster(wells):
    post, li = Post.objects.get(code="crew"), Person.objects.get(code="li")
    for begin, end in ((-2, 2), (2, 10), (10, 18)):
        Shift.objects.create(
            post=post, person=li, starts_at=AT + timedelta(hours=begin),
            ends_at=AT + timedelta(hours=end),
        )  # fmt: skip


def test_who_is_on_duty_now_and_who_comes_next(cast, roster):
    found = shift.hand_over(cast["enterprise_manager"], AT)
    assert [each.ends_at for each in found["on_duty"]] == [AT + timedelta(hours=2)]
    assert [each.starts_at for each in found["next"]] == [AT + timedelta(hours=2)]
    theirs = shift.hand_over(cast["neighbour_officer"], AT)
    assert (theirs["on_duty"], theirs["next"], theirs["oldest"]) == ([], [], [])


@pytest.mark.parametrize("page", ["/handover/", "/wall/"])
def test_the_pages_open_and_only_for_those_who_signed_in(cast, say, roster, page):
    say("breach.began", "w0")
    assert Client().get(page).status_code == 302
    client = Client()
    client.force_login(cast["duty_officer"])
    assert "well-0" in client.get(page).content.decode()
    client.force_login(cast["neighbour_officer"])
    assert "well-0" not in client.get(page).content.decode()


def test_the_wall_refreshes_by_its_figures_alone(cast):
    client = Client()
    client.force_login(cast["duty_officer"])
    part = client.get("/wall/", headers={"HX-Request": "true"}).content.decode()
    assert "wall-figures" in part
    assert "<html" not in part


def test_hidden_dangers_are_handed_over_to_those_whose_they_are(cast):
    well = places.CityObject.objects.get(name_zh="well-0")
    for title in ("放散管锈蚀", "井盖破损"):
        found = close.Found(title=title, city_object=well, kind=7)
        danger = close.report(found=found, by="duty", at=AT)
    firm = places.organisation_by_code("firm")
    close.judge(danger=danger, level=1, kind=7, manage=1, cause="gas-leak", organisation=firm,
                by="duty", at=AT)  # fmt: skip
    close.order(danger=danger, due_date=AT.date(), by="duty", at=AT)
    close.sweep(AT + timedelta(days=2))
    officer, later = cast["duty_officer"], AT + timedelta(days=2)
    state = shift.whole(officer, later)
    assert [str(each.title) for each in state["dangers_overdue"]] == ["井盖破损"]
    assert [str(each.title) for each in state["dangers_to_judge"]] == ["放散管锈蚀"]
    assert not shift.whole(cast["neighbour_officer"], later)["dangers_overdue"]
    client = Client()
    client.force_login(officer)
    for address in ("/handover/", f"/duty/objects/{well.pk}/"):
        assert "井盖破损" in client.get(address).content.decode()


def test_one_page_hands_over_alarms_silences_incidents_and_tasks(cast, say):
    officer = Client()
    officer.force_login(cast["duty_officer"])
    say("breach.began", "w0")
    alarm = warn.Alarm.objects.get()
    quiet = {"city_object": alarm.city_object, "max_severity": 4, "reason": "检修 w0",
             "owner_path": alarm.owner_path, "area_path": alarm.area_path, "created_by": "li",
             "created_at": AT, "starts_at": AT - timedelta(days=1),
             "ends_at": AT + timedelta(days=20000)}  # fmt: skip
    Silence.objects.create(kind="silence", **quiet)
    draft = command.Draft(kind="gas_leak", title="井口泄漏", origin="call",
                          city_object=alarm.city_object)  # fmt: skip
    lead = places.organisation_by_code("west")
    case, _new = command.open_incident(draft=draft, lead=lead, by="a", at=AT)
    [(_silence, hidden)] = shift.whole(cast["duty_officer"], AT)["silenced"]
    assert hidden == 1
    text = officer.get("/handover/").content.decode()
    assert all(each in text for each in ("检修 w0", f"#{case.number} 井口泄漏"))
    assert officer.get("/command/shift/").url == "/handover/"
    assert officer.get("/command/shift/hand-over.docx").url == "/handover/hand-over.docx"
    paper = officer.get("/handover/hand-over.docx")
    cells = [
        cell.text
        for table in docx.Document(io.BytesIO(paper.content)).tables
        for row in table.rows
        for cell in row.cells
    ]
    assert "井口泄漏" in cells and any("检修 w0" in each for each in cells)
    assert officer.get("/handover/hand-over.pdf").content.startswith(b"%PDF")
