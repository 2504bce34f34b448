"""The embedded NATS: JetStream as durable log, MQTT as the devices' door, users at run time.

One account, CITY, holds everything; SYS is for reload and monitoring only. All ports are on
loopback unless the MQTT door is opened by setting.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nats.errors
from nats.aio.client import Client

from . import binaries, errors, leftovers, sources
from .folders import write_private
from .ports import LOOPBACK
from .process import Program

USER = "chengan"
SYSTEM_USER = "system"
LARGEST_PAYLOAD = 8 << 20
EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 — compared with, never listened on
TERM_END = ((signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0))


@dataclass(frozen=True)
class Server:
    """One NATS server.

    Parameters
    ----------
    folder : Path
        Settings and store.
    log : Path
    port, mqtt_port, monitor_port : int
    password, system_password : str
    mqtt_host : str
        Where devices knock; loopback unless the city opens it.
    sync_interval : str
        "always": each message is on the disk before it is acknowledged. "2m" (the server's own
        default) survives a killed process, not a power cut.
    """

    folder: Path
    log: Path
    port: int
    mqtt_port: int
    monitor_port: int
    password: str
    system_password: str
    mqtt_host: str = LOOPBACK
    sync_interval: str = "always"
    ready_within: float = 60.0

    @property
    def conf(self) -> Path:
        """The server's settings file."""
        return self.folder / "nats.conf"

    @property
    def sources(self) -> Path:
        """The users of the account CITY, rewritten when a source's account changes."""
        return self.folder / "sources.conf"

    def url(self) -> str:
        """Return the URL of the internal user."""
        return f"nats://{USER}:{quote(self.password, safe='')}@{LOOPBACK}:{self.port}"

    def system_url(self) -> str:
        """Return the URL of the system user: reload and monitoring."""
        secret = quote(self.system_password, safe="")
        return f"nats://{SYSTEM_USER}:{secret}@{LOOPBACK}:{self.port}"


def prepare(server: Server) -> None:
    """Write the settings; the list of source accounts is made when missing, never replaced."""
    store = server.folder / "store"
    store.mkdir(parents=True, exist_ok=True)
    known = server.folder / sources.INTERNAL
    if not known.exists():
        line = {"username": USER, "password_hash": sources.hashed(server.password)}
        write_private(known, json.dumps(line) + "\n")
    if not server.sources.exists():
        sources.write(server.sources, [])
    write_private(server.conf, render(server))


def render(server: Server) -> str:
    """Return the text of nats.conf; its paths start at the server's folder, where it works."""
    system = sources.hashed(server.system_password)
    return f"""# Generated at each start; change settings through Chengan's environment variables.
server_name: "chengan-{server.port}"
listen: "{LOOPBACK}:{server.port}"
http: "{LOOPBACK}:{server.monitor_port}"
max_payload: {LARGEST_PAYLOAD}
max_connections: 65536
jetstream {{
  store_dir: "./store"
  max_mem: 256MB
  sync_interval: {server.sync_interval}
}}
mqtt {{
  listen: "{server.mqtt_host}:{server.mqtt_port}"
  ack_wait: "30s"
  max_ack_pending: 1000
}}
accounts {{
  CITY {{
    jetstream: enabled
    include "./{server.sources.name}"
  }}
  SYS {{
    users: [ {{ user: "{SYSTEM_USER}", password: "{system}" }} ]
  }}
}}
system_account: SYS
"""


def program(server: Server) -> Program:
    """Return how to run the server.

    Raises
    ------
    errors.ProgramMissing
    """
    return Program(
        name="nats",
        argv=[str(binaries.nats_server()), "-c", server.conf.name],
        log=server.log,
        cwd=server.folder,
        ready=_answers(server),
        ready_within=server.ready_within,
        stop_within=30.0,
        before=lambda: clear_leftovers(server.folder),
    )


def _answers(server: Server) -> Callable[[], bool]:
    """Return a question: does the client port greet, does MQTT listen, has JetStream recovered?"""

    def ask() -> bool:
        mqtt = (reachable(server.mqtt_host), server.mqtt_port)
        return greets(server.port) and listens(*mqtt) and is_healthy(server.monitor_port)

    return ask


def reachable(host: str) -> str:
    """Return the address at which this machine finds a server that listens on `host`."""
    return LOOPBACK if host in EVERYWHERE else host


