"""A paper as a value: what stands in it, in order."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the largest below the title."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Text:
    """A paragraph; `is_note` sets it smaller and grey."""

    text: str
    is_note: bool = False


@dataclass(frozen=True)
class Facts:
    """Names and values, two columns."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """A table with a header row that is repeated on each page; `widths` are relative."""

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float] = ()


@dataclass(frozen=True)
class Picture:
    """A picture (PNG, JPEG or SVG bytes; Word takes PNG and JPEG) with what it shows in words."""

    image: bytes
    caption: str
    width_mm: float = 160
    suffix: str = "png"


Block = Heading | Text | Facts | Table | Picture


@dataclass(frozen=True)
class Paper:
    """A whole document; `mark` is printed on every page (sample data, drill, draft)."""

    title: str
    subtitle: str = ""
    mark: str = ""
    footer: str = ""
    language: str = "zh"
    blocks: Sequence[Block] = field(default_factory=list)
