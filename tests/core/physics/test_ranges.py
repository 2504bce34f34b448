import numpy as np
import pytest

from chengan.core import errors
from chengan.core.physics.ranges import positive, within


def test_a_figure_within_its_range_comes_back_as_an_array():
    np.testing.assert_array_equal(within("wind", [1, 2], 0, 5), [1.0, 2.0])


def test_a_refusal_names_argument_value_and_range():
    with pytest.raises(errors.OutOfRange, match=r"wind must be from 0 to 5 m/s, got 7 m/s"):
        within("wind", [1, 7], 0, 5, unit="m/s")
    with pytest.raises(errors.OutOfRange, match=r"mass must be above 0 kg, got 0 kg"):
        positive("mass", 0, unit="kg")


def test_what_is_no_number_is_refused():
    with pytest.raises(errors.OutOfRange, match="nan"):
        within("wind", float("nan"), 0, 5)


def test_every_law_that_names_a_page_has_it_with_a_grade():
    import re
    from pathlib import Path

    root = Path(__file__).parents[3]
    named = set()
    for path in (root / "src/chengan/core").rglob("*.py"):
        text = re.sub(r"\s+", "", path.read_text())
        named |= set(re.findall(r"docs/models/([a-z_-]+)\.md", text))
    assert len(named) > 20
    for name in named:
        assert "**Grade:**" in (root / "docs/models" / f"{name}.md").read_text(), name


def test_every_page_of_a_law_is_in_the_list():
    from pathlib import Path

    pages = Path(__file__).parents[3] / "docs/models"
    listed = (pages / "README.md").read_text()
    for page in pages.glob("*.md"):
        assert page.name == "README.md" or f"({page.name})" in listed
