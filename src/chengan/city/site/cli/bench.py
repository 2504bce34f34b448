"""`chengan bench NAME`: measures one thing; the last line is one JSON object."""

import contextlib
import importlib
import json
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress

from chengan.city.site import benches
from chengan.city.site.cli import running
from chengan.city.site.measuring import city

OWN_CITY = {"digest", "escalation", "ingest", "kill", "latency", "storm", "takeover", "viewers"}
"""Benches that must not touch the running city, and need none."""
NO_CITY = {"core", "detect", "qra", "towns", "validate"}
"""Benches of the sciences alone; `--data` is the folder that they read."""
RECORDINGS = {"detect", "validate"}
"""Benches of recordings that are not part of the product."""
WELLS = 200
"""Monitored objects of a city that is started for one bench."""
NO_DATABASE = {"siting"}
"""Benches of the product's code that read and write nothing."""


def names() -> list[str]:
    """Every bench there is, as it is called on the command line."""
    found = pkgutil.iter_modules(benches.__path__)
    return sorted(module.name.replace("_", "-") for module in found)


def options_of(words: list[str]) -> dict[str, str]:
    """Turn `key=value` words into a dictionary.

    Raises
    ------
    typer.BadParameter
        If a word has no `=`.
    """
    for word in words:
        if "=" not in word:
            raise typer.BadParameter(f"{word}: write options as name=value")
    return dict(word.split("=", 1) for word in words)


def has_own_city(name: str) -> bool:
    """Say whether a bench starts a throwaway city instead of working on the running one."""
    return name in OWN_CITY


def bench(
    name: str = typer.Argument(help="测量名 · which one"),
    options: list[str] = typer.Argument(None, help="名=值 · name=value"),
    data: Path | None = typer.Option(None, help="数据目录 · data folder"),
) -> None:
    """Run a bench with a progress bar; print its figures as JSON."""
    if name not in names():
        raise typer.BadParameter(f"{name}: use one of {', '.join(names())}")
    told = options_of(options or [])
    if data is not None and name in NO_CITY:
        told.setdefault("data", str(data))
    if name in RECORDINGS and "data" not in told:
        raise typer.BadParameter(f"{name}: give the folder of the recordings with --data")
    with _place(name, data), Progress(console=Console(stderr=True)) as bar:
        module = importlib.import_module(f"{benches.__name__}.{name.replace('-', '_')}")
        task = bar.add_task(name, total=1.0)

        def progress(share: float, note: str = "") -> None:
            bar.update(task, completed=share, description=f"{name} {note}")

        figures = module.run(told, progress)
    typer.echo(json.dumps(figures))


@contextlib.contextmanager
def _place(name: str, data: Path | None) -> Iterator[None]:
    """Make ready what a bench works on: the running city, or where none runs, one for it alone."""
    if name in NO_DATABASE:
        running.prepare()
    elif not has_own_city(name) and name not in NO_CITY:
        if data is None and not running.is_known():
            with city.throwaway():
                from chengan.city.site.measuring import ground

                ground.lay(WELLS, datetime.now(UTC))
                ground.lay_analyst(datetime.now(UTC))
                yield
            return
        running.connect(data)
    yield
