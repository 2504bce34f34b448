"""`chengan import places`: objects from a file, looked at first, written by the worker."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import Progress

from chengan.city.site.cli import running

if TYPE_CHECKING:
    from chengan.city.places import api as places_api

CHUNK = 1 << 20
POLL_S = 0.2
PATIENCE_S = 30.0
ENDED = {"done", "failed", "cancelled"}


def places(
    file: Path = typer.Argument(exists=True, dir_okay=False, help="文件 · file"),
    owner: str = typer.Option(..., help="权属单位代码 · code of the owning organisation"),
    namespace: str = typer.Option(
        ..., help="编号空间：同一文件再导入即更新 · namespace of its keys"
    ),
    by: str = typer.Option(..., help="以哪个账号导入 · the account that imports"),
    kind: str = typer.Option("", help="每行的对象种类 · kind of every row without one"),
    system: str = typer.Option(
        "wgs84", help="坐标系 wgs84 cgcs2000 gcj02 bd09 epsg:NNNN · coordinate system"
    ),
    column: list[str] = typer.Option(
        [], help="字段=列名，可多次 · our field=the file's column, repeatable"
    ),
    dry_run: bool = typer.Option(False, "--dry-run", help="只预览 · look only"),
    data: Path | None = typer.Option(None, help="数据目录 · data folder"),
) -> None:
    """Look at the file, queue it, show progress; exit 1 when rows were refused."""
    running.connect(data)
    from chengan.city.places import api

    options: dict[str, object] = {"kind": kind, "system": system, "columns": _columns(column)}
    try:
        job = _keep(file, owner, namespace, by, options)
        preview = api.look(job)
        _show(preview)
        if dry_run:
            api.cancel_import(job=job, at=datetime.now(UTC))
            return
        api.queue_import(job=job, expected=preview.estimate)
    except (api.PlacesError, api.ReaderError, ValueError) as error:
        typer.echo(f"✗ {error}", err=True)
        raise typer.Exit(1) from error
    _follow(job, preview.estimate)
    _tell(job)


def _columns(given: list[str]) -> dict[str, str]:
    for each in given:
        if "=" not in each:
            raise typer.BadParameter(f"{each}: 写作 字段=列名 · write field=column")
    return dict(each.split("=", 1) for each in given)


def _keep(
    file: Path, owner: str, namespace: str, by: str, options: Mapping[str, object]
) -> "places_api.ImportJob":
    from chengan.city.places import api

    organisation = api.Organisation.objects.filter(code=owner).first()
    account = api.User.objects.filter(username=by).first()
    if organisation is None:
        raise api.PlacesError(f"没有单位 {owner} · there is no organisation {owner}")
    if account is None:
        raise api.PlacesError(f"没有账号 {by} · there is no account {by}")
    with file.open("rb") as content:
        return api.keep_file(
            pieces=iter(lambda: content.read(CHUNK), b""),
            file_name=file.name,
            namespace=namespace,
            owner=organisation,
            options=dict(options),
            by=account,
            at=datetime.now(UTC),
        )


def _show(preview: "places_api.Preview") -> None:
    from chengan.city.places import api

    about = "" if preview.is_exact else "约 about "
    typer.echo(f"{preview.format} {preview.encoding} {about}{preview.estimate} 行 rows")
    for warning in preview.warnings:
        typer.echo(f"  ! {warning}")
    for row in preview.rows[:5]:
        if isinstance(row, api.RowError):
            typer.echo(f"  ✗ {row.number} {row.field}: {row.value!r}; expected {row.expected}")
        else:
            typer.echo(f"  {row.number} {row.natural_key} {row.kind} {row.name_zh}")


def _follow(job: "places_api.ImportJob", estimate: int) -> None:
    """Show the worker's progress; Ctrl-C stops the import after its present batch."""
    from chengan.city.places import api

    begun = time.monotonic()
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(job.file_name, total=estimate)
        try:
            while job.status not in ENDED:
                time.sleep(POLL_S)
                job.refresh_from_db()
                bar.update(task, completed=job.rows_read)
                if job.status == "queued" and time.monotonic() - begun > PATIENCE_S:
                    bar.console.print("等待 jobs 进程 · waiting for the worker `jobs`")
                    begun = time.monotonic()
        except KeyboardInterrupt:
            api.cancel_import(job=job, at=datetime.now(UTC))
            job.refresh_from_db()


def _tell(job: "places_api.ImportJob") -> None:
    typer.echo(
        f"{job.get_status_display()}: 新建 created {job.rows_created}, 更新 updated "
        f"{job.rows_updated}, 未变 unchanged {job.rows_unchanged}, 拒绝 refused {job.rows_rejected}"
    )
    if job.failure:
        typer.echo(f"✗ {job.failure}", err=True)
    if job.rows_rejected:
        typer.echo(f"逐行错误 · each refused row: {job.error_file}", err=True)
    if job.status != "done" or job.rows_rejected:
        raise typer.Exit(1)
