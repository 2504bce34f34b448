"""What a person's browser shows, in both languages: no page breaks the rules of access."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.access import RULES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", ["/design/", "/accounts/login/"])
def test_an_open_page_keeps_the_rules_of_access(browser, live_server, path, width, theme, locale):
    context = browser.new_context(
        locale=locale, color_scheme=theme, viewport={"width": width, "height": 844}
    )
    page = context.new_page()
    broken = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(f"{live_server.url}{path}")
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert broken == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_the_language_switch_keeps_the_page(browser, live_server):
    page = browser.new_context(locale="zh-CN").new_page()
    page.goto(f"{live_server.url}/design/")
    assert page.inner_text("h1") == "设计系统"
    page.click("button[name=language]")
    assert page.inner_text("h1") == "Design system"
    assert page.url.endswith("/design/")
