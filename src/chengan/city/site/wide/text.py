"""From a file's bytes to lines of text, whatever wrote them."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from chengan.city.site.wide.warned import Warned

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH = re.compile(rb"[\x80-\xff]+")
_FIRST_CJK, _LAST_CJK = "\u4e00", "\u9fff"


def lines(path: Path, warned: Warned) -> Iterator[str]:
    """Lines of the file without their ends; each line is decoded for itself if nothing marks it."""
    with path.open("rb") as file:
        head = file.read(64)
    encoding = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if encoding is None and b"\0" in head:
        encoding = "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
    if encoding in {None, "utf-8-sig"}:
        yield from _each(path, warned)
        return
    warned.once("encoding", f"the file is written in {encoding}")
    with path.open(encoding=encoding, errors="replace", newline=None) as opened:
        for line in opened:
            yield line.rstrip("\n")


def _each(path: Path, warned: Warned) -> Iterator[str]:
    with path.open("rb") as file:
        for number, raw in enumerate(file):
            bare = raw.removeprefix(codecs.BOM_UTF8) if number == 0 else raw
            for part in bare.rstrip(b"\r\n").split(b"\r"):
                yield _decoded(part, warned)


def _decoded(raw: bytes, warned: Warned) -> str:
    """UTF-8; else GB 18030 if that gives Chinese, else Latin-1, which can hold anything."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if all(len(run) % 2 == 0 for run in _HIGH.findall(raw)):
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError:
            text = ""
        if any(_FIRST_CJK <= letter <= _LAST_CJK for letter in text):
            warned.once("encoding", "some lines are not UTF-8: read as GBK")
            return text
    warned.once("encoding", "some lines are not UTF-8: read as Latin-1")
    return raw.decode("latin-1")
