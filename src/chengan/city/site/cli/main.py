"""The commands, one line each; every command lives in a module of its own."""

import typer

from chengan import __version__
from chengan.city.site.cli import (
    backtest,
    backup,
    bench,
    detect,
    doctor,
    gateway,
    importing,
    journal,
    replay,
    up,
    user,
    worker,
)

app = typer.Typer(
    name="chengan",
    help="城安：城市安全操作平台 · Chengan: a city's safety platform. "
    "退出码 Exit codes: 0 好 fine, 1 有故障 faults found, "
    "2 用法错误 wrong usage, 3 未运行 not running.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("up", help="启动整座城市 · Start the whole city.")(up.up)
app.command("doctor", help="检查并给出处理办法 · Examine, and say what to do about each fault.")(
    doctor.doctor
)
app.add_typer(importing.app, name="import")
app.command("replay", help="回放记录 · Play a recording into the city.")(replay.replay)
app.command("detect", help="检测任意表格 · Judge anybody's table of series.")(detect.detect)
app.command("backtest", help="限值回测 · Try limits on stored history.")(backtest.backtest)
app.command("gateway", help="边缘网关：攒批续传 · Edge gateway: batch, keep, send.")(
    gateway.gateway
)
app.command("bench", help="测量 · Measure; the last line is one JSON object.")(bench.bench)
app.command("backup", help="备份到一个文件 · Write everything to one file.")(backup.backup)
app.command("restore", help="从备份恢复 · Bring a backup back.")(backup.restore)
app.add_typer(user.app, name="user")
app.add_typer(journal.app, name="journal")
app.command("worker", hidden=True)(worker.worker)


@app.callback(invoke_without_command=True)
def version(
    show: bool = typer.Option(False, "--version", help="版本 · Show the version."),
) -> None:
    """Show the version when asked."""
    if show:
        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """Run the command line."""
    app()
