"""Loopback ports: the preferred one when it is free, another one otherwise, the same next time.

Between the choice of a port and the moment its server listens, and while a killed server is away,
another city of the same user could choose it too. So a chosen port is claimed by a locked file that
the kernel frees when the claiming process ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from . import errors
from .folders import DataFolder, write_private

LOOPBACK = "127.0.0.1"
DEFAULTS = {"postgres": 54329, "nats": 4222, "mqtt": 1883, "monitor": 8222, "web": 8420}


@dataclass(frozen=True)
class Pick:
    """The port chosen for `name`; `busy` is the wanted port that somebody else has, or None."""

    name: str
    port: int
    busy: int | None = None


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Say whether a server could listen on `host`:`port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


CLAIMED: dict[int, int] = {}
"""The descriptor of the locked file of each port that this process has claimed."""


def claim(port: int) -> bool:
    """Keep `port` from other cities of this user while this process lives; False if one has it.

    Where no file can be kept nothing is claimed, and every port may be had.
    """
    if port in CLAIMED:
        return True
    try:
        folder = Path(tempfile.gettempdir()) / f"chengan-ports-{os.geteuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        file = os.open(folder / str(port), os.O_WRONLY | os.O_CREAT, 0o600)
    except OSError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        return False
    CLAIMED[port] = file
    return True


def let_go(picks: Iterable[Pick]) -> None:
    """Give claimed ports back; harmless for those that are not claimed."""
    for each in picks:
        with contextlib.suppress(KeyError):
            os.close(CLAIMED.pop(each.port))


def any_free(host: str = LOOPBACK, *, but: Iterable[int] = ()) -> int:
    """Return a port that the kernel says is free, none of `but`.

    Raises
    ------
    errors.NoFreePort
    """
    taken = set(but)
    for _ in range(50):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            try:
                probe.bind((host, 0))
            except OSError as error:
                raise errors.NoFreePort(
                    f"No port can be opened on {host} ({error.strerror}): check that the address "
                    "belongs to this machine."
                ) from error
            port = int(probe.getsockname()[1])
        if port not in taken and claim(port):
            return port
    raise errors.NoFreePort(f"No free port on {host} after 50 attempts: close some programs.")


def remembered(data: DataFolder | Path) -> dict[str, int]:
    """Return the ports picked at the last start on a data folder, empty at the first."""
    path = (data if isinstance(data, Path) else data.root) / "run" / "ports.json"
    try:
        found = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return {str(name): int(port) for name, port in found.items()}


def remember(data: DataFolder, picks: Iterable[Pick]) -> None:
    """Keep the picks for the next start, beside those of other services."""
    known = remembered(data) | {pick.name: pick.port for pick in picks}
    write_private(data.run / "ports.json", json.dumps(known, indent=2) + "\n")


def pick(
    name: str,
    data: DataFolder,
    *,
    wanted: int | None = None,
    host: str = LOOPBACK,
    but: Iterable[int] = (),
) -> Pick:
    """Choose the port of service `name`: wanted, else the last one, else the default, else any.

    Parameters
    ----------
    wanted : int or None
        Given by a person; 0 means "any free one".

    Raises
    ------
    errors.NoFreePort
    """
    taken = set(but)
    if wanted == 0:
        return Pick(name, any_free(host, but=taken))
    first = wanted or DEFAULTS.get(name, 0)
    last = remembered(data).get(name) if wanted is None else None
    for port in filter(None, (last, first)):
        if port not in taken and is_free(port, host) and claim(port):
            return Pick(name, port, busy=_busy(port, first, host))
    return Pick(name, any_free(host, but=taken), busy=first or None)


def _busy(port: int, first: int, host: str) -> int | None:
    """Return the port that was wanted first if somebody else has it."""
    return None if port == first or is_free(first, host) else first
