"""Shows the steps of a start in both languages, one line each."""

import contextlib
import signal
import time
from collections.abc import Iterator
from types import FrameType

import typer

from chengan.city.site import embedded
from chengan.city.site.embedded import errors

WORDS = {
    "folder": ("数据目录", "data folder"),
    "leftovers": ("清理上次残留", "clearing what was left"),
    "ports": ("端口", "ports"),
    "database": ("创建数据库（仅首次）", "making the database (first time only)"),
    "postgres": ("启动 PostgreSQL", "starting PostgreSQL"),
    "given_postgres": ("使用给定的 PostgreSQL", "using the given PostgreSQL"),
    "given_nats": ("使用给定的 NATS", "using the given NATS"),
    "nats": ("启动 NATS", "starting NATS"),
    "mqtt": ("打开 MQTT", "opening MQTT"),
    "migrate": ("数据库结构", "database structure"),
    "sample": ("建立样例城市（样例数据）", "building the sample city (sample data)"),
    "web": ("启动网页", "starting the web"),
    "bridge": ("启动 MQTT 接入", "starting the MQTT bridge"),
    "runner": ("启动监测核心", "starting the monitoring core"),
    "risk": ("启动风险研判", "starting the risk register"),
    "warn": ("启动预警", "starting warnings"),
    "command": ("启动指挥", "starting command"),
    "sweep": ("启动时限与送达", "starting deadlines and deliveries"),
    "jobs": ("启动后台任务", "starting background jobs"),
    "replay": ("回放真实记录", "replaying real recordings"),
}
REFUSALS: dict[type[embedded.EmbeddedError], str] = {
    errors.DiskFull: "磁盘空间不足",
    errors.OtherVersion: "数据目录属于另一版本",
    errors.AlreadyRunning: "数据目录正被另一进程使用",
    errors.NotWritable: "数据目录不可写",
    errors.NoFreePort: "没有可用端口",
    errors.ProgramMissing: "缺少服务程序",
    errors.StartFailed: "服务未能启动",
}
SIGNS = {"begun": "…", "done": "✓", "failed": "✗"}


class Steps:
    """Prints each step when it begins and how long it took; callable as `progress`.

    Ctrl-C ends a start at once, or at the next step where a library took no notice of it.
    """

    def __init__(self) -> None:
        self.began: dict[str, float] = {}
        self.is_interrupted = False

    @contextlib.contextmanager
    def interruptible(self) -> Iterator[None]:
        """Remember a Ctrl-C while this lasts: in a callback or while imports run it may be lost."""
        before = signal.signal(signal.SIGINT, self._interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        self.is_interrupted = True
        raise KeyboardInterrupt

    def refuse(self, error: embedded.EmbeddedError) -> None:
        """Say why the start is refused, once, to stderr."""
        chinese = next((text for kind, text in REFUSALS.items() if isinstance(error, kind)), "")
        typer.echo(f"✗ {chinese or '启动失败'} · {error}", err=True)

    def __call__(self, step: str, state: str, detail: str = "") -> None:
        """Print one line for `step` entering `state`.

        Raises
        ------
        KeyboardInterrupt
            If it was pressed before and nobody heard it.
        """
        if self.is_interrupted:
            raise KeyboardInterrupt
        chinese, english = WORDS.get(step, (step, step))
        if state == "begun":
            self.began[step] = time.monotonic()
            typer.echo(f"  {SIGNS[state]} {chinese} · {english}")
            return
        took = time.monotonic() - self.began.get(step, time.monotonic())
        note = f"  {detail}" if detail and state != "failed" else ""
        typer.echo(f"  {SIGNS.get(state, state)} {chinese} · {english}  {took:.1f} s{note}")
