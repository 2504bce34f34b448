"""Whatever the readers say with figures in it, they say in the reader's language."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

from chengan.city.places import readers
from chengan.city.places.services import reader_words
from chengan.city.places.services.reader_words import said

FOLDER = Path(readers.__file__).parent
SAYING = {"Refused", "RowError", "NotRecognised", "UnsafeFile", "MissingColumn", "TornFile",
          "FileTooLarge", "PlacementNeeded", "append"}  # fmt: skip
KEYS = {"natural_key", "key", "value"}


def sentences():
    """Every sentence with figures that a reader's error or warning is made of, figures as 7."""
    for module in sorted(FOLDER.glob("*.py")):
        for call in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            name = getattr(getattr(call, "func", None), "id", None) or getattr(
                getattr(call, "func", None), "attr", None
            )
            if not isinstance(call, ast.Call) or name not in SAYING or not call.args:
                continue
            if isinstance(call.args[-1], ast.JoinedStr):
                parts = call.args[-1].values
                text = "".join(str(getattr(part, "value", "")) if isinstance(part, ast.Constant)
                               else "7" for part in parts)  # fmt: skip
                if re.search(r"[a-z]{2} ", text):
                    yield module.stem, text


@pytest.mark.parametrize(("module", "text"), sorted(set(sentences())))
def test_every_sentence_of_a_reader_has_its_chinese(module, text):
    found = [said(filled) for filled in filled_with_known(text)]
    assert any(re.search("[\u4e00-\u9fff]", each) for each in found), f"{module}: {text}"


def filled_with_known(text):
    """The sentence itself, and what it becomes with the advice on files that must be converted."""
    return [text, *(text.replace("7", "a.x", 1).replace("7", advice) for advice in ADVICE)]


ADVICE = readers.opening.CONVERT.values()


def test_the_figures_are_kept():
    assert said("row 3 has 900 columns, at most 512") == "第 3 行有 900 列，最多 512 列"
    assert said("a.kml is KML: export it as GeoJSON") == "a.kml 是 KML：请导出为 GeoJSON"


def test_english_readers_and_unknown_words_get_it_as_it_stands():
    with translation.override("en"):
        assert said("no sheet 'b': found a, c") == "no sheet 'b': found a, c"
    assert said("something else 5") == "something else 5"


def test_no_sentence_is_taken_for_another():
    for sentence in reader_words.WITH_FIGURES:
        text = reader_words.PLACE.sub("7", re.escape(sentence)).replace("\\", "")
        first = next(known for known, pattern in reader_words.PATTERNS if pattern.fullmatch(text))
        assert first == sentence
