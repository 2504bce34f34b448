"""A city of its own for a bench, in a folder that is gone afterwards: nobody's data is touched."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from chengan.city.site import embedded
from chengan.city.site.cli import running
from chengan.city.site.errors import NotRunning

START_S = 180.0
STOP_S = 60.0
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True)
class City:
    """A running city: its folder and the address of its pages."""

    data: Path
    url: str

    def status(self) -> dict[str, dict[str, object]]:
        """Return what its supervisor says of each child (see `embedded.read_status`)."""
        return embedded.read_status(self.data / "run" / "status.json")

    def is_whole(self) -> bool:
        """Say whether every child runs."""
        lines = self.status().values()
        return bool(lines) and all(line["alive"] and line["state"] == "running" for line in lines)

    def wait_whole(self, patience_s: float) -> None:
        """Wait until every child runs.

        Raises
        ------
        NotRunning
            If that takes longer than `patience_s` seconds.
        """
        end = time.monotonic() + patience_s
        while not self.is_whole():
            if time.monotonic() > end:
                raise NotRunning(f"after {patience_s:.0f} s not all runs: {self.status()}")
            time.sleep(0.1)


@contextlib.contextmanager
def throwaway(environment: Mapping[str, str] | None = None) -> Iterator[City]:
    """Start an empty city on free ports, load Django on it, and take all away at the end.

    `environment` holds settings of this city and of this process; all others are left out.

    Raises
    ------
    NotRunning
        If it does not start in time; the message ends with what it printed.
    """
    data = Path(tempfile.mkdtemp(prefix="chengan-bench-"))
    said = data.with_suffix(".out")
    for name in [name for name in os.environ if name.startswith("CHENGAN_")]:
        del os.environ[name]
    os.environ.update(environment or {})
    with said.open("wb") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", "chengan", "up", "--data", str(data), "--port", "0", "--empty"],
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        city = City(data, _address(child, said))
        city.wait_whole(START_S)
        running.adopt(data)
        running.prepare()
        yield city
    finally:
        _end(child)
        shutil.rmtree(data, ignore_errors=True)
        said.unlink(missing_ok=True)


def _address(child: "subprocess.Popen[bytes]", said: Path) -> str:
    end = time.monotonic() + START_S
    while time.monotonic() < end and child.poll() is None:
        found = ADDRESS.search(said.read_text(encoding="utf-8", errors="replace"))
        if found:
            return found.group()
        time.sleep(0.1)
    raise NotRunning(f"the bench's city did not start:\n{said.read_text(errors='replace')[-2000:]}")


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.send_signal(signal.SIGINT)
    try:
        child.wait(STOP_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
