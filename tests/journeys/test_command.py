"""From an alarm to a closed case: three departments, two languages, a phone without a network."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from chengan.city.close import api as close
from chengan.city.command import api as command
from chengan.city.command.services import picturing
from chengan.city.places import api as places
from chengan.city.warn import api as warn
from tests.journeys.access import faults_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PHONE = {"width": 390, "height": 844}
STEPS = ("Acknowledge", "Set off", "I am there", "Done")


@pytest.fixture
def phone(browser, web, sample_city):
    """The district's handler on a phone, in English; its network may be taken away."""
    _runner, passwords = sample_city
    place = {"longitude": 24.941, "latitude": 60.171}
    context = browser.new_context(
        locale="en-GB", viewport=PHONE, has_touch=True, permissions=["geolocation"],
        geolocation=place,
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{web}/accounts/login/")
    page.fill("[name=login]", "west")
    page.fill("[name=password]", passwords["west"])
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "login" not in url)
    yield page
    context.close()


def open_case(officer, web, send):
    """The officer confirms an alarm, releases its warning and makes a case of it; give the case."""
    send("ch4-w", 2, 12)
    warn.take_facts(NOW)
    alarm = warn.Alarm.objects.get()
    officer.goto(f"{web}/warn/alarms/{alarm.pk}/")
    officer.click("[data-action=confirm]")
    expect(officer.locator("#alarm")).to_contain_text("已确认为预警")
    warning = warn.Warning.objects.get(alarm=alarm)
    officer.goto(f"{web}/warn/warnings/{warning.pk}/release/")
    officer.get_by_role("button", name="立即发布").click()
    expect(officer.locator(".timeline")).to_contain_text("已发布")
    officer.get_by_role("link", name="事件立案").click()
    expect(officer.locator("[name=kind]")).to_have_value("gas_leak")
    officer.get_by_role("button", name="立案").click()
    expect(officer.locator("#case-head")).to_contain_text("燃气泄漏")
    officer.get_by_role("button", name="启动预案").click()
    expect(officer.locator("#case-tasks .task-list > li").first).to_be_visible()
    return command.Incident.objects.get()


def press(page, word, reason="", code=""):
    """Take the next step of a warning on its page, with the reason where one is asked for."""
    if reason:
        page.locator(".acts summary", has_text=word).click()
        page.fill(f"#reason-{code}", reason)
    elif code:
        page.locator(".acts summary", has_text=word).click()
    page.locator("button", has_text=word).locator("visible=true").first.click()
    page.wait_for_load_state()


def end_warning(officer, phone, web):
    """The handler answers, arrives and feeds back; the officer verifies, lifts and archives."""
    warning = warn.Warning.objects.get()
    address = f"{web}/warn/warnings/{warning.pk}/"
    phone.goto(address)
    press(phone, "Acknowledge")
    press(phone, "Arrive on site")
    press(phone, "Feed back", "The valve is shut, the reading normal", "fed_back")
    expect(phone.locator(".timeline")).to_contain_text("Fed back")
    officer.goto(address)
    press(officer, "复核")
    press(officer, "解除预警", code="lift")
    expect(officer.locator(".timeline")).to_contain_text("已解除")
    press(officer, "评估", "7 分钟到场，无遗漏签收", "evaluated")
    press(officer, "归档")
    expect(officer.locator(".timeline")).to_contain_text("已归档")
    warning.refresh_from_db()
    assert (warning.state, warning.fed_back_by) == ("archived", "west")
    kinds = warning.messages.order_by("id").values_list("msg_type", flat=True)
    assert list(kinds) == ["Alert", "Cancel"]


def task(code):
    return command.Task.objects.get(code=code)


MOVED_ON = """([card, before]) => !document.querySelector('[data-outbox] .queue-note')
    && document.querySelector(`#${card} [data-step]`)?.value !== before"""


def finish(page, web):
    """Take every step of every task that is one's own."""
    page.goto(f"{web}/command/tasks/")
    while (button := page.locator("[data-step]:not([disabled])").first).count():
        card = button.locator("xpath=ancestor::article").get_attribute("id")
        before = button.get_attribute("value")
        button.click()
        page.wait_for_function(MOVED_ON, arg=[card, before])


