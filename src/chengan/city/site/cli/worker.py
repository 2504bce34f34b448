"""`chengan worker NAME`: one long-running part of the city, started by the supervisor."""

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import typer

from chengan.city.site.cli import running


def _bridge(stop: threading.Event) -> None:
    from chengan.city.hub import api as hub

    hub.run_bridge(stop)


def _runner(stop: threading.Event) -> None:
    from chengan.city.sense import api as sense

    sense.run_runner(stop)


def _warn(stop: threading.Event) -> None:
    from chengan.city.warn import api as warn

    warn.run_warn(stop)


def _command(stop: threading.Event) -> None:
    from chengan.city.close import api as close
    from chengan.city.command import api as command

    # Both sweep deadlines now and then: one process is enough, and saves the other's memory.
    beside = threading.Thread(target=close.run_close, args=(stop,), name="close")
    beside.start()
    command.run_command(stop)
    beside.join()


def _risk(stop: threading.Event) -> None:
    from chengan.city.assess import api as assess

    assess.run_risk(stop)


def _sweep(stop: threading.Event) -> None:
    from chengan.city.warn import api as warn

    warn.run_sweeper(stop)


def _jobs(_stop: threading.Event) -> None:
    from chengan.city.site.cli import queues

    queues.run()


def _replay(stop: threading.Event) -> None:
    from chengan.city.site.sample import play

    play.run_replay(stop)


WORKERS: dict[str, Callable[[threading.Event], None]] = {
    "bridge": _bridge,
    "runner": _runner,
    "risk": _risk,
    "warn": _warn,
    "command": _command,
    "sweep": _sweep,
    "jobs": _jobs,
    "replay": _replay,
}


def _warm_runner() -> None:
    from chengan.core.stream.warm import warm_up

    warm_up()


PREPARE: dict[str, Callable[[], None]] = {"runner": _warm_runner}
"""What a worker does before it counts as ready."""


def ready_mark(root: Path, name: str) -> Path:
    """The file that says that worker `name` has begun its work."""
    return root / "run" / f"{name}.ready"


def worker(name: str, data: Path | None = typer.Option(None)) -> None:
    """Run one worker until it is told to stop."""
    if name not in WORKERS:
        raise typer.BadParameter(f"{name}: use one of {', '.join(WORKERS)}")
    root = running.connect(data)
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    if name != "jobs":
        signal.signal(signal.SIGTERM, ask)
        signal.signal(signal.SIGINT, ask)
    PREPARE.get(name, lambda: None)()
    mark = ready_mark(root, name)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    WORKERS[name](stop)
