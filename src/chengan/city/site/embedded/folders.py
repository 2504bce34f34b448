"""The data folder of one city: its layout, its format number, its lock and its secrets."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from . import errors

FORMAT = 1
LEAST_FREE = 1 << 30
SUBFOLDERS = ("nats", "lake", "log", "run", "bin")
SECRETS = ("postgres_password", "nats_password", "nats_system_password", "django_secret_key")


@dataclass(frozen=True)
class DataFolder:
    """Where each part of one city's data lies; nothing is read or made by naming a path."""

    root: Path

    @property
    def pg(self) -> Path:
        """PostgreSQL's cluster; belongs to the uid that PostgreSQL runs as."""
        return self.root / "pg"

    @property
    def nats(self) -> Path:
        """Settings and store of NATS."""
        return self.root / "nats"

    @property
    def lake(self) -> Path:
        """Parquet segments of readings, and the tails not yet in a segment."""
        return self.root / "lake"

    @property
    def log(self) -> Path:
        """One log file for each child process."""
        return self.root / "log"

    @property
    def run(self) -> Path:
        """Lock, ports, status and addresses of the running services."""
        return self.root / "run"

    @property
    def bin(self) -> Path:
        """Copies of programs for an account that cannot reach the installed ones."""
        return self.root / "bin"


def default_root() -> Path:
    """Return the data folder's path: CHENGAN_DATA, else ~/.local/share/chengan."""
    given = os.environ.get("CHENGAN_DATA")
    if given:
        return Path(given).expanduser().absolute()
    shared = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(shared).expanduser() / "chengan"


def prepare(root: Path, *, least_free: int = LEAST_FREE) -> DataFolder:
    """Make the data folder where it is missing, check its format and the disk, and return it.

    Nothing above `root` is changed except that missing parents are made.

    Parameters
    ----------
    least_free : int, bytes
        Refuse when the disk has less room than this.

    Raises
    ------
    errors.NotWritable, errors.OtherVersion, errors.DiskFull
    """
    data = DataFolder(root.absolute())
    if (data.root / "VERSION").exists():
        check_version(data)
    try:
        _make(data)
    except OSError as error:
        raise errors.NotWritable(
            f"The data folder {data.root} cannot be written ({error.strerror}): "
            "set CHENGAN_DATA to a folder of yours, or change its owner."
        ) from error
    check_version(data)
    check_disk(data, least_free=least_free)
    return data


def _make(data: DataFolder) -> None:
    """Create the tree; as root the top may be passed through, for PostgreSQL's own account."""
    if not data.root.exists():
        data.root.mkdir(parents=True)
        data.root.chmod(0o711 if os.geteuid() == 0 else 0o700)
        (data.root / "VERSION").write_text(f"{FORMAT}\n")
    for name in SUBFOLDERS:
        folder = data.root / name
        if not folder.exists():
            folder.mkdir(mode=0o755 if name == "bin" else 0o700)


def check_version(data: DataFolder) -> None:
    """Refuse a data folder of another format; mark an unmarked one with ours.

    Raises
    ------
    errors.OtherVersion
    """
    path = data.root / "VERSION"
    if not path.exists():
        path.write_text(f"{FORMAT}\n")
        return
    found = path.read_text().strip()
    if found != str(FORMAT):
        raise errors.OtherVersion(
            f"The data folder {data.root} has format {found!r}, this program writes format "
            f"{FORMAT}. Run the version that made it and `chengan backup`, then `chengan restore` "
            "here; or set CHENGAN_DATA to an empty folder. Nothing was changed."
        )


def check_disk(data: DataFolder, *, least_free: int = LEAST_FREE) -> int:
    """Return the free room in bytes.

    Raises
    ------
    errors.DiskFull
        If it is less than `least_free` bytes.
    """
    free = shutil.disk_usage(data.root).free
    if free < least_free:
        raise errors.DiskFull(
            f"The disk of {data.root} has {free / 2**30:.2f} GiB free, at least "
            f"{least_free / 2**30:.2f} GiB are needed: make room, or set CHENGAN_DATA to a "
            "folder on another disk."
        )
    return free


@dataclass
class Lock:
    """One holder of the data folder at a time; the kernel lets go when the holder dies."""

    data: DataFolder
    _file: IO[str] | None = field(default=None, repr=False)

    def acquire(self) -> None:
        """Take the folder.

        Raises
        ------
        errors.AlreadyRunning
            Names the pid of the holder.
        """
        file = (self.data.run / "lock").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise errors.AlreadyRunning(
                f"The data folder {self.data.root} is in use by process {holder}: stop that one "
                "(Ctrl-C where it runs), or set CHENGAN_DATA to another folder."
            ) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file

    def release(self) -> None:
        """Let the folder go; harmless when it is not held."""
        if self._file is not None:
            self._file.close()
            self._file = None


def write_private(path: Path, text: str) -> None:
    """Replace the file at `path` by `text` in one step, readable by its owner only."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def secrets_of(data: DataFolder) -> dict[str, str]:
    """Return the generated passwords and keys, making those that are missing."""
    path = data.root / "secrets.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = [name for name in SECRETS if name not in known]
    if missing:
        known |= {name: secrets.token_urlsafe(48) for name in missing}
        write_private(path, json.dumps(known, indent=2) + "\n")
    return known
