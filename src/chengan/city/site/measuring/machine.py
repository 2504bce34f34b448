"""What a bench's processes take of the machine, and what others take, from /proc."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
TICKS: Final = os.sysconf("SC_CLK_TCK")
IDLE: Final = (3, 4)
"""Columns of /proc/stat: idle, and waiting for a disk."""


def tree(root: int) -> set[int]:
    """`root` and all that descends from it."""
    parents = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit() and (line := _stat(int(folder.name))):
            parents[int(folder.name)] = int(line[1])
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _stat(pid: int) -> list[str]:
    """Fields of a process from its state on; empty when it is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def cpu_s(pids: set[int]) -> float:
    """Seconds of processor time that these processes have taken, their ended children included."""
    lines = [line for line in map(_stat, pids) if line]
    return sum(int(field) for line in lines for field in line[11:15]) / TICKS


def memory_mib(pids: set[int]) -> float:
    """Memory that these processes hold, what they share counted once."""
    kib = 0
    for pid in pids:
        try:
            text = (PROC / str(pid) / "smaps_rollup").read_text()
        except OSError:
            continue
        kib += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return kib / 1024


def busy_s() -> float:
    """Seconds of processor time taken by anybody since the machine started."""
    fields = [int(part) for part in (PROC / "stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(fields) - sum(fields[place] for place in IDLE)) / TICKS


@dataclass(frozen=True)
class Taken:
    """Cores taken on average: by each part, by everybody else; and how many there are."""

    parts: dict[str, float]
    others: float
    cores: int

    @property
    def ours(self) -> float:
        """Cores taken by all parts."""
        return sum(self.parts.values())


class Meter:
    """Measures parts of a bench, each a process with its children, and the bench itself."""

    def __init__(self, parts: dict[str, int]) -> None:
        self.parts = parts
        self.begun, self.busy, self.own = time.monotonic(), busy_s(), time.process_time()
        self.before = {name: cpu_s(tree(pid)) for name, pid in parts.items()}

    def taken(self) -> Taken:
        """What was taken since."""
        passed = time.monotonic() - self.begun
        mine = {
            name: round((cpu_s(tree(pid)) - self.before[name]) / passed, 2)
            for name, pid in self.parts.items()
        }
        mine["bench"] = round((time.process_time() - self.own) / passed, 2)
        others = max(0.0, (busy_s() - self.busy) / passed - sum(mine.values()))
        return Taken(mine, round(others, 2), os.cpu_count() or 1)

    def memory_mib(self) -> dict[str, float]:
        """What each part holds now, the bench itself left out."""
        return {name: round(memory_mib(tree(pid)), 1) for name, pid in self.parts.items()}
