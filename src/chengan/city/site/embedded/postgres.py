"""The embedded PostgreSQL: made once, started with settings of ours, stopped fast and clean.

Reached by TCP on loopback with scram only; there is no socket and no trusted caller. PostgreSQL
will not run as root, so root starts it as an unprivileged account. That account need not reach
the data folder by path: the cluster is entered *before* privileges are dropped and named
/proc/self/cwd, which the kernel follows without walking the folders above. Nothing above the data
folder is ever opened to others.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import psycopg

from . import binaries, errors, leftovers
from .ports import LOOPBACK
from .process import Account, Program, identity

SUPERUSER = "chengan"
DATABASE = "chengan"
NOBODY = 65534
MOST_CONNECTIONS = 200
OLDEST_SERVER = 150000
HERE = "/proc/self/cwd"
FAST_END = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0))


@dataclass(frozen=True)
class Cluster:
    """One database cluster.

    Parameters
    ----------
    folder : Path
        Its files; made by `prepare`.
    log : Path
    copies : Path
        Where programs may be copied for an account that cannot reach the installed ones.
    port : int, on loopback
    password : str
    fast : bool
        No fsync: a killed process loses nothing, a power cut may lose all; for tests only.
    ready_within : float, seconds
        Crash recovery counts in.
    """

    folder: Path
    log: Path
    copies: Path
    port: int
    password: str
    fast: bool = False
    ready_within: float = 120.0

    def url(self, database: str = DATABASE) -> str:
        """Return the connection URL of `database`."""
        secret = quote(self.password, safe="")
        return f"postgresql://{SUPERUSER}:{secret}@{LOOPBACK}:{self.port}/{database}"


def account_for(folder: Path) -> Account | None:
    """Return the account that PostgreSQL runs as: None (our own) unless we are root.

    As root: whoever owns the cluster, else the owner of the data folder, else the account
    `chengan` where there is one, else nobody (65534).
    """
    if os.geteuid() != 0:
        return None
    for place in (folder, folder.parent):
        if place.exists() and place.stat().st_uid != 0:
            owner = place.stat()
            return Account(owner.st_uid, owner.st_gid)
    with contextlib.suppress(KeyError):
        own = pwd.getpwnam("chengan")
        return Account(own.pw_uid, own.pw_gid)
    return Account(NOBODY, NOBODY)


def is_made(cluster: Cluster) -> bool:
    """Say whether the cluster's files exist."""
    return (cluster.folder / "PG_VERSION").exists()


def prepare(cluster: Cluster) -> None:
    """Make the cluster's files with checksums, UTF-8 and scram, unless they exist.

    A cluster that was being made when we were killed is made anew: its files appear in a folder
    beside and take their name only when complete.

    Raises
    ------
    errors.StartFailed, errors.ProgramMissing
    """
    if is_made(cluster):
        return
    account = account_for(cluster.folder)
    unfinished = cluster.folder.with_name("pg.new")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.mkdir(mode=0o700)
    if account:
        os.chown(unfinished, account.uid, account.gid)
    _initdb(replace(cluster, folder=unfinished), account)
    unfinished.rename(cluster.folder)


def _initdb(cluster: Cluster, account: Account | None) -> None:
    programs = binaries.postgres(account, cluster.copies)
    wrapper, options = _namespace(account), _initdb_options(cluster, account)
    with tempfile.TemporaryFile("w+") as secret:
        secret.write(f"{cluster.password}\n")
        secret.flush()
        if account:
            os.fchown(secret.fileno(), account.uid, account.gid)
        done = subprocess.run(
            [*wrapper, str(programs / "initdb"), *options, f"--pwfile=/dev/fd/{secret.fileno()}"],
            cwd=cluster.folder,
            pass_fds=[secret.fileno()],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            **identity(account),
        )
    if done.returncode != 0:
        raise errors.StartFailed(
            f"PostgreSQL could not make its files in {cluster.folder} "
            f"(initdb ended with code {done.returncode}):\n{(done.stderr or done.stdout).strip()}"
        )


def _initdb_options(cluster: Cluster, account: Account | None) -> list[str]:
    options = ["--pgdata", _named(cluster, account), "--username", SUPERUSER]
    options += ["--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums", "--no-instructions"]
    options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return options + (["--no-sync"] if cluster.fast else [])


def _named(cluster: Cluster, account: Account | None) -> str:
    """Return how PostgreSQL calls its folder: by path, or as where it stands."""
    return HERE if account else str(cluster.folder)


def _namespace(account: Account | None) -> list[str]:
    """Return a wrapper for an account without a name (a container's uid): initdb refuses it.

    Inside a user namespace it is `nobody`; the files still belong to the true account.
    """
    uid = account.uid if account else os.geteuid()
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
    return []


