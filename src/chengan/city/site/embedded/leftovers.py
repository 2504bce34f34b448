"""Processes of a killed supervisor: found by what they hold, and ended before a new start.

After `kill -9` of the supervisor the kernel tells its children to end, but they may take a while,
and where there is no `setpriv` nobody tells them. A process counts as a leftover when its working
folder and name are ours (PostgreSQL, NATS), or when the status file names its pid *and* start time.
A zombie is dead: only its parent has not looked yet.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")


def is_alive(pid: int) -> bool:
    """Say whether process `pid` exists and is not a zombie."""
    state = _stat(pid)
    if state is not None:
        return state[0] not in "ZX"
    if sys.platform == "linux":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def started_at(pid: int) -> int | None:
    """Return the start time of `pid` in clock ticks since boot, or None: tells a reused pid."""
    state = _stat(pid)
    return int(state[19]) if state else None


def _stat(pid: int) -> list[str] | None:
    """Return the fields of /proc/<pid>/stat after the program's name, which may hold anything."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def working_in(folder: Path, program: str) -> list[int]:
    """Return the living processes of `program` (a bare name) whose working folder is `folder`.

    The name is asked too, so that a person's shell that stands in the folder is left alone.
    """
    if not PROC.is_dir() or not folder.exists():
        return []
    wanted = folder.stat()
    found = []
    for entry in PROC.iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and (entry / "comm").read_text().strip() == program:
                here = (entry / "cwd").stat()
                if os.path.samestat(here, wanted) and is_alive(int(entry.name)):
                    found.append(int(entry.name))
    return sorted(found)


def end(pids: Iterable[int], *, signals: Iterable[tuple[signal.Signals, float]]) -> list[int]:
    """End processes that are not our children; return those that were alive.

    Parameters
    ----------
    signals : pairs of (signal, seconds to wait after it), from kind to rough
    """
    alive = [pid for pid in pids if is_alive(pid)]
    left = alive
    for number, patience in signals:
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        left = _wait(left, patience)
        if not left:
            break
    return alive


def _wait(pids: list[int], seconds: float) -> list[int]:
    """Wait until the processes are gone, at most `seconds`; return those that are not."""
    deadline = time.monotonic() + seconds
    while (left := [pid for pid in pids if is_alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left
