"""The rules of access on many pages: axe, and no page too wide.

Two windows that differ in all: one of a desk and one of a phone, of different theme and language.
Every page opens in both and must fit both widths; axe, which takes most of the time, examines pages
in the one and the other by turns, each area of the city in both.
"""

from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
DESK, PHONE = 1440, 390
WINDOWS = [("light", "zh-CN", DESK, PHONE), ("dark", "en-GB", PHONE, DESK)]


def faults_of(sign_in, web, addresses):
    """What is wrong on the pages at `addresses` for an administrator, one line a fault."""
    found = []
    for turn, (theme, locale, width, other) in enumerate(WINDOWS):
        page = sign_in("admin", locale=locale, color_scheme=theme)
        for k, address in enumerate(addresses):
            faults = _faults(page, web + address, width, whole=k % 2 == turn)
            found += [f"{theme} {address} {each}" for each in faults]
            page.set_viewport_size({"width": other, "height": 900})
            found += [f"{theme} {address} {each}" for each in _too_wide(page, other)]
        page.close()
    return found


def _faults(page, address, width, *, whole):
    page.set_viewport_size({"width": width, "height": 900})
    answer = page.goto(address)
    if answer.status != 200:
        return [str(answer.status)]
    if urlsplit(page.url).path != urlsplit(address).path:
        return [f"led to {page.url}"]
    page.wait_for_timeout(100)
    broken = [f"{width}: {each}" for each in _broken(page)] if whole else []
    return broken + _too_wide(page, width)


def _broken(page):
    for each in Axe().run(page, options=RULES).response["violations"]:
        yield f"{each['id']}: {[node['html'][:90] for node in each['nodes'][:3]]}"


def _too_wide(page, width):
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"{width}: scrolls to {wide}"] if wide > width else []
