"""Code sets of hidden dangers, read from `danger.yaml`: number to Chinese and English words."""

from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from django.utils.translation import get_language

FILE: Final = Path(__file__).parent / "danger.yaml"


@cache
def table() -> dict[str, Any]:
    """Give the file: `mark`, `source`, `sets` of number to [Chinese, English]."""
    return dict(yaml.safe_load(FILE.read_text("utf-8")))


def word(name: str, number: int | None) -> str:
    """Give the word of a number of set `name` in the page's language; empty for none."""
    if number is None:
        return ""
    chinese, english = table()["sets"][name][number]
    is_chinese = (get_language() or "zh").startswith("zh")
    return str(chinese if is_chinese else english)


def choices(name: str) -> list[tuple[int, str]]:
    """Give the numbers of set `name` with their words in the page's language."""
    return [(number, word(name, number)) for number in table()["sets"][name]]


def numbers(name: str) -> list[int]:
    """Give the numbers of set `name`."""
    return list(table()["sets"][name])
