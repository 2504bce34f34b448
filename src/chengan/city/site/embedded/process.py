"""One child process: how it is started, asked whether it is ready, and ended.

Each child leads a session of its own, so that Ctrl-C in the terminal reaches the supervisor only,
and on Linux the kernel ends it when the thread that started it ends (`setpriv --pdeathsig`; start
children from a thread that lives as long as they shall).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import errors

LARGEST_LOG = 16 << 20
OLD_LOGS = 3


@dataclass(frozen=True)
class Account:
    """The unprivileged account that a child runs as."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Program:
    """How to run one child.

    Parameters
    ----------
    name : str
        Short and unique; the log is `<name>.log`.
    argv : sequence of str
    log : Path
        The child's output and errors are appended here.
    env : mapping or None
        Added to the supervisor's own environment.
    cwd : Path or None
        Entered before privileges are dropped, so that the account need not reach it by path.
    account : Account or None
        None keeps the supervisor's own.
    ready : callable or None
        Says, without waiting long, whether the child does its work; None: once it runs.
    ready_within, stop_within : float, seconds
    stop_signal, orphan_signal : signal
        Sent to end it; sent by the kernel when the supervisor died.
    before : callable or None
        Called before each start, for example to clear away what a killed one left.
    """

    name: str
    argv: Sequence[str]
    log: Path
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    account: Account | None = None
    ready: Callable[[], bool] | None = None
    ready_within: float = 60.0
    stop_within: float = 20.0
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGTERM
    before: Callable[[], object] | None = None


@dataclass
class Child:
    """A program and its present process, if it has one."""

    program: Program
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    is_asked: bool = False
    """Whether the present process was told to end."""

    @property
    def pid(self) -> int | None:
        """Process id of the running child, or None."""
        return self.process.pid if self.process and self.process.poll() is None else None

    def spawn(self) -> None:
        """Start the process without waiting for it to be ready.

        Raises
        ------
        errors.ProgramMissing
            If there is no such program, or the account may not run it.
        """
        if self.program.before:
            self.program.before()
        rotate(self.program.log)
        with self.program.log.open("ab") as log:
            self.process = launch(self.program, log.fileno())
        self.is_asked = False

    def is_ready(self) -> bool:
        """Say whether the child runs and does its work."""
        if self.pid is None:
            return False
        return self.program.ready is None or self.program.ready()

    def wait_ready(self) -> None:
        """Return once the child is ready.

        Raises
        ------
        errors.StartFailed
            If it ended, or its time ran out (it is then stopped); holds the end of its log.
        """
        deadline = time.monotonic() + self.program.ready_within
        pause = 0.01
        while not self.is_ready():
            if self.pid is None:
                raise errors.StartFailed(self._complaint(f"ended with code {self.exit_code}"))
            if time.monotonic() > deadline:
                self.stop()
                limit = f"was not ready within {self.program.ready_within:g} s"
                raise errors.StartFailed(self._complaint(limit))
            time.sleep(pause)
            pause = min(pause * 1.5, 0.25)

    @property
    def exit_code(self) -> int | None:
        """How the last process ended (minus the signal number if by one); None while it runs."""
        return self.process.poll() if self.process else None

    def _complaint(self, what: str) -> str:
        tail = log_tail(self.program.log)
        return f"{self.program.name} {what}. Its log {self.program.log} ends:\n{tail}"

    def ask_to_end(self) -> None:
        """Tell the child to end, without waiting; twice is as good as once."""
        if self.pid is not None and self.process is not None and not self.is_asked:
            self.process.send_signal(self.program.stop_signal)
            self.is_asked = True

    def stop(self) -> bool:
        """End the child; True if it ended by itself within its limit, False if it was killed."""
        if self.pid is None or self.process is None:
            return True
        self.ask_to_end()
        try:
            self.process.wait(self.program.stop_within)
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        return True

    def kill(self) -> None:
        """End the child and what it started, at once, and wait until it is gone."""
        self.strike()
        if self.process is not None:
            self.process.wait()

    def strike(self) -> None:
        """Kill the child and its group without waiting; good inside a signal handler."""
        if self.process is not None and self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def sweep(self) -> None:
        """Kill what an ended child left in its group, so that nothing serves in its place."""
        if self.process is not None and self.process.poll() is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def launch(program: Program, output: int) -> subprocess.Popen[bytes]:
    """Start `program` with its output to the file descriptor `output`.

    Raises
    ------
    errors.ProgramMissing
    """
    argv = [*_dying_with_us(program.orphan_signal), *program.argv]
    try:
        return subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=program.cwd,
            env=os.environ | dict(program.env or {}),
            start_new_session=True,
            **identity(program.account),
        )
    except OSError as error:
        raise errors.ProgramMissing(
            f"{program.name} cannot be started: {argv[0]} ({error.strerror})."
        ) from error


def identity(account: Account | None) -> dict[str, Any]:
    """Return the arguments of `subprocess` that run a child as `account`, with no other group."""
    if account is None or account.uid == os.geteuid():
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def _dying_with_us(orphan_signal: signal.Signals) -> list[str]:
    """Return the command that ties a child's life to ours, nothing where the system has none.

    The kernel tells nobody of a parent that died before the tie was made, so the child looks once
    more who its parent is before it becomes the program.
    """
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    if setpriv is None:
        return []
    tie = [setpriv, "--pdeathsig", orphan_signal.name.removeprefix("SIG")]
    return [*tie, "/bin/sh", "-c", 'test "$PPID" = "$0" && exec "$@"', str(os.getpid())]


def rotate(log: Path, *, largest: int = LARGEST_LOG, keep: int = OLD_LOGS) -> bool:
    """Move a log of `largest` bytes or more aside, keeping `keep` old ones; say whether it was.

    The file is copied and emptied, never renamed: a running child goes on appending to it.
    """
    if not log.exists() or log.stat().st_size < largest:
        return False
    for number in range(keep - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    shutil.copyfile(log, log.with_name(f"{log.name}.1"))
    os.truncate(log, 0)
    return True


def log_tail(log: Path, lines: int = 12) -> str:
    """Return the last lines of a log, for an error message."""
    if not log.exists():
        return "(empty)"
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8192))
        text = file.read().decode(errors="replace")
    return "\n".join(text.splitlines()[-lines:]) or "(empty)"
