"""The design system as it is drawn: no component disappears and no token changes unnoticed.

Each component of /design/ is photographed without its words, so that fonts play no part, and what
is compared is the colours that cover a visible share of it, together with the computed style of
what it is made of. To accept a wanted change: UPDATE_DESIGN=1 pytest tests/journeys/test_design.py
"""

import io
import json
import os
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEPT = Path(__file__).with_name("design.json")
SHARE = 0.002
NEAR = 6
WORDLESS = "*, *::before, *::after { color: transparent !important; caret-color: transparent \
!important; animation: none !important; transition: none !important; } svg text { display: none }"
STYLES = """element => {
  const names = ["backgroundColor", "borderTopColor", "borderTopWidth", "borderTopLeftRadius",
    "fontSize", "fontWeight", "minHeight", "paddingTop", "paddingLeft", "boxShadow"];
  const made = {};
  for (const each of element.querySelectorAll("[class]")) {
    if (each.closest("svg, .chart, dialog:not([open])") || !each.getClientRects().length) continue;
    const style = getComputedStyle(each);
    made[each.tagName.toLowerCase() + "." + [...each.classList].sort().join(".")] ??=
      names.map((name) => style[name]).join(" | ");
  }
  return made;
}"""


def palette(picture):
    """The colours that cover at least SHARE of a picture."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    counts = Counter(image.get_flattened_data())
    least = SHARE * image.width * image.height
    return sorted(f"#{r:02x}{g:02x}{b:02x}" for (r, g, b), n in counts.items() if n >= least)


def photographed(browser, url, theme):
    context = browser.new_context(
        locale="en-GB", color_scheme=theme, viewport={"width": 1200, "height": 900}
    )
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("[data-component=chart] canvas")
    found = {}
    for part in page.query_selector_all("[data-component]"):
        found[part.get_attribute("data-component")] = {"style": part.evaluate(STYLES)}
    page.add_style_tag(content=WORDLESS)
    for part in page.query_selector_all("[data-component]"):
        name = part.get_attribute("data-component")
        if name != "chart":  # drawn with words on a canvas
            found[name]["colours"] = palette(part.screenshot())
    context.close()
    return found


def apart(one, other):
    """How far two colours are apart in their most different channel."""
    return max(abs(int(one[n : n + 2], 16) - int(other[n : n + 2], 16)) for n in (1, 3, 5))


def differences(kept, found):
    """What a reader must know: what is gone, what is new, what is drawn in another way."""
    told = [f"{name}: gone" for name in kept.keys() - found.keys()]
    told += [f"{name}: new" for name in found.keys() - kept.keys()]
    for name in sorted(kept.keys() & found.keys()):
        before, now = kept[name], found[name]
        for key in sorted(before["style"].keys() | now["style"].keys()):
            if before["style"].get(key) != now["style"].get(key):
                told.append(f"{name} {key}: {before['style'].get(key)} → {now['style'].get(key)}")
        for colour in before.get("colours", []):
            if all(apart(colour, each) > NEAR for each in now["colours"]):
                told.append(f"{name}: {colour} is not drawn any more")
    return told


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_component_is_drawn_as_it_was(browser, live_server, theme):
    found = photographed(browser, f"{live_server.url}/design/", theme)
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    if os.environ.get("UPDATE_DESIGN"):
        text = json.dumps(kept | {theme: found}, indent=1, sort_keys=True, ensure_ascii=False)
        KEPT.write_text(text + "\n", encoding="utf-8")
        return
    told = differences(kept[theme], found)
    assert not told, "\n".join(told)


def test_a_missing_component_and_a_changed_colour_are_told():
    style = {"button.button": "#fff | 1px"}
    kept = {
        "a": {"style": style, "colours": ["#c62828"]},
        "b": {"style": style, "colours": ["#ffffff"]},
    }
    found = {"a": {"style": {"button.button": "#fff | 2px"}, "colours": ["#d03030"]}}
    told = differences(kept, found)
    assert told[0] == "b: gone"
    assert len(told) == 3
    assert differences(kept, kept) == []