def greets(port: int) -> bool:
    """Say whether a NATS server with JetStream greets on loopback `port`."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            greeting = connection.recv(4096)
    except OSError:
        return False
    return greeting.startswith(b"INFO ") and b'"jetstream":true' in greeting


def listens(host: str, port: int) -> bool:
    """Say whether somebody accepts connections on `host`:`port`."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def is_healthy(monitor_port: int) -> bool:
    """Say whether the server's streams and consumers are recovered and answer."""
    connection = HTTPConnection(LOOPBACK, monitor_port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def check(url: str) -> str:
    """Make sure that a NATS of the city's own answers, with JetStream and room for large messages.

    Returns which it is. Not to be called inside a running event loop.

    Raises
    ------
    errors.StartFailed
    """
    try:
        return asyncio.run(_checked(url))
    except (OSError, nats.errors.Error) as error:
        raise errors.StartFailed(
            f"The NATS in CHENGAN_NATS_URL does not let us in: {error!r}"
        ) from error


async def _checked(url: str) -> str:
    async with connected(url) as connection:
        if connection.max_payload < LARGEST_PAYLOAD:
            raise errors.StartFailed(
                f"The NATS in CHENGAN_NATS_URL takes messages of {connection.max_payload} bytes: "
                f"set max_payload to at least {LARGEST_PAYLOAD} (8MB) in its settings."
            )
        try:
            await connection.jetstream(timeout=5).account_info()
        except nats.errors.Error as error:
            raise errors.StartFailed(
                "The NATS in CHENGAN_NATS_URL has no JetStream for this account: enable it "
                f"(jetstream, mqtt) in its settings ({error})."
            ) from error
        place, found = connection.connected_url, connection.connected_server_version
        where = f"{place.hostname}:{place.port}" if place else ""
        return f"NATS {found.major}.{found.minor}.{found.patch}, {where}"


def clear_leftovers(folder: Path) -> list[int]:
    """End servers that still work in `folder`; return their pids."""
    return leftovers.end(leftovers.working_in(folder, "nats-server"), signals=TERM_END)


def reload(system_url: str) -> None:
    """Make the server read its settings again: source accounts are added, changed and dropped.

    Works from another machine too. Connections of accounts that stay are kept; those of a dropped
    account are closed. Not to be called inside a running event loop: await `reloaded` there.

    Raises
    ------
    errors.ReloadFailed
        If the new settings are refused (the old ones stay) or the server cannot be asked.
    """
    asyncio.run(reloaded(system_url))


async def reloaded(system_url: str) -> None:
    """Do what `reload` does, inside an event loop."""
    try:
        async with connected(system_url) as connection:
            for server in await _servers(connection):
                subject = f"$SYS.REQ.SERVER.{server}.RELOAD"
                _judge(_answer((await connection.request(subject, b"", timeout=10)).data))
    except (OSError, nats.errors.Error) as error:
        raise errors.ReloadFailed(f"NATS cannot be asked to reload: {error!r}") from error


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator[Client]:
    """Give a short connection: no second attempt, no word in the log, closed in every case.

    nats-py by itself tries a refused address for two minutes, even when told not to reconnect,
    and leaves the socket of a refused sign-in open.
    """
    client = Client()
    try:
        await client.connect(
            url.split(","),
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            connect_timeout=5,
            error_cb=_unheard,
        )
        yield client
    finally:
        await client.close()


async def _unheard(_error: Exception) -> None:
    """Leave the telling to the exception that follows."""


async def _servers(connection: Client) -> list[str]:
    """Return the ids of all servers of the cluster: as many answers as the first one announces."""
    inbox = connection.new_inbox()
    answers = await connection.subscribe(inbox)
    await connection.publish("$SYS.REQ.SERVER.PING", b"", reply=inbox)
    found: list[str] = []
    expected = 1
    while len(found) < expected:
        answer = _answer((await answers.next_msg(timeout=5)).data)
        found.append(answer["server"]["id"])
        expected = max(expected, answer.get("statsz", {}).get("active_servers", 1))
    await answers.unsubscribe()
    return found


def _answer(data: bytes) -> dict[str, Any]:
    """Return what a server answered; nobody answers whoever is not of the account SYS."""
    if not data:
        raise errors.ReloadFailed("Only the system user may make NATS reload: give its URL.")
    found: dict[str, Any] = json.loads(data)
    return found


def _judge(answer: dict[str, Any]) -> None:
    if "error" in answer:
        refusal = answer["error"].get("description", answer["error"])
        raise errors.ReloadFailed(f"NATS kept its old settings: {refusal}")
