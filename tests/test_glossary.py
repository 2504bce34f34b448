"""One word each: every model is in the glossary, and no term has two names."""

import re
from collections import Counter
from pathlib import Path

from django.apps import apps
from django.utils import translation

GLOSSARY = Path(__file__).parents[1] / "docs" / "glossary.md"
CODE = re.compile(r"`(?:\w+\.)?([A-Z]\w+)`")
NOTE = re.compile(r"\s*\([^)]*\)")


def rows():
    """Chinese, English names, code of each row."""
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if line.startswith("|")
    ]
    return [
        (chinese, [NOTE.sub("", each).strip().lower() for each in english.split(";")], code)
        for chinese, english, code in cells[2:]
    ]


def models():
    return [
        each
        for each in apps.get_models()
        if each.__module__.startswith("chengan.") and not hasattr(each, "pgh_tracked_model")
    ]


def name_of(model, language):
    with translation.override(language):
        return str(model._meta.verbose_name)


def test_every_model_is_in_the_glossary():
    named = {name for _chinese, _english, code in rows() for name in CODE.findall(code)}
    assert {each.__name__ for each in models()} - named == set()


def test_a_models_names_on_screen_are_the_glossarys():
    pairs = {(chinese, each) for chinese, english, _code in rows() for each in english}
    shown = {each.__name__: (name_of(each, "zh-hans"), name_of(each, "en")) for each in models()}
    named = {key: pair for key, pair in shown.items() if not pair[0].isascii()}
    assert {key: pair for key, pair in named.items() if pair not in pairs} == {}
    ground = {each.__name__ for each in models() if each._meta.app_label == "places"}
    assert ground <= set(named)


def test_one_term_has_one_row_and_one_name_one_term():
    chinese = Counter(each for each, _english, _code in rows())
    english = Counter(name for _chinese, names, _code in rows() for name in names)
    assert [each for each, count in (chinese + english).items() if count > 1] == []
