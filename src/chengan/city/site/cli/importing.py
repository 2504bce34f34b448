"""`chengan import`: objects and past readings from files."""

from difflib import get_close_matches
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress

from chengan.city.site.cli import import_places, running

app = typer.Typer(help="导入文件 · Import files.", no_args_is_help=True)
DATA = typer.Option(None, help="数据目录 · data folder")


@app.callback()
def group() -> None:
    """Keep the kinds of import words of their own."""


@app.command("readings", help="导入历史读数（CSV、Parquet） · Import past readings.")
def readings(
    file: Path = typer.Argument(exists=True, dir_okay=False, help="读数文件 · file of readings"),
    source: str = typer.Option(..., help="数据源代码 · source key"),
    evaluate: bool = typer.Option(False, help="同时按规则判断 · judge them by the rules too"),
    data: Path | None = DATA,
) -> None:
    """Send a file's readings to the log; what is wrong in them goes to the quarantine."""
    running.connect(data)
    from chengan.city.site.readings import errors, files, sender

    _check_source(source)
    sent = 0
    try:
        with Progress(console=Console(stderr=True)) as bar, sender.Sender() as door:
            task = bar.add_task(file.name, total=files.total_rows(file))
            for table in files.batches(file):
                door.send(source, table, road="file", evaluate=evaluate)
                sent += table.num_rows
                bar.update(task, completed=sent)
    except errors.UnreadableFile as error:
        typer.echo(f"✗ {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"已送入日志 {sent} 条 · {sent} readings are in the log")


def _check_source(key: str) -> None:
    """End with 1 where there is no such source: nothing of the file would be counted anywhere."""
    from chengan.city.hub import api as hub

    known = hub.sources_by_key()
    if key in known:
        return
    near = get_close_matches(key, known, n=3) or sorted(known)[:10]
    typer.echo(
        f"✗ 没有数据源 {key}，未送入任何读数；可用：{', '.join(near)} · "
        f"no source {key}, nothing was sent; there are: {', '.join(near)}",
        err=True,
    )
    raise typer.Exit(1)


app.command(
    "places", help="导入城市对象（GeoJSON、CSV、Excel、EPANET、OSM） · Import city objects."
)(import_places.places)
