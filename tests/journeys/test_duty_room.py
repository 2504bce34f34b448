"""An officer's room in a real browser: alarms come by themselves, keys do the work."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from chengan.city.sense import api as sense
from chengan.city.warn import api as warn
from tests.journeys.access import faults_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_an_alarm_appears_by_itself_and_is_confirmed_by_keys_alone(sign_in, send):
    page = sign_in("duty", locale="zh-CN", viewport={"width": 1440, "height": 900})
    expect(page.locator(".top [data-live-mark]")).to_have_text("实时")
    expect(page.locator(".top .health")).to_contain_text("从未上报")
    expect(page.locator("#queue [data-row]")).to_have_count(0)
    send("ch4-w", 2, 12)
    warn.take_facts(NOW)
    expect(page.locator("#queue [data-row]")).to_have_count(1, timeout=5000)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#alarm h2")).to_contain_text("燃气井 W")
    page.keyboard.press("a")
    expect(page.locator("#alarm")).to_contain_text("接手人 duty")
    page.keyboard.press("c")
    expect(page.locator("#alarm")).to_contain_text("已确认为预警")
    alarm = warn.Alarm.objects.get()
    assert (alarm.status, alarm.judged_by, alarm.assigned_to) == ("confirmed", "duty", "duty")


def tried(stream):
    """The number of a trial of the methane limits on the last day."""
    now = datetime.fromtimestamp(time.time(), UTC)
    test = warn.ask_backtest(
        limit_set=warn.LimitSet.objects.get(code="methane-trace"), figures=None,
        start=now - timedelta(days=1), end=now, datastreams=[stream.pk], by="duty", at=now,
        is_queued=False,
    )  # fmt: skip
    return warn.run_backtest(backtest_id=test.pk, at=now, is_queued=False).pk


def addresses():
    stream = sense.Datastream.objects.get(key="ch4-w")
    alarm = warn.Alarm.objects.get()
    return [
        f"/warn/backtests/{tried(stream)}/",
        "/", "/sense/", f"/sense/datastreams/{stream.pk}/", "/warn/", f"/warn/alarms/{alarm.pk}/",
        "/warn/warnings/", "/warn/mine/", "/warn/silences/", "/warn/deliveries/", "/warn/feeds/",
        "/warn/authority/", "/warn/events/", "/warn/rules/", "/warn/rules/methane-trace/", "/warn/rules/methane-trace/edit/",
        "/hub/", "/hub/sources/gas/", "/hub/quarantine/", "/city/",
        f"/city/objects/{alarm.city_object_id}/", "/city/organisations/", "/city/imports/",
        "/city/objects/new/?kind=gas_well", "/city/duties/", "/city/users/", "/audit/", "/me/", "/handover/", "/wall/", "/search/?q=W", f"/?open=/warn/alarms/{alarm.pk}/",
        f"/?show=map&open=/duty/objects/{alarm.city_object_id}/", f"/?at={time.time() - 600:.0f}",
    ]  # fmt: skip


@pytest.mark.timeout(600)
def test_every_page_keeps_the_rules_of_access(sign_in, send, web):
    send("ch4-w", 2, 12)
    warn.take_facts(NOW)
    faults = faults_of(sign_in, web, addresses())
    assert not faults, "\n".join(faults)
