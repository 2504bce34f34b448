"""Trees and bow-ties as people write them, and their drawings."""

import xml.etree.ElementTree as ET

import pytest

from chengan.city.assess import errors
from chengan.city.assess.services import drawing, trees

TREE = "爆炸 = AND(泄漏, 点火)\n泄漏 = 2/3(a, b, c)\na = 0.1\nb = 0.2\nc = 0.3\n点火 = 0.5\n# 注"
BOW = "threat 腐蚀 = 0.1 | 0.01 0.1\nconsequence 火灾 = 0.3\n后果 无 = 0.7 | 0.5"


def test_a_tree_is_read_top_first():
    found = trees.tree(TREE)
    assert found["top"] == "爆炸"
    assert found["gates"]["泄漏"] == {"kind": "vote", "inputs": ["a", "b", "c"], "needed": 2}
    assert found["events"] == {"a": 0.1, "b": 0.2, "c": 0.3, "点火": 0.5}


def test_what_is_written_is_read_as_the_same():
    for name, read, text in (("tree", trees.tree, TREE), ("bow_tie", trees.bow_tie, BOW)):
        found = read(text)
        assert read(trees.as_text({name: found})) == found
    assert trees.as_text({"L": 3}) == ""


def test_chinese_words_are_gates_and_sides_too():
    assert trees.tree("甲 = 或(乙、丙)\n乙 = 0.1\n丙 = 0.1")["gates"]["甲"]["inputs"] == [
        "乙",
        "丙",
    ]
    assert [each["name"] for each in trees.bow_tie(BOW)["consequences"]] == ["火灾", "无"]


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (trees.tree, "a"),
        (trees.tree, "a = x"),
        (trees.bow_tie, "luck a = 1"),
        (trees.bow_tie, "threat a = 1 | x"),
    ],
)
def test_a_line_that_is_none_is_named(read, text):
    with pytest.raises(errors.BadInputs, match="1"):
        read(text)


def test_drawings_are_sound_xml_with_every_name_escaped():
    evil = trees.tree('<b>&" = OR(a, b)\na = 0.1\nb = 0.1')
    for picture in (
        drawing.tree(trees.tree(TREE)),
        drawing.tree(evil),
        drawing.bow_tie(trees.bow_tie(BOW), 1e-4),
    ):
        root = ET.fromstring(picture)
        assert root.tag.endswith("svg")
        assert "<b>" not in picture


def test_a_tree_too_large_to_read_is_not_drawn():
    names = [f"e{n}" for n in range(80)]
    text = f"top = OR({', '.join(names)})\n" + "\n".join(f"{name} = 0.1" for name in names)
    assert drawing.tree(trees.tree(text)) == ""
