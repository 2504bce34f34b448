"""`chengan detect FILE.csv`: the monitoring core over anybody's table."""

import csv
import sys
from pathlib import Path
from typing import Any, TextIO

import typer
from rich.console import Console
from rich.progress import Progress


def detect(
    file: Path = typer.Argument(exists=True, dir_okay=False, help="宽表 · wide table"),
    learn: Path | None = typer.Option(
        None, exists=True, dir_okay=False, help="正常数据 · rows taken as normal"
    ),
    time: str | None = typer.Option(None, help="时间列 · time column"),
    out: Path | None = typer.Option(None, help="结果文件 · result file"),
    quiet: bool = typer.Option(False, help="不列出报警 · do not list the alarms"),
) -> None:
    """Score every row: time, score, alarm, and a score for each column; nothing looks ahead."""
    from chengan.city.site.wide.errors import NoTable
    from chengan.city.site.wide.table import Table

    try:
        table = Table(file, time)
        normal = Table(learn, time) if learn else None
        with out.open("w", encoding="utf-8", newline="") if out else sys.stdout as target:
            told = _written(table, normal, target)
    except NoTable as error:
        typer.echo(f"✗ {error}", err=True)
        raise typer.Exit(2) from error
    for label, opened in (("", table), ("--learn: ", normal)):
        for line in opened.warned.lines() if opened else []:
            typer.echo(f"! {label}{line}", err=True)
    for sentence in [] if quiet else told:
        typer.echo(f"▲ {sentence}", err=True)


def _written(table: Any, normal: Any, target: TextIO) -> list[str]:
    """Write the rows as they are judged; give the alarms' sentences."""
    from chengan.city.site.wide import judging, telling

    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(["time", "score", "alarm", *(f"score.{name}" for name in table.series)])
    told = []
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(table.path.name, total=None)
        for part in telling.alarms(judging.judged(table, normal), table.series):
            if isinstance(part, telling.Alarm):
                told.append(part.sentence())
                continue
            for k, text in enumerate(part.rows.texts):
                each = (f"{score:.6f}" for score in part.each[k])
                writer.writerow([text, f"{part.score[k]:.6f}", int(part.alarm[k]), *each])
            bar.advance(task, len(part.rows.texts))
    return told
