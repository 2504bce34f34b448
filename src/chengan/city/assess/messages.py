"""Messages that remember what they say, so that a stored one is read in each reader's language.

`message` stands where `gettext` would (import it as `_`). A job that fails stores what was said by
`stored`, and a page shows it by `shown`: in the reader's language, not in the one that the worker
happened to speak. Sentences of the sciences (`core.sentences`) are told by their catalogue in
`core_words`; what foreign engines say stays as they say it.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import get_language, gettext

from chengan.city.places import api as places
from chengan.core.sentences import Sentence

MARKS: Final = ('{"said": ', '{"core": ', '{"file": ', '{"parts": ')


class Named(str):
    """A name in Chinese and English, shown in the present language."""

    zh: str
    en: str

    def __new__(cls, zh: str, en: str = "") -> "Named":
        """Choose the name for the present language."""
        is_chinese = (get_language() or "zh").startswith("zh")
        made = super().__new__(cls, zh if is_chinese or not en else en)
        made.zh, made.en = zh, en
        return made

    def plain(self) -> dict[str, Any]:
        """Give it as it is kept."""
        return {"zh": self.zh, "en": self.en}


class Message(str):
    """A translated msgid, filled in by `%` as any string is; both are remembered."""

    msgid: str
    about: Any

    def __new__(cls, msgid: str, about: Any = None) -> "Message":
        """Say it in the present language."""
        text = gettext(msgid)
        made = super().__new__(cls, text if about is None else text % about)
        made.msgid, made.about = msgid, about
        return made

    def __mod__(self, about: Any) -> "Message":
        return Message(self.msgid, about)

    def plain(self) -> dict[str, Any]:
        """Give it as it is kept."""
        return {"said": self.msgid, "about": _plain(self.about)}


class ReaderWord(str):
    """What a reader of files said of a row, in the present language."""

    text: str

    def __new__(cls, text: str) -> "ReaderWord":
        """Say it in the present language."""
        made = super().__new__(cls, places.reader_said(text))
        made.text = text
        return made

    def plain(self) -> dict[str, Any]:
        """Give it as it is kept."""
        return {"file": self.text}


def message(msgid: str) -> Message:
    """Give a msgid in the present language, remembered."""
    return Message(msgid)


def stored(said: Any) -> str:
    """Give what was said (a message, an error, a list of them, plain text) as it is kept."""
    made = {"parts": [_plain(each) for each in said]} if isinstance(said, list) else _plain(said)
    return made if isinstance(made, str) else json.dumps(made, ensure_ascii=False, default=str)


def shown(text: str) -> str:
    """Give what `stored` kept in the present language; anything else as it is."""
    if not text.startswith(MARKS):
        return text
    try:
        return str(_told(json.loads(text)))
    except (ValueError, KeyError, TypeError, IndexError):
        return text


def of(said: Any) -> str:
    """Give what an error or a sentence says in the present language."""
    return shown(stored(said))


def _plain(said: Any) -> Any:
    if isinstance(said, Exception):
        return _of_error(said)
    if isinstance(said, Message | Named | ReaderWord | Sentence):
        return said.plain()
    if isinstance(said, tuple):
        return {"parts": [_plain(each) for each in said]}
    if isinstance(said, dict) and not said.keys() & TELLERS.keys():
        return {name: _plain(value) for name, value in said.items()}
    return str(said) if isinstance(said, list) else said


def _of_error(error: Exception) -> Any:
    told = error.args[-1] if error.args else ""
    if isinstance(told, Message | Sentence):
        return told.plain()
    return {"file": str(error)} if isinstance(error, places.ReaderError) else str(told)


def _told(kept: Any) -> Any:
    """Say what was kept; figures stay figures."""
    if isinstance(kept, dict):
        for mark, teller in TELLERS.items():
            if mark in kept:
                return teller(kept)
        return {name: _told(value) for name, value in kept.items()}
    return kept


def _message(kept: dict[str, Any]) -> str:
    about = kept.get("about")
    if isinstance(about, dict) and "parts" in about:
        return Message(kept["said"], tuple(_told(each) for each in about["parts"]))
    return Message(kept["said"], _told(about))


def _sentence(kept: dict[str, Any]) -> str:
    text = gettext(kept["core"]) if kept["core"] else ""
    about = _told(kept["about"])
    return text.format(**about) if about else text


TELLERS: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    "said": _message,
    "core": _sentence,
    "file": lambda kept: places.reader_said(kept["file"]),
    "parts": lambda kept: "; ".join(str(_told(each)) for each in kept["parts"]),
    "zh": lambda kept: Named(kept["zh"], kept.get("en", "")),
}
