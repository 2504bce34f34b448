"""`chengan replay FILE --speed N`: plays a recording into the city as if it were live."""

import time
from pathlib import Path

import typer

from chengan.city.site.cli import running

DATA = typer.Option(None, help="数据目录 · data folder")
TICK_S = 0.25


def replay(
    file: Path = typer.Argument(exists=True, dir_okay=False, help="记录文件 · file of readings"),
    source: str = typer.Option(..., help="数据源代码 · source key"),
    speed: float = typer.Option(1.0, min=0.01, max=100_000, help="倍速 · times real pace"),
    data: Path | None = DATA,
) -> None:
    """Play the file once; readings keep their order and get the times at which they are played."""
    running.connect(data)
    import pyarrow as pa

    from chengan.city.site.readings import errors, files, sender, tape

    try:
        made = tape.cut(pa.concat_tables(files.batches(file)))
    except errors.UnreadableFile as error:
        typer.echo(f"✗ {error}", err=True)
        raise typer.Exit(1) from error
    fast = made.at_speed(speed)
    sent, began = 0, time.time_ns() // 1000
    done = began
    with sender.Sender() as door:
        while done < began + fast.length:
            time.sleep(TICK_S)
            now = min(time.time_ns() // 1000, began + fast.length)
            table = fast.between(began, done, now)
            if table.num_rows:
                door.send(source, table, road="replay", evaluate=True)
            sent, done = sent + table.num_rows, now
            typer.echo(f"\r{sent}/{len(made.offset)}", nl=False, err=True)
    typer.echo(f"\n已回放 {sent} 条 · played {sent} readings")
