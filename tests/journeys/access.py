"""The rules of access on many pages: axe in two windows that differ in all, and no page too wide.

The windows are one of a desk and one of a phone, of different theme and language, so that each
theme, language and width is examined on every page at half the price of all their combinations.
"""

from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
DESK, PHONE = 1440, 390
WINDOWS = [("light", "zh-CN", DESK, PHONE), ("dark", "en-GB", PHONE, DESK)]


def faults_of(sign_in, web, addresses):
    """What is wrong on the pages at `addresses` for an administrator, one line a fault."""
    found = []
    for theme, locale, width, other in WINDOWS:
        page = sign_in("admin", locale=locale, color_scheme=theme)
        for address in addresses:
            found += [f"{theme} {address} {each}" for each in _faults(page, web + address, width)]
            page.set_viewport_size({"width": other, "height": 900})
            found += [f"{theme} {address} {each}" for each in _too_wide(page, other)]
        page.close()
    return found


def _faults(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    answer = page.goto(address)
    if answer.status != 200:
        return [str(answer.status)]
    if urlsplit(page.url).path != urlsplit(address).path:
        return [f"led to {page.url}"]
    page.wait_for_timeout(100)
    return [f"{width}: {each}" for each in _broken(page)] + _too_wide(page, width)


def _broken(page):
    for each in Axe().run(page, options=RULES).response["violations"]:
        yield f"{each['id']}: {[node['html'][:90] for node in each['nodes'][:3]]}"


def _too_wide(page, width):
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"{width}: scrolls to {wide}"] if wide > width else []