def test_an_alarm_becomes_a_case_that_three_departments_close(sign_in, phone, send, web):
    officer = sign_in("duty", locale="zh-CN", viewport={"width": 1440, "height": 900})
    incident = open_case(officer, web, send)
    assert {each.organisation.code for each in incident.tasks.all()} == {"gas", "west", "zjj"}

    # in the rain: acknowledged with a network, two steps without one, kept over a reload
    phone.goto(f"{web}/command/tasks/")
    phone.wait_for_function("() => navigator.serviceWorker.controller !== null")
    cordon = task("cordon")
    card = phone.locator(f"#mine-{cordon.pk}")
    phone.reload()
    for step in STEPS[:1]:
        card.get_by_role("button", name=step).click()
    expect(card).to_contain_text("Acknowledged")
    phone.context.set_offline(True)
    card.get_by_role("button", name="Set off").click()
    expect(phone.locator("[data-outbox]")).to_contain_text("1 wait")
    card.get_by_role("button", name="I am there").click()
    expect(phone.locator("[data-outbox]")).to_contain_text("2 wait")
    phone.reload()
    expect(phone.locator("[data-outbox]")).to_contain_text("2 wait")
    assert task("cordon").status == "acknowledged"
    phone.context.set_offline(False)
    expect(phone.locator("[data-outbox] .queue-note")).to_have_count(0, timeout=20_000)
    expect(card.get_by_role("button", name="Done")).to_be_visible()
    reports = command.Task.objects.get(pk=cordon.pk).reports.order_by("received_at")
    assert [each.action for each in reports] == ["acknowledge", "en_route", "on_scene"]
    assert not any(each.is_clock_wrong for each in reports)
    # a page left before the device knew where it was sends the step without a position
    assert any(each.lon is not None for each in reports)

    # the officer's page, in the other language, followed without a reload
    expect(officer.locator(f"#task-{cordon.pk}")).to_contain_text("已到场", timeout=10_000)
    card.get_by_role("button", name="Done").click()
    expect(officer.locator(f"#task-{cordon.pk}")).to_contain_text("待复核", timeout=10_000)

    for name in ("gas", "housing"):
        finish(sign_in(name, locale="zh-CN"), web)
    finish(phone, web)
    assert set(incident.tasks.values_list("status", flat=True)) == {"done"}

    for each in incident.tasks.all():
        officer.goto(f"{web}/command/tasks/{each.pk}/")
        officer.get_by_role("button", name="复核任务").click()
        expect(officer.locator("#task-page")).to_contain_text("已复核")
    officer.goto(f"{web}/command/incidents/{incident.pk}/")
    officer.get_by_text("办结事件").first.click()
    officer.fill("#close-note", "阀门已关，浓度正常")
    officer.get_by_role("button", name="办结事件").click()
    expect(officer.locator("#case-head")).to_contain_text("已办结")
    incident.refresh_from_db()
    assert (incident.status, incident.closed_by) == ("closed", "duty")
    end_warning(officer, phone, web)


def addresses(incident):
    first = incident.tasks.order_by("due_at").first()
    return [
        "/command/", "/command/new/", f"/command/incidents/{incident.pk}/",
        f"/command/incidents/{incident.pk}/dispatch/", f"/command/incidents/{incident.pk}/review/",
        f"/command/tasks/{first.pk}/", "/command/tasks/", "/command/plans/",
        "/command/plans/gas-leak/", "/command/plans/gas-leak/edit/", "/command/resources/",
        "/command/resources/new/", "/command/measures/",
        "/close/dangers/", "/close/report/", *(f"/close/dangers/{each.pk}/" for each in
        close.HiddenDanger.objects.filter(status__in=["reported", "rectifying"])[:2]),
        f"/?layers=resources&open=/command/incidents/{incident.pk}/card/",
    ]  # fmt: skip


def rehearsal():
    """A drill on the sample city's well, with the gas plan activated."""
    well = places.CityObject.objects.filter(kind__code="gas_well").first()
    draft = command.Draft(kind="gas_leak", title="演练", origin="drill", level=4, city_object=well)
    lead = places.organisation_by_code("city")
    incident, _new = command.open_incident(draft=draft, lead=lead, by="duty", at=NOW)
    plan = command.Plan.objects.get(code="gas-leak")
    command.activate(incident=incident, plan=plan, by="duty", at=NOW)
    command.sweep(NOW + timedelta(hours=2))
    ring = [[24.94, 60.17], [24.95, 60.17], [24.95, 60.175], [24.94, 60.17]]
    area = {"type": "Polygon", "coordinates": [ring]}
    drawn = {"incident": incident, "by": "duty", "at": NOW}
    picturing.draw_cordon(kind="cordon", name="演练警戒区", geometry=area, **drawn)
    release = picturing.Release("74-82-8", 5.0, "D", 3.0, 225.0)
    picturing.reckon_plume(release=release, is_area=True, **drawn)
    return incident


@pytest.mark.timeout(600)
def test_every_page_of_command_keeps_the_rules_of_access(sign_in, web):
    faults = faults_of(sign_in, web, addresses(rehearsal()))
    assert not faults, "\n".join(faults)
