"""What the sciences say, with its figures kept apart, so that any language can say it."""

from typing import Any


class Sentence(str):
    """An English sentence made of `said` with its places filled; `about` keeps the figures.

    >>> Sentence("a pressure of {head:.0f} m is not possible", head=2000.0).said
    'a pressure of {head:.0f} m is not possible'
    """

    said: str
    about: dict[str, Any]

    def __new__(cls, said: str, /, **about: Any) -> "Sentence":
        """Fill in the figures; without any, braces stay as they are."""
        made = super().__new__(cls, said.format(**about) if about else said)
        made.said, made.about = said, about
        return made

    def plain(self) -> dict[str, Any]:
        """Give it as JSON keeps it: `core` and `about`, sentences within as the same."""
        about = {
            name: value.plain() if isinstance(value, Sentence) else value
            for name, value in self.about.items()
        }
        return {"core": self.said, "about": about}
