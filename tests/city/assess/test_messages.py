"""What a job stored is said in the language of whoever reads it."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

from chengan import core
from chengan.city.assess import core_words, errors, messages
from chengan.city.assess.engines import drainage, leak, water
from chengan.city.assess.messages import Named
from chengan.city.assess.messages import message as _
from chengan.city.places import api as places
from chengan.core.errors import OutOfRange
from chengan.core.physics import ranges
from chengan.core.sentences import Sentence


def both(kept):
    found = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found.append(messages.shown(kept))
    return found


@pytest.mark.parametrize("spoken", ["zh-hans", "en"])
def test_what_was_said_in_one_language_is_read_in_the_other(spoken):
    with translation.override(spoken):
        text = _("%(code)s must be one of %(steps)s.") % {"code": "L", "steps": "1, 3"}
        kept = messages.stored(errors.BadInputs("L", text))
    chinese, english = both(kept)
    assert english == "L must be one of 1, 3."
    assert "L" in chinese and "1, 3" in chinese and chinese != english


def test_sentences_names_and_lists_within_a_message_are_told_too():
    named = errors.Duplicate(
        _("“%s” is registered at this object and place already.") % Named("漏气", "Leak")
    )
    assert ["漏气" in both(messages.stored(named))[0], "Leak" in both(messages.stored(named))[1]] == [
        True, True,
    ]  # fmt: skip
    loss = Sentence("water is lost or made at a node: {share:.1%} of the whole demand", share=0.123)
    chinese, english = both(messages.stored([water.within("with", loss)]))
    assert english == "with the event: " + loss
    assert "12.3%" in chinese and "event" not in chinese
    twice = _("No %(what)s in %(where)s.") % {"what": Named("井", "well"), "where": loss}
    assert both(messages.stored(twice))[1] == f"No well in {loss}."


def test_what_the_sciences_and_the_readers_refuse_is_told():
    core_said = messages.stored(
        errors.BadInputs("", OutOfRange("a bow-tie needs a threat").sentence)
    )
    assert both(core_said)[1] == "a bow-tie needs a threat"
    assert both(core_said)[0] != both(core_said)[1]
    reader = messages.stored(places.ReaderError("a.xyz is no table"))
    assert both(reader)[1] == "a.xyz is no table"
    assert both(reader)[0] != both(reader)[1]


def test_plain_text_and_torn_text_are_shown_as_they_are():
    for text in ("out of time", '{"said": "torn', '{"core": "{a}", "about": {}} x', ""):
        assert messages.shown(text) == text
    assert messages.stored("out of time") == "out of time"


def test_a_law_refuses_a_figure_in_the_readers_language():
    with pytest.raises(OutOfRange) as refused:
        ranges.within("wind", 60, 0.5, 50, unit="m/s")
    assert str(refused.value) == "wind must be from 0.5 to 50 m/s, got 60 m/s"
    chinese, english = both(messages.stored(refused.value))
    assert (chinese, english) == ("风速应为 0.5 至 50 m/s，现为 60 m/s", str(refused.value))
    files = Path(core.__file__).parent.rglob("*.py")
    figure = re.compile(r'(?:within|positive)\(\s*"([^"]+)"')
    named = {name for file in files for name in figure.findall(file.read_text(encoding="utf-8"))}
    assert named - set(core_words.FIGURES) == set()


def test_every_sentence_that_a_page_may_show_is_in_the_catalogue():
    folder = Path(core.__file__).parent
    names = ("fault_tree", "bow_tie", "bands", "matrix", "checklist", "product", "major_hazard")
    files = [folder / "risk" / f"{name}.py" for name in names]
    files += [folder / "tables" / "major_hazards.py"]
    files += [
        folder / "network" / f"{name}.py" for name in ("dependence", "leak", "reach", "soundness")
    ]
    files += [Path(each.__file__) for each in (water, drainage, leak)]
    said = {text for file in files for text in _said(file)}
    assert len(said) > 40
    assert said - set(core_words.SENTENCES) == set()
    for text in (*core_words.SENTENCES, *core_words.FIGURES):
        with translation.override("zh-hans"):
            assert translation.gettext(text) != text, text


def _said(file):
    """Texts that an error or a Sentence is made of, and those kept in SAID."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"OutOfRange", "LimitsError", "Sentence"}:
                yield node.args[0].value
