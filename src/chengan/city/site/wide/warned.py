"""What was odd about a file: each kind once, with how often and where first."""

from dataclasses import dataclass, field


@dataclass
class Warned:
    """Collects oddities; `lines()` gives them as sentences."""

    _seen: dict[str, tuple[str, int, int]] = field(default_factory=dict)

    def once(self, kind: str, sentence: str, row: int = 0) -> None:
        """Note an oddity of this kind; the first sentence and row are kept, the rest counted."""
        first, at, count = self._seen.get(kind, (sentence, row, 0))
        self._seen[kind] = (first, at, count + 1)

    def lines(self) -> list[str]:
        """One sentence for each kind."""
        return [
            sentence
            + (f" (first in row {at})" if at else "")
            + (f", {count} times" if count > 1 else "")
            for sentence, at, count in self._seen.values()
        ]
