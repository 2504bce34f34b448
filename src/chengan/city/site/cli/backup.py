"""`chengan backup` and `chengan restore`: records, readings and uploads in one file."""

import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import typer
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from rich.console import Console
from rich.progress import track

from chengan import __version__
from chengan.city.site import embedded
from chengan.city.site.cli import running
from chengan.city.site.cli.frozen import frozen
from chengan.city.site.cli.up import choices
from chengan.city.site.errors import BadBackup

FORMAT = 1
FOLDERS = ("lake", "uploads")
DATA = typer.Option(None, help="数据目录 · data folder")
FILE = typer.Argument(help="备份文件 · backup file")


def backup(file: Path = FILE, data: Path | None = DATA) -> None:
    """Write records, lake and uploads to `file`; the city may run meanwhile."""
    folder = running.data_folder(data)
    running.connect(data)
    part = file.with_name(file.name + ".part")
    with (  # the dump holds what the folders held at its moment
        tempfile.TemporaryDirectory() as scratch,
        frozen(folder, FOLDERS) as kept,
        tarfile.open(part, "w") as archive,
    ):
        part.chmod(0o600)
        dump = Path(scratch) / "records.dump"
        _tool("pg_dump", "--format=custom", "--file", str(dump))
        about = {"format": FORMAT, "chengan": __version__}
        about["made_at"] = datetime.now(UTC).isoformat(timespec="seconds")
        _add_text(archive, "backup.json", json.dumps(about))
        archive.add(dump, "records.dump")
        files = [path for path in kept.rglob("*") if path.is_file()]
        for path in track(files, "备份 backup", console=Console(stderr=True)):
            archive.add(path, str(path.relative_to(kept)))
    part.rename(file)
    typer.echo(f"已备份 · written {file}, {file.stat().st_size / 1e6:.1f} MB")


def restore(
    file: Path = FILE,
    data: Path | None = DATA,
    yes: bool = typer.Option(False, "--yes", help="不再询问 · don't ask"),
) -> None:
    """Replace the records, lake and uploads of the data folder by those of `file`.

    Stop web and workers first: run it while `chengan up` is down, with services started only
    for this command.
    """
    folder = running.data_folder(data)
    if not yes:
        typer.confirm(f"将覆盖 {folder} 的全部数据 · replace everything in {folder}?", abort=True)
    try:
        with tarfile.open(file) as archive:
            _check(archive)
            with embedded.start_services(folder, choices=choices()) as services:
                os.environ.update(services.environment())
                _bring_back(archive, folder)
    except (BadBackup, tarfile.TarError, embedded.EmbeddedError) as error:
        typer.echo(f"✗ {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo("已恢复 · restored; start with chengan up")


def _check(archive: tarfile.TarFile) -> None:
    member = archive.extractfile("backup.json") if "backup.json" in archive.getnames() else None
    about = json.loads(member.read()) if member else {}
    if about.get("format") != FORMAT:
        raise BadBackup(f"not a Chengan backup of format {FORMAT}: {about or 'no backup.json'}")
    if _numbers(about.get("chengan", "0")) > _numbers(__version__):
        raise BadBackup(f"made by Chengan {about['chengan']}; this is {__version__}: update first")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def _bring_back(archive: tarfile.TarFile, folder: Path) -> None:
    """Unpack beside what is there, bring the records back whole or not at all, then change over."""
    beside = folder / ".restored"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700)
    archive.extractall(beside, filter="data")
    _tool(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
        str(beside / "records.dump"),
    )  # fmt: skip
    with psycopg.connect(os.environ["CHENGAN_DATABASE_URL"]) as records:
        # The log here is another one; what it holds and the records know already counts as twice.
        records.execute("update sense_checkpoint set log_seq = 0")
    for name in FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
        if (beside / name).exists():
            (beside / name).rename(folder / name)
    shutil.rmtree(beside)


def _tool(name: str, *words: str) -> None:
    """Run one of PostgreSQL's own programs on the city's database; the password stays out of ps."""
    program = embedded.postgres_wheel() / "bin" / name
    place = conninfo_to_dict(os.environ["CHENGAN_DATABASE_URL"])
    secret = {"PGPASSWORD": str(place.pop("password", "") or "")}
    target = ["--dbname", make_conninfo(**{key: str(each) for key, each in place.items()})]
    done = subprocess.run(
        [str(program), *words[:-1], *target, words[-1]] if name == "pg_restore"
        else [str(program), *words, *target],
        capture_output=True, text=True, check=False, env=os.environ | secret,
    )  # fmt: skip
    if done.returncode:
        raise BadBackup(f"{name}: {done.stderr.strip()[-500:]}")


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))
