"""Keeps the children of one city running: starts them in order, restarts what dies, ends them."""

from __future__ import annotations

import contextlib
import json
import signal
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from . import errors, leftovers, process
from .folders import write_private

DELAYS = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
STEADY = 10.0
ROUGH_END = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))


@dataclass
class Charge:
    """A child in the supervisor's care.

    `turn` is shared by those that started together; `failures` counts ends in a row, `restarts` all
    of them; `due` is the monotonic second of the
    next start, `began` of the last one, `since` the UTC second at which `state` was entered.
    """

    child: process.Child
    turn: int = 0
    state: str = "stopped"
    restarts: int = 0
    failures: int = 0
    due: float = 0.0
    began: float = 0.0
    since: float = 0.0


class Supervisor:
    """Children in the order of their start; one thread owns it and calls it.

    Parameters
    ----------
    status : Path
        Kept up to date for `chengan doctor`: pid, state, restarts, since.
    clock, wall : callables returning monotonic and UTC seconds
    on_change : callable or None
        Told `(name, state, detail)` whenever a child's state changes.
    """

    def __init__(
        self,
        status: Path,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        on_change: Callable[[str, str, str], None] | None = None,
    ) -> None:
        self.status = status
        self.clock = clock
        self.wall = wall
        self.on_change = on_change
        self.charges: dict[str, Charge] = {}
        self.stop_requested = threading.Event()

    def start(self, program: process.Program) -> None:
        """Start a child, wait until it is ready, and look after it from now on.

        Raises
        ------
        errors.StartFailed, errors.ProgramMissing
        """
        self.start_together([program])

    def start_together(
        self,
        programs: Sequence[process.Program],
        progress: Callable[[str, str], None] = lambda _name, _state: None,
    ) -> None:
        """Start children that don't wait for each other; on return all are ready.

        `progress` is told each name with `begun` and `done`, in their order; errors as `start`:
        then none of them runs.
        """
        turn = len(self.charges)
        charges = [Charge(process.Child(program), turn) for program in programs]
        self.charges |= {charge.child.program.name: charge for charge in charges}
        try:
            for charge in charges:
                self._spawn(charge)
            for charge in charges:
                progress(charge.child.program.name, "begun")
                charge.child.wait_ready()
                self._enter(charge, "running")
                progress(charge.child.program.name, "done")
        except BaseException:
            for charge in charges:
                charge.child.kill()
                self._enter(charge, "failed")
            raise

    def _spawn(self, charge: Charge) -> None:
        charge.began = self.clock()
        charge.child.spawn()
        self._enter(charge, "starting")

    def _enter(self, charge: Charge, state: str, detail: str = "") -> None:
        charge.state, charge.since = state, self.wall()
        self.write_status()
        if self.on_change:
            self.on_change(charge.child.program.name, state, detail)

    def tick(self) -> None:
        """Look at each child once: restart what died and is due, note what became ready."""
        for charge in self.charges.values():
            if charge.state in ("starting", "running") and charge.child.pid is None:
                self._mourn(charge)
            if charge.state == "waiting" and self.clock() >= charge.due:
                self._restart(charge)
            elif charge.state == "starting" and _answers(charge):
                self._enter(charge, "running")
            process.rotate(charge.child.program.log)

    def _mourn(self, charge: Charge) -> None:
        """Set the time of the next start: at once first, later and later if it keeps dying."""
        charge.child.sweep()
        ran = self.clock() - charge.began
        charge.failures = 1 if ran >= STEADY else charge.failures + 1
        delay = DELAYS[min(charge.failures, len(DELAYS)) - 1]
        charge.due = self.clock() + delay
        self._enter(charge, "waiting", f"ended with code {charge.child.exit_code}")

    def _restart(self, charge: Charge) -> None:
        charge.restarts += 1
        try:
            self._spawn(charge)
        except (OSError, errors.EmbeddedError) as error:
            charge.failures += 1
            charge.due = self.clock() + DELAYS[min(charge.failures, len(DELAYS)) - 1]
            self._enter(charge, "waiting", str(error))

    def revive(self, name: str) -> None:
        """Start a child that died now, out of its turn, and wait until it is ready.

        Raises
        ------
        errors.StartFailed, errors.ProgramMissing
        """
        charge = self.charges[name]
        if charge.child.pid is None:
            charge.child.sweep()
            charge.restarts += 1
            self._spawn(charge)
        charge.child.wait_ready()
        self._enter(charge, "running")

    def run(self, *, every: float = 0.1, on_stop: Callable[[], None] = lambda: None) -> None:
        """Look after the children until `stop_requested` (set by SIGINT, SIGTERM), then end them.

        Parameters
        ----------
        every : float, seconds between two looks
        on_stop : called once, before the children are ended
        """
        with self.stopping_on_signals():
            while not self.stop_requested.wait(every):
                self.tick()
            on_stop()
            self.stop()

    @contextlib.contextmanager
    def stopping_on_signals(self) -> Iterator[None]:
        """Let SIGINT and SIGTERM request the stop, and a second one kill without waiting.

        Only the main thread hears signals: in another one nothing changes.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def ask(_number: int, _frame: FrameType | None) -> None:
            if self.stop_requested.is_set():
                self.strike()
            self.stop_requested.set()

        before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, action in before.items():
                signal.signal(number, action)

    def stop(self) -> list[str]:
        """End the children, last started first, what started together side by side.

        Returns the names of those that had to be killed.
        """
        killed = []
        for name in reversed(self.charges):
            for other in self.charges.values():
                if other.turn == self.charges[name].turn:
                    other.child.ask_to_end()
            if not self.stop_one(name):
                killed.append(name)
        return killed

    def stop_one(self, name: str) -> bool:
        """End one child for good; False if it had to be killed."""
        charge = self.charges[name]
        if charge.child.pid is not None:
            self._enter(charge, "stopping")
        kindly = charge.child.stop()
        self._enter(charge, "stopped")
        return kindly

    def strike(self) -> None:
        """Kill all children without waiting; `stop` then finds them dead."""
        for charge in self.charges.values():
            charge.child.strike()

    def write_status(self) -> None:
        """Write what each child does to the status file."""
        write_private(self.status, json.dumps(self.report(), indent=2) + "\n")

    def report(self) -> dict[str, dict[str, object]]:
        """Return, by name: pid, ticks (its start since boot), state, restarts, since (UTC ISO)."""
        return {name: _line(charge) for name, charge in self.charges.items()}


def _answers(charge: Charge) -> bool:
    """Say whether a restarted child is ready; one that will never be is simply not ready."""
    with contextlib.suppress(errors.EmbeddedError):
        return charge.child.is_ready()
    return False


def _line(charge: Charge) -> dict[str, object]:
    pid = charge.child.pid
    return {
        "pid": pid,
        "ticks": leftovers.started_at(pid) if pid else None,
        "state": charge.state,
        "restarts": charge.restarts,
        "since": datetime.fromtimestamp(charge.since, UTC).isoformat(timespec="seconds"),
    }


def read_status(status: Path) -> dict[str, dict[str, Any]]:
    """Return the last written status by name, with `alive` added; empty when there is none."""
    try:
        found: dict[str, dict[str, Any]] = json.loads(status.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    for line in found.values():
        line["alive"] = _is_same(line)
    return found


def _is_same(line: dict[str, Any]) -> bool:
    """Say whether the noted process still lives, and is not another one with its number."""
    pid = line.get("pid")
    if not pid or not leftovers.is_alive(pid):
        return False
    return bool(leftovers.started_at(pid) == line.get("ticks"))


def end_leftovers(status: Path, *, but: Collection[str] = ()) -> list[str]:
    """End what a killed supervisor left running; return the names, last started first.

    Parameters
    ----------
    but : names that end in a way of their own
    """
    noted = read_status(status).items()
    found = {name: line for name, line in noted if line["alive"] and name not in but}
    for line in reversed(found.values()):
        leftovers.end([line["pid"]], signals=ROUGH_END)
    return list(reversed(found))
