"""Keeps NATS's list of device accounts equal to the credentials in the database."""

import asyncio
import json
import logging
import os
import re
import threading
from pathlib import Path
from urllib.parse import unquote, urlsplit

import bcrypt
import nats.errors
import psycopg
from django.conf import settings
from django.db import DatabaseError, connection
from nats.aio.client import Client

from chengan.city.hub import selectors, services
from chengan.city.hub.errors import CredentialsRefused

LOG = logging.getLogger(__name__)
INTERNAL = "internal.json"
TOKEN = re.compile(r"[A-Za-z0-9_.@-]{1,64}")
HASH = re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}")
WAIT_S, AGAIN_S = 1.0, 2.0


def keep(stop: threading.Event) -> None:
    """Write and reload the list at the start and whenever credentials change, until `stop`.

    Returns at once when NATS is not ours to configure (no NATS_SOURCES_FILE).
    """
    if not settings.NATS_SOURCES_FILE:
        LOG.info("NATS_SOURCES_FILE is empty: device accounts are kept outside Chengan.")
        return
    while not stop.is_set():
        try:
            _follow(stop)
        except (psycopg.Error, DatabaseError, OSError, CredentialsRefused) as error:
            LOG.warning("device accounts wait: %s", error)
            connection.close()
            stop.wait(AGAIN_S)
    connection.close()


def _follow(stop: threading.Event) -> None:
    options = {**connection.get_connection_params(), "autocommit": True}
    with psycopg.connect(**options) as listening:
        listening.execute(f"LISTEN {services.CHANNEL}")
        bring_up_to_date()
        while not stop.is_set():
            if any(True for _ in listening.notifies(timeout=WAIT_S, stop_after=1)):
                bring_up_to_date()


def bring_up_to_date() -> None:
    """Write the accounts that hold now and make NATS read them; dropped ones are closed.

    Raises
    ------
    CredentialsRefused
        If NATS can't be asked, or refuses the list; the old accounts still hold.
    """
    file = Path(settings.NATS_SOURCES_FILE)
    _write(file, render(selectors.device_accounts(), internal=_internal(file)))
    asyncio.run(_reloaded())


def render(accounts: list[tuple[str, str, str]], *, internal: tuple[str, str]) -> str:
    """Give the users list of the account CITY.

    Parameters
    ----------
    accounts : list of (user name, bcrypt hash, source key)
    internal : (user name, bcrypt hash) of Chengan itself

    Raises
    ------
    CredentialsRefused
        If a name, hash or key could mean something else in NATS's settings or subjects.
    """
    name, secret = internal
    lines = [f'  {{ user: "{name}", password: "{secret}" }}', *[_line(*each) for each in accounts]]
    return "# Generated: the users of the account CITY.\nusers: [\n" + "\n".join(lines) + "\n]\n"


def _line(name: str, secret: str, source: str) -> str:
    """Give one device's account: publishes below its source, reads nothing, MQTT only."""
    fits = TOKEN.fullmatch(name) and HASH.fullmatch(secret) and TOKEN.fullmatch(source)
    if not fits or "." in source:
        raise CredentialsRefused(f"The account {name!r} of source {source!r} can't be written.")
    topics = f'["chengan.{source}", "chengan.{source}.>"]'
    rights = f'publish: {{ allow: {topics} }}, subscribe: {{ deny: [">"] }}'
    return (
        f'  {{ user: "{name}", password: "{secret}", permissions: {{ {rights} }}, '
        'allowed_connection_types: ["MQTT"] }'
    )


def _internal(file: Path) -> tuple[str, str]:
    """Chengan's own account as noted beside the list; with a given NATS, the one of its address.

    A hash once noted stays as long as it opens: NATS closes connections whose account changes.
    """
    noted = file.parent / INTERNAL
    parts = urlsplit(settings.NATS_URL)
    name, password = unquote(parts.username or ""), unquote(parts.password or "").encode()
    if noted.exists():
        line = json.loads(noted.read_text(encoding="utf-8"))
        secret = line["password_hash"]
        if line["username"] == name and bcrypt.checkpw(password, secret.encode()):
            return name, secret
    if not name or not password:
        raise CredentialsRefused("CHENGAN_NATS_URL has no user and password to keep in the list.")
    secret = bcrypt.hashpw(password, bcrypt.gensalt(10)).decode()
    _write(noted, json.dumps({"username": name, "password_hash": secret}) + "\n")
    return name, secret


def _write(file: Path, text: str) -> None:
    """Replace `file` whole; only its owner may read it, and the owner stays the folder's."""
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(text, encoding="utf-8")
    folder = file.parent.stat()
    if os.geteuid() == 0:
        os.chown(fresh, folder.st_uid, folder.st_gid)
    fresh.replace(file)


async def _reloaded() -> None:
    client = Client()
    try:
        await client.connect(
            settings.NATS_SYSTEM_URL,
            allow_reconnect=False,
            max_reconnect_attempts=1,
            connect_timeout=5,
            error_cb=_unheard,
        )
        for server in await _servers(client):
            subject = f"$SYS.REQ.SERVER.{server}.RELOAD"
            answer = json.loads((await client.request(subject, b"", timeout=10)).data)
            if "error" in answer:
                raise CredentialsRefused(f"NATS kept its old accounts: {answer['error']}")
    except (OSError, nats.errors.Error) as error:
        raise CredentialsRefused(f"NATS cannot be asked to reload: {error!r}") from error
    finally:
        await client.close()


async def _unheard(_error: Exception) -> None:
    """Leave the telling to the exception that follows."""


async def _servers(client: Client) -> list[str]:
    """Give the ids of all servers of the cluster: as many as the first answer announces."""
    inbox = client.new_inbox()
    answers = await client.subscribe(inbox)
    await client.publish("$SYS.REQ.SERVER.PING", b"", reply=inbox)
    found: list[str] = []
    expected = 1
    while len(found) < expected:
        answer = json.loads((await answers.next_msg(timeout=5)).data)
        found.append(answer["server"]["id"])
        expected = max(expected, answer.get("statsz", {}).get("active_servers", 1))
    return found
