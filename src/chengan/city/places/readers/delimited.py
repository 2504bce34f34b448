"""CSV and its kin: encoding, delimiter and decimal sign guessed, read line by line."""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from chengan.city.places.readers.errors import NotRecognised, UnsafeFile
from chengan.city.places.readers.rows import MEGABYTE, Options, RowError, shown

DELIMITERS = ",;\t|"
MAX_LINE = 16 * MEGABYTE
MAX_COLUMNS = 1000
PROBE = 64 * MEGABYTE
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """How a text table is written."""

    encoding: str
    delimiter: str


def dialect(path: Path, options: Options) -> Dialect:
    """Give the encoding and delimiter, asked for or guessed.

    Raises
    ------
    NotRecognised
        If the encoding is unknown or the file has no header line.
    """
    encoding = options.encoding or guess_encoding(path)
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise NotRecognised(f"no encoding {encoding!r}: use utf-8 or gb18030") from error
    with _text(path, encoding) as file:
        head = next(bounded_lines(file), "")
    if not head.strip():
        raise NotRecognised(f"{path.name}: no header line")
    return Dialect(encoding, options.delimiter or guess_delimiter(head))


def guess_encoding(path: Path) -> str:
    """Give utf-8-sig, utf-16, utf-8, gb18030 or latin-1: the first that fits the first 64 MB."""
    with path.open("rb") as file:
        head = file.read(4)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    fitting = (encoding for encoding in ("utf-8", "gb18030") if _fits(path, encoding))
    return next(fitting, "latin-1")


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    left = PROBE
    with path.open("rb") as file:
        try:
            while left > 0 and (piece := file.read(MEGABYTE)):
                decoder.decode(piece)
                left -= len(piece)
            if left > 0:
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def guess_delimiter(head: str) -> str:
    """Give the delimiter that occurs most in the header, quoted parts left out."""
    bare = "".join(head.split('"')[::2])
    found = Counter(sign for sign in bare if sign in DELIMITERS)
    return found.most_common(1)[0][0] if found else ","


def bounded_lines(file: TextIO) -> Iterator[str]:
    """Give the lines of a file; refuse one that never ends.

    Raises
    ------
    UnsafeFile
        If a line has more than 16 million characters.
    """
    while line := file.readline(MAX_LINE):
        if len(line) >= MAX_LINE and not line.endswith("\n"):
            raise UnsafeFile(f"a line of more than {MAX_LINE} characters: this is no table")
        yield line


def lines(path: Path, form: Dialect) -> Iterator[tuple[int, Sequence[object]] | RowError]:
    """Give (line number, cells) of each record, the header first; a torn record as an error."""
    csv.field_size_limit(MAX_LINE)
    with _text(path, form.encoding) as file:
        records = csv.reader(bounded_lines(file), delimiter=form.delimiter)
        before = 0
        while True:
            try:
                cells = next(records)
            except StopIteration:
                return
            except csv.Error as error:
                yield RowError(records.line_num, "line", shown(error), "a line of a CSV table")
                before = records.line_num
                continue
            if len(cells) > MAX_COLUMNS:
                raise UnsafeFile(f"{len(cells)} columns, at most {MAX_COLUMNS}")
            yield before + 1, cells
            before = records.line_num


def _text(path: Path, encoding: str) -> TextIO:
    errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
    return path.open(encoding=encoding, errors=errors, newline="")
