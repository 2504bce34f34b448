"""What the readers of risks, dependencies and networks share: lines, refusals, objects by name."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from chengan.city.assess.messages import ReaderWord
from chengan.city.assess.messages import message as _
from chengan.city.places import api as places

Line = tuple[int, Sequence[Any]] | places.RowError
Cells = dict[str, str]


class Refused(Exception):
    """Why a row was not taken: its number, the field, what it holds, what would be right."""

    def __init__(self, row: int, field: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.row, self.field, self.value, self.reason = row, field, value, reason


class Rows(Protocol):
    """Reads and writes the rows of one kind of file."""

    def read(self, batch: list[Any]) -> tuple[list[Any], int, list[Refused]]:
        """Give the good rows of a batch, how many are there already, and the refused ones."""

    def write(self, taken: list[Any]) -> None:
        """Keep good rows."""

    def close(self) -> list[Refused]:
        """End the file; give what only its end shows."""


def unreadable(error: places.RowError) -> Refused:
    """Give what a reader of files refused, in the page's language."""
    return Refused(error.number, error.field, error.value, ReaderWord(error.expected))


def named_cells(
    headers: Sequence[str], batch: Iterable[Line]
) -> tuple[list[tuple[int, Cells]], list[Refused]]:
    """Give the lines that are not blank as number and cells by header, and the unreadable ones."""
    lines, refused = [], []
    for line in batch:
        if isinstance(line, places.RowError):
            refused.append(unreadable(line))
            continue
        texts = ["" if each is None else str(each).strip() for each in line[1]]
        if any(texts):
            lines.append((line[0], dict(zip(headers, texts, strict=False))))
    return lines, refused


def objects_of(by: places.User | None, names: Iterable[str]) -> dict[str, places.CityObject]:
    """Objects by `register/number` whose risks the user may edit."""
    if by is None:
        return {}
    pairs = [name.partition("/")[::2] for name in set(names) if "/" in name]
    if not pairs:
        return {}
    wanted = (
        places.visible_objects(by, places.Permission.EDIT_RISKS)
        .filter(
            namespace__in={first for first, _second in pairs},
            external_id__in={second for _first, second in pairs},
        )
        .defer("geometry", "attributes")
    )
    return {f"{each.namespace}/{each.external_id}": each for each in wanted}


def no_such_object(number: int, field: str, value: str) -> Refused:
    """Refuse a row that names no object of the user's."""
    text = _("No object of this number (register/number) that you may assess.")
    return Refused(number, field, value, text)


def numbered(lines: Iterable[Line]) -> Iterator[tuple[int, Sequence[Any]]]:
    """Give each line's number and cells; none for an unreadable one."""
    for line in lines:
        yield (line.number, []) if isinstance(line, places.RowError) else line
