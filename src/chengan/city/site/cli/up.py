"""`chengan up`: the whole city in one command."""

import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import typer

from chengan.city.site import embedded, env
from chengan.city.site.cli import running
from chengan.city.site.cli.steps import Steps
from chengan.city.site.cli.worker import ready_mark

WORKERS = ("bridge", "runner", "risk", "warn", "sweep", "command", "jobs", "replay")
INTERRUPTED = 130
LAST_ANSWERS_S = 5
"""So long the web server may finish answers after it is told to stop; then its worker is killed."""
DATA = typer.Option(None, help="数据目录 · data folder")
PORT = typer.Option(
    embedded.ports.DEFAULTS["web"],
    help="网页端口，被占用则另选 · web port; another is picked when busy",
)
EMPTY = typer.Option(False, "--empty", help="不建样例城市 · no sample city")


def up(data: Path | None = DATA, port: int = PORT, empty: bool = EMPTY) -> None:
    """Start services, migrate, create the sample city on first start, start web and workers."""
    folder = running.data_folder(data)
    steps = Steps()
    typer.echo("城安 Chengan")
    try:
        with (
            steps.interruptible(),
            embedded.start_services(folder, steps, choices()) as services,
        ):
            _run(services, steps, port=port, with_sample=not empty)
    except embedded.EmbeddedError as error:
        steps.refuse(error)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:  # in the middle of the start: what ran is stopped by now
        typer.echo("\n已中断，已全部停止 · interrupted, everything is stopped")
        raise typer.Exit(INTERRUPTED) from None
    typer.echo("已全部停止 · everything is stopped")


def choices(*, fast: bool = False) -> embedded.Choices:
    """Use the servers given by the environment instead of embedded ones."""
    return embedded.Choices(
        database_url=os.environ.get("CHENGAN_DATABASE_URL") or None,
        nats_url=os.environ.get("CHENGAN_NATS_URL") or None,
        nats_system_url=os.environ.get("CHENGAN_NATS_SYSTEM_URL") or None,
        mqtt_host=env.text("CHENGAN_MQTT_HOST", "127.0.0.1"),
        wanted={"mqtt": env.integer("CHENGAN_MQTT_PORT", 1883, low=1, high=65535)}
        if "CHENGAN_MQTT_PORT" in os.environ
        else {},
        fast=fast,
    )


def _run(services: embedded.Services, steps: Steps, *, port: int, with_sample: bool) -> None:
    os.environ.update(services.environment())
    os.environ.setdefault("NUMBA_CACHE_DIR", str(services.data.root / "numba"))
    for pick in services.picks:
        _say_busy(pick)
    accounts = _make_city(services, steps, with_sample=with_sample)
    url = _start_children(services, steps, port=port)
    _welcome(url, accounts)
    services.supervisor.run(on_stop=lambda: typer.echo("\n正在停止 · stopping"))


def _say_busy(pick: embedded.ports.Pick) -> None:
    if pick.busy:
        typer.echo(
            f"    端口 {pick.busy} 被占用，{pick.name} 改用 {pick.port} · "
            f"port {pick.busy} is busy, {pick.name} takes {pick.port}"
        )


def _make_city(
    services: embedded.Services, steps: Steps, *, with_sample: bool
) -> list[tuple[str, str]]:
    steps("migrate", "begun")
    running.prepare()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    from chengan.city.site.foundation.lay import lay

    lay(datetime.now(UTC))
    steps("migrate", "done")
    from chengan.city.site.sample import seed

    accounts = seed.ensure(services.data.root, progress=steps) if with_sample else []
    connection.close()
    return accounts


def _start_children(services: embedded.Services, steps: Steps, *, port: int) -> str:
    pick = embedded.ports.pick("web", services.data, wanted=port)
    embedded.ports.remember(services.data, [pick])
    services.picks.append(pick)
    _say_busy(pick)
    workers = [_worker(services, name) for name in _workers(services.data.root)]
    services.supervisor.start_together([_web(services, pick.port), *workers], steps)
    return f"http://127.0.0.1:{pick.port}/"


def _workers(root: Path) -> list[str]:
    """Give the workers of this city; recordings are played to the sample city only."""
    has_sample = (root / "run" / "sample_accounts.json").exists()
    return [name for name in WORKERS if name != "replay" or has_sample]


def _web(services: embedded.Services, port: int) -> embedded.Program:
    granian = Path(sys.executable).parent / "granian"
    return embedded.Program(
        name="web",
        argv=[
            str(granian) if granian.exists() else shutil.which("granian") or "granian",
            "--interface", "asginl", "--host", "127.0.0.1", "--port", str(port),
            "--workers", "1", "--no-ws", "--respawn-failed-workers",
            "--workers-kill-timeout", str(LAST_ANSWERS_S),
            "chengan.city.site.asgi:application",
        ],
        log=services.data.log / "web.log",
        env=services.environment(),
        ready=lambda: embedded.listens("127.0.0.1", port),
    )  # fmt: skip


def _worker(services: embedded.Services, name: str) -> embedded.Program:
    mark = ready_mark(services.data.root, name)
    return embedded.Program(
        name=name,
        argv=[sys.executable, "-m", "chengan", "worker", name, "--data", str(services.data.root)],
        log=services.data.log / f"{name}.log",
        env=services.environment(),
        before=lambda: mark.unlink(missing_ok=True),
        ready=mark.exists,
    )


def _welcome(url: str, accounts: list[tuple[str, str]]) -> None:
    typer.echo(f"\n  城安已启动 · Chengan is up:  {url}\n")
    if accounts:
        typer.echo("  样例账号 · sample accounts (用户名 name / 密码 password):")
        for name, password in accounts:
            typer.echo(f"    {name:<20} {password}")
    typer.echo("\n  Ctrl-C 停止 · Ctrl-C stops\n")
