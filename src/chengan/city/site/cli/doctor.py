"""`chengan doctor`: examines the city, and says what to do about each fault."""

import asyncio
import importlib.metadata
import json
import os
import platform
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import typer

from chengan.city.site import embedded
from chengan.city.site.cli import running
from chengan.city.site.errors import NotRunning

LEAST_FREE = 1 << 30
MUCH = 4 << 30
PARTS = ("django", "psycopg", "nats-py", "granian", "duckdb", "pyarrow", "numpy", "numba")


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `advice` is empty when it is well."""

    name: str
    seen: str
    advice: str = ""

    def line(self) -> str:
        """Give the finding as people read it."""
        sign = "✗" if self.advice else "✓"
        tail = f"\n      → {self.advice}" if self.advice else ""
        return f"  {sign} {self.name}: {self.seen}{tail}"


def versions() -> Iterator[Finding]:
    """Python and the libraries that carry the product."""
    version = platform.python_version()
    fits = "3.11" <= version[:4] <= "3.13"
    yield Finding("Python", version, "" if fits else "请用 3.11–3.13 · use Python 3.11 to 3.13")
    for part in PARTS:
        yield Finding(part, importlib.metadata.version(part))


def disk(folder: Path) -> Finding:
    """Room on the data folder's disk."""
    place = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(place).free
    advice = (
        ""
        if free > LEAST_FREE
        else "清理磁盘或换数据目录 · free some space or move the data folder"
    )
    return Finding("磁盘 disk", f"{free / 1e9:.1f} GB free, {folder}", advice)


def children(folder: Path) -> Iterator[Finding]:
    """Each child of the supervisor: does it live, how often did it start again."""
    status = embedded.read_status(folder / "run" / "status.json")
    if not status:
        yield Finding("进程 processes", "none", "执行 chengan up · run `chengan up`")
    for name, line in status.items():
        fine = line["alive"] and line["state"] == "running"
        log = folder / "log" / f"{name}.log"
        advice = "" if fine else f"看日志 · read {log}"
        yield Finding(name, f"{line['state']}, restarts {line['restarts']}", advice)


def database() -> Iterator[Finding]:
    """PostgreSQL: does it answer, and does its clock agree with ours."""
    url = os.environ.get("CHENGAN_DATABASE_URL", "")
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            said = connection.execute("select version(), extract(epoch from now())")
            version, clock = said.fetchone() or ("", 0)
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        yield Finding("PostgreSQL", reason, "执行 chengan up，或查 CHENGAN_DATABASE_URL · start it")
        return
    yield Finding("PostgreSQL", str(version).split(",")[0])
    apart = abs(float(clock) - time.time())
    advice = "" if apart < 2 else "对时（NTP） · synchronise the clocks (NTP)"
    yield Finding("时钟 clock", f"{apart:.2f} s apart from the database", advice)


def log() -> Iterator[Finding]:
    """NATS: does JetStream answer, and what does each of its streams hold."""
    import nats

    async def ask() -> list[tuple[str, int, int]]:
        url = os.environ.get("CHENGAN_NATS_URL", "")
        connection = await nats.connect(url, connect_timeout=5, allow_reconnect=False)
        found = await connection.jetstream().streams_info()
        await connection.close()
        return [(str(each.config.name), each.state.messages, each.state.bytes) for each in found]

    try:
        streams = asyncio.run(ask())
    except (OSError, nats.errors.Error, TimeoutError) as error:
        yield Finding("NATS", repr(error), "执行 chengan up，或查 CHENGAN_NATS_URL · start it")
        return
    yield Finding("NATS", f"JetStream, {len(streams)} streams")
    for name, messages, size in sorted(streams):
        advice = "" if size < MUCH else "读取端可能落后 · is the runner behind? read its log"
        yield Finding(f"NATS {name}", f"{messages} messages, {size / 1e6:.1f} MB", advice)


def doctor(
    data: Path | None = typer.Option(None, help="数据目录 · data folder"),
    as_json: bool = typer.Option(False, "--json", help="以 JSON 输出 · as one JSON object"),
) -> None:
    """Print every finding; exit 1 if there is a fault."""
    folder = running.data_folder(data)
    findings = [*versions(), disk(folder), *children(folder)]
    try:
        running.adopt(folder)
    except NotRunning as error:
        findings.append(Finding("城市 city", str(error), "chengan up"))
    else:
        findings += [*database(), *log()]
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in findings], ensure_ascii=False))
    else:
        typer.echo(f"chengan doctor  {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
        for finding in findings:
            typer.echo(finding.line())
    if any(finding.advice for finding in findings):
        raise typer.Exit(1)