def program(cluster: Cluster) -> Program:
    """Return how to run the cluster's server.

    Raises
    ------
    errors.ProgramMissing
    """
    account = account_for(cluster.folder)
    programs = binaries.postgres(account, cluster.copies, major=major_of(cluster.folder))
    options = [part for item in settings(cluster).items() for part in ("-c", "=".join(item))]
    return Program(
        name="postgres",
        argv=[str(programs / "postgres"), "-D", _named(cluster, account), *options],
        log=cluster.log,
        env={"LC_ALL": "C", "PGDATA": ""},
        cwd=cluster.folder,
        account=account,
        ready=_answers(cluster),
        ready_within=cluster.ready_within,
        stop_within=60.0,
        stop_signal=signal.SIGINT,
        orphan_signal=signal.SIGINT,
        before=lambda: clear_leftovers(cluster.folder),
    )


def major_of(folder: Path) -> int:
    """Return the major version that made the cluster, ours if there is none."""
    path = folder / "PG_VERSION"
    return int(path.read_text()) if path.exists() else binaries.POSTGRES


def settings(cluster: Cluster) -> dict[str, str]:
    """Return the server's settings; they win over postgresql.conf, where others may be added."""
    chosen = {
        "port": str(cluster.port),
        "listen_addresses": LOOPBACK,
        "unix_socket_directories": "",
        "max_connections": str(MOST_CONNECTIONS),
        "shared_buffers": f"{shared_buffers(memory())}MB",
        "password_encryption": "scram-sha-256",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "wal_compression": "on",
        "max_wal_size": "2GB",
        "log_checkpoints": "off",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
    }
    if cluster.fast:
        off = {"fsync": "off", "full_page_writes": "off"}
        chosen |= off | {"shared_buffers": "64MB", "max_wal_size": "256MB"}
    return chosen


def shared_buffers(available: int) -> int:
    """Return PostgreSQL's own cache in MB: an eighth of `available` bytes, within 64 MB to 1 GB."""
    return max(64, min(available // 8 >> 20, 1024))


def memory() -> int:
    """Return the bytes of memory that this machine or container has."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    with contextlib.suppress(OSError, ValueError):
        return min(whole, int(limit.read_text()))
    return whole


def _answers(cluster: Cluster) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            psycopg.connect(cluster.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise errors.StartFailed(_wrong_password(cluster)) from error
            return False
        return True

    return ask


def _wrong_password(cluster: Cluster) -> str:
    return (
        f"The database in {cluster.folder} does not know the password in secrets.json beside it: "
        "restore the secrets.json that belongs to it, or `chengan restore` a backup into an empty "
        "folder."
    )


def clear_leftovers(folder: Path) -> list[int]:
    """End servers that still work in `folder`, and remove the pid file of a dead one.

    The pid file of a killed server would block a start while its process is a zombie that nobody
    buries, or its number went to another program. No process works in the folder any more when it
    is removed, so the lock that it stands for is not held.
    """
    working = leftovers.working_in(folder, "postgres")
    ended = leftovers.end(_leaders(folder, working), signals=FAST_END)
    leftovers.end(working, signals=((signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)))
    if leftovers.PROC.is_dir() and not leftovers.working_in(folder, "postgres"):
        (folder / "postmaster.pid").unlink(missing_ok=True)
    return ended


def _leaders(folder: Path, working: list[int]) -> list[int]:
    """Return the server among the processes that work in `folder`: the one its pid file names."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int((folder / "postmaster.pid").read_text().splitlines()[0])
        return [pid] if pid in working else []
    return []


def check(url: str) -> str:
    """Make sure that a database of the city's own answers and is new enough (15); say which it is.

    Raises
    ------
    errors.StartFailed
    """
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version, place = connection.info.server_version, connection.info
            where = f"{place.host}:{place.port}/{place.dbname}"
    except psycopg.Error as error:
        raise errors.StartFailed(
            f"The database in CHENGAN_DATABASE_URL does not answer: {str(error).strip()}"
        ) from error
    if version < OLDEST_SERVER:
        raise errors.StartFailed(
            f"The database in CHENGAN_DATABASE_URL is PostgreSQL {version // 10000}, at least "
            f"{OLDEST_SERVER // 10000} is needed."
        )
    return f"PostgreSQL {version // 10000}, {where}"


def ensure_database(cluster: Cluster, name: str = DATABASE) -> bool:
    """Create database `name` if it is missing; say whether it was made."""
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        if connection.execute(query, (name,)).fetchone():
            return False
        connection.execute(
            psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name))
        )
    return True
