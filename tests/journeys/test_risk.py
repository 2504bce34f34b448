"""A risk's way in real browsers: found on a phone, assessed, signed by two others, on the map."""

import pytest
from playwright.sync_api import expect

from chengan.city.assess import api as assess
from chengan.city.assess.models import SitingProject
from tests.journeys.access import faults_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"locale": "zh-CN", "viewport": {"width": 390, "height": 844}}
KEPT = """async () => {
  for (let turn = 0; turn < 200; turn += 1) {
    const kept = await (await caches.open("chengan-risks-1")).keys();
    if (["/found.js", "/outbox.js", "/field/"].every((end) => kept.some(({ url }) => url.endsWith(end)))) return true;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  return false;
}"""
DESK = {"locale": "zh-CN", "viewport": {"width": 1440, "height": 900}}


def test_a_risk_found_on_a_phone_is_on_the_map_after_three_signatures(sign_in, web):
    well = {"latitude": 60.17, "longitude": 24.94}
    page = sign_in("gas", **PHONE, geolocation=well, permissions=["geolocation"])
    page.goto(f"{web}/assess/risks/new/?q=gas-well-s")
    page.locator("main ul.lines a").first.click()
    page.select_option("[name=hazard]", "gas-regulator")
    page.click("[data-place]")
    expect(page.locator("[data-said]")).to_contain_text("60.17")
    page.click("button.button--main")
    expect(page.locator("main")).to_contain_text("尚未评估")
    page.click("text=LEC")
    for state, likely in (("inherent", "6"), ("residual", "3")):
        for code, value in (("L", likely), ("E", "6"), ("C", "15")):
            page.select_option(f"[name={state}_{code}]", value)
    page.click("[name=preview]")
    expect(page.locator("section[role=status]")).to_contain_text("270")
    page.click("button.button--main")
    risk = assess.Risk.objects.get(hazard_code="gas-regulator")
    for name in ("analyst", "leader"):
        other = sign_in(name, **DESK)
        other.goto(f"{web}/assess/assessments/{risk.assessments.get().pk}/")
        other.click("form .button--main >> nth=-1")
        expect(other.locator(".messages")).to_contain_text("已签署")
    risk.rating.refresh_from_db()
    assert risk.rating.current == 4
    other.goto(f"{web}/assess/")
    expect(other.locator("[data-summary]")).to_contain_text("个单元")
    other.select_option("[name=rule]", "area")
    expect(other.locator("p[data-help]")).to_contain_text("红色不会被平均掉")
    assert "rule=area" in other.url


def test_a_risk_found_without_a_network_is_sent_when_it_is_back(browser, web, sample_city):
    _runner, passwords = sample_city
    well = {"latitude": 60.17, "longitude": 24.94}
    phone = browser.new_context(**PHONE, geolocation=well, permissions=["geolocation"])
    page = phone.new_page()
    page.goto(f"{web}/accounts/login/")
    page.fill("[name=login]", "gas")
    page.fill("[name=password]", passwords["gas"])
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "login" not in url)
    page.goto(f"{web}/assess/field/")
    assert page.evaluate(KEPT)
    phone.set_offline(True)
    page.reload()  # from what the device keeps
    page.select_option("[name=hazard]", "gas-regulator")
    page.select_option("[name=object]", index=1)
    page.fill("[name=place_note]", "北侧")
    page.click("button.button--wide")
    expect(page.locator(".queue-note")).to_contain_text("1 条待发送")
    assert not assess.Risk.objects.filter(place_note="北侧").exists()
    phone.set_offline(False)
    expect(page.locator("#found-mine li")).to_have_count(1, timeout=30000)
    expect(page.locator(".queue-note")).to_have_count(0)
    assert assess.Risk.objects.get(place_note="北侧").lon == 24.94
    phone.close()


def addresses():
    risk = assess.Risk.objects.get(hazard_code="chemicals-major")
    site = SitingProject.objects.order_by("pk").first()
    return [
        "/assess/siting/", f"/assess/siting/{site.pk}/", "/assess/siting/new/", "/assess/weather/", "/assess/source/",
        "/assess/", "/assess/risks/", f"/assess/risks/{risk.pk}/", f"/assess/risks/{risk.pk}/edit/", "/assess/risks/new/",
        f"/assess/risks/new/?object={risk.city_object_id}", f"/assess/risks/{risk.pk}/assess/gb18218/",
        f"/assess/assessments/{risk.assessments.get().pk}/",
        "/assess/assessments/", "/assess/controls/", f"/assess/risks/{risk.pk}/controls/new/",
        "/assess/imports/", "/assess/field/", "/assess/data/", "/assess/data/methods/gb18218/",
        "/assess/dues/", "/assess/data/methods/new/?start=ls",
        "/assess/data/rules/warning/", f"/assess/cascade/?object={risk.city_object_id}",
    ]  # fmt: skip


@pytest.mark.timeout(600)
def test_every_page_of_risks_keeps_the_rules_of_access(sign_in, web):
    faults = faults_of(sign_in, web, addresses())
    assert not faults, "\n".join(faults)
