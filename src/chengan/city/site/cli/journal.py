"""`chengan journal verify`: proves that no fact was changed, lost or moved."""

from pathlib import Path

import typer

from chengan.city.site.cli import running

app = typer.Typer(help="事实日志 · The journal of facts.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Keep `verify` a word of its own."""


@app.command(help="核验哈希链 · Verify the hash chain and name every broken entry.")
def verify(data: Path | None = typer.Option(None, help="数据目录 · data folder")) -> None:
    """Verify the chain; exit 1 and name each fault when it is broken."""
    running.connect(data)
    from chengan.city.journal import api as journal_api

    faults = journal_api.verify()
    for fault in faults:
        typer.echo(str(fault), err=True)
    if faults:
        raise typer.Exit(1)
    typer.echo("日志完整 · the chain is whole")
