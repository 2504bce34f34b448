"""The accounts that open the MQTT door: one a source, for its own topics only.

The file holds the whole list of users of the account CITY, because NATS can neither join two lists
nor see variables from an included file; the internal user's line is kept beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import bcrypt

from . import errors
from .folders import write_private

KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
NAME = re.compile(r"[A-Za-z0-9_.@-]{1,64}")
HASH = re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}")
CHEAPEST = 4
INTERNAL = "internal.json"


@dataclass(frozen=True)
class SourceAccount:
    """Who may publish below `chengan/<source>`: user name, bcrypt hash, source key."""

    username: str
    password_hash: str
    source: str


def hashed(password: str) -> str:
    """Return the bcrypt hash of a *generated* password, at the lowest cost.

    Cost protects guessable words; 32 random characters need none, and at cost 10 a thousand
    devices reconnecting at once would keep a core busy for a minute.
    """
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(CHEAPEST)).decode()


def render(accounts: Iterable[SourceAccount], *, internal: SourceAccount) -> str:
    """Return the text of the users list of the account CITY.

    Raises
    ------
    errors.InvalidSource
        If a name, hash or key could mean something else in NATS's settings or subjects.
    """
    lines = [f'  {{ user: "{internal.username}", password: "{internal.password_hash}" }}']
    lines += [_line(account) for account in accounts]
    body = "\n".join(lines)
    return f"# Generated: the users of the account CITY.\nusers: [\n{body}\n]\n"


def _line(account: SourceAccount) -> str:
    """Return one device user: publishes below its source, reads nothing, MQTT only."""
    _check(account)
    topics = f'["chengan.{account.source}", "chengan.{account.source}.>"]'
    rights = f'publish: {{ allow: {topics} }}, subscribe: {{ deny: [">"] }}'
    return (
        f'  {{ user: "{account.username}", password: "{account.password_hash}", '
        f'permissions: {{ {rights} }}, allowed_connection_types: ["MQTT"] }}'
    )


def _check(account: SourceAccount) -> None:
    for value, pattern, what in (
        (account.username, NAME, "user name (letters, digits, _ . @ -; at most 64)"),
        (account.source, KEY, "source key (letters, digits, _ -; at most 64)"),
        (account.password_hash, HASH, "bcrypt hash"),
    ):
        if not pattern.fullmatch(value):
            raise errors.InvalidSource(f"{value!r} is no {what}.")


def write(conf: Path, accounts: Iterable[SourceAccount]) -> None:
    """Replace the device users in the file `conf`; `nats.reload` makes the server read it.

    Raises
    ------
    errors.InvalidSource
    """
    line = json.loads((conf.parent / INTERNAL).read_text())
    internal = SourceAccount(line["username"], line["password_hash"], source="")
    write_private(conf, render(accounts, internal=internal))
