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
from chengan.city.site.embedded import environment_of
from chengan.city.site.embedded.folders import FORMAT
from chengan.city.site.embedded.postgres import OLDEST_SERVER
from chengan.city.site.errors import NotRunning

LEAST_FREE = 1 << 30
MUCH = 4 << 30
DAY_S = 86400
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


def data_version(folder: Path) -> Iterator[Finding]:
    """Whether this program may work on the data folder."""
    mark = folder / "VERSION"
    if mark.exists():
        found = mark.read_text(encoding="utf-8").strip()
        advice = "用写入它的版本备份后恢复 · back it up with the version that made it, restore here"
        yield Finding("数据格式 data format", found, "" if found == str(FORMAT) else advice)


def ports(folder: Path) -> Iterator[Finding]:
    """Each port of the city: does somebody listen there; without a city, could it be had."""
    mine = embedded.read_status(folder / "run" / "status.json") if environment_of(folder) else {}
    kept = embedded.ports.DEFAULTS | embedded.ports.remembered(folder)
    for name, port in kept.items():
        child = "nats" if name in {"mqtt", "monitor"} else name
        answers = embedded.listens(embedded.ports.LOOPBACK, port)
        title = f"端口 port {name} {port}"
        if child in mine and not answers:
            log = folder / "log" / f"{child}.log"
            yield Finding(title, "silent", f"无人监听，看日志 · nobody listens, read {log}")
        elif child in mine:
            yield Finding(title, "listens")
        elif not mine:  # no fault when busy: `up` takes another one and says so
            yield Finding(title, "busy, another will be picked" if answers else "free")


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
            number = connection.info.server_version
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        yield Finding("PostgreSQL", reason, "执行 chengan up，或查 CHENGAN_DATABASE_URL · start it")
        return
    old = "" if number >= OLDEST_SERVER else "请升级到 15 或更新 · use PostgreSQL 15 or newer"
    yield Finding("PostgreSQL", str(version).split(",")[0], old)
    apart = abs(float(clock) - time.time())
    advice = "" if apart < 2 else "对时（NTP） · synchronise the clocks (NTP)"
    yield Finding("时钟 clock", f"{apart:.2f} s apart from the database", advice)


def own_clock() -> Finding:
    """The clock of this machine: it can't be earlier than the program's own files."""
    now, made = time.time(), Path(__file__).stat().st_mtime
    behind = made - now > DAY_S
    advice = "时钟落后，请对时（NTP） · the clock is behind: synchronise it (NTP)" if behind else ""
    return Finding(
        "本机时钟 own clock", f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M:%S} UTC", advice
    )


def log() -> Iterator[Finding]:
    """NATS: does JetStream answer, and what does each of its streams hold."""
    import nats

    async def ask() -> list[tuple[str, int, int]]:
        url = os.environ.get("CHENGAN_NATS_URL", "")
        connection = await nats.connect(
            url.split(","), connect_timeout=5, max_reconnect_attempts=1, reconnect_time_wait=0
        )
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
    findings = [*versions(), *data_version(folder), disk(folder)]
    findings += [own_clock(), *children(folder), *ports(folder)]
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
