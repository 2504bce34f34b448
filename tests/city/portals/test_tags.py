import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from chengan.city.portals.templatetags import chengan as tags


@dataclass
class Named:
    name_zh: str = "桥"
    name_en: str = "Bridge"
    is_sample: bool = True


@pytest.mark.parametrize(
    ("severity", "glyph", "word"),
    [(5, "◆", "红"), (4, "▲", "橙"), (3, "●", "黄"), (2, "■", "蓝"), (1, "○", "提示")],
)
def test_a_level_is_shown_by_class_glyph_and_word(severity, glyph, word):
    badge = tags.level_badge(severity)
    assert f"level--{severity}" in badge
    assert f"icons.svg#level-{severity}" in badge
    assert word in badge
    assert tags.level_glyph(severity) == glyph


@pytest.mark.parametrize("missing", [None, -1])
def test_no_data_is_hatched_and_never_called_normal(missing):
    badge = tags.level_badge(missing)
    assert "level--none" in badge
    assert "无数据" in badge
    assert "正常" not in badge


def test_a_time_is_shown_in_beijing():
    shown = tags.beijing_time(datetime(2026, 1, 1, 0, 0, tzinfo=UTC))
    assert "2026-01-01 08:00:00" in shown


def test_a_name_follows_the_language():
    assert tags.local_name(Named()) == "桥"
    with translation.override("en"):
        assert tags.local_name(Named()) == "Bridge"
        assert tags.local_name(Named(name_en="")) == "桥"


def test_sample_data_is_marked():
    assert "样例数据" in tags.sample_mark(Named())
    assert tags.sample_mark(Named(is_sample=False)) == ""


def test_a_chip_sets_and_takes_off_its_filter_and_begins_paging_anew(rf):
    context = Context({"request": rf.get("/", {"level": "5", "after": "17", "q": "桥"})})
    on = Template("{% load chengan %}{% chip_url 'level' 4 %}").render(context)
    off = Template("{% load chengan %}{% chip_url 'level' 5 %}").render(context)
    assert "level=4" in on
    assert "after" not in on
    assert "level" not in off


def test_a_number_has_four_figures_and_its_unit():
    assert ">34.51\xa0<" in tags.si_value(34.5123, "µm/m")
    assert "µm/m" in tags.si_value(34.5123, "µm/m")
    assert "–" in tags.si_value(None, "Pa")


def test_nothing_hostile_gets_through_a_unit():
    assert "<script>" not in tags.si_value(1.0, "<script>")
    assert json.dumps(tags.si_value(1.0, "<b>")).count("<b>") == 0
