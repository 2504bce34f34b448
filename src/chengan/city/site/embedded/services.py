"""The services below the house, started together: PostgreSQL, NATS, and their addresses."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from . import folders, mqtt_road, nats, ports, postgres, supervisor

State = Literal["begun", "done", "failed"]
Progress = Callable[[str, State, str], None]


def silent(_step: str, _state: State, _detail: str) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class Choices:
    """What may be chosen about the services.

    Parameters
    ----------
    database_url, nats_url, nats_system_url : str or None
        Servers of the city's own, used instead of embedded ones.
    mqtt_host : str
        Where the MQTT door listens, or where the city's own NATS has it.
    wanted : mapping of service to port
        0 means any free one; a missing service takes its last or default port. With a NATS of
        the city's own, `mqtt` is that server's port.
    sync_interval : str
        See `nats.Server`.
    fast : bool
        No fsync (a killed process still loses nothing), any free ports; for tests.
    """

    database_url: str | None = None
    nats_url: str | None = None
    nats_system_url: str | None = None
    mqtt_host: str = ports.LOOPBACK
    wanted: dict[str, int] = field(default_factory=dict)
    sync_interval: str = "always"
    fast: bool = False
    least_free: int = folders.LEAST_FREE


@dataclass
class Services:
    """The running services of one data folder, and where they are; ends them when left."""

    data: folders.DataFolder
    supervisor: supervisor.Supervisor
    database_url: str
    nats_url: str
    nats_system_url: str
    mqtt_host: str
    mqtt_port: int
    sources_conf: Path | None
    secrets: dict[str, str] = field(repr=False)
    picks: list[ports.Pick] = field(default_factory=list)
    lock: folders.Lock | None = field(default=None, repr=False)

    def environment(self) -> dict[str, str]:
        """Return the variables by which another process of this city finds the services."""
        found = {
            "CHENGAN_DATA": str(self.data.root),
            "CHENGAN_DATABASE_URL": self.database_url,
            "CHENGAN_NATS_URL": self.nats_url,
            "CHENGAN_NATS_SYSTEM_URL": self.nats_system_url,
            "CHENGAN_MQTT_HOST": self.mqtt_host,
            "CHENGAN_MQTT_PORT": str(self.mqtt_port),
            "CHENGAN_SECRET_KEY": self.secrets["django_secret_key"],
        }
        if self.sources_conf:
            found["CHENGAN_NATS_SOURCES_FILE"] = str(self.sources_conf)
        return found

    def port(self, name: str) -> int:
        """Return the port picked for the embedded service `name`."""
        return next(pick.port for pick in self.picks if pick.name == name)

    def stop(self) -> list[str]:
        """End everything in reverse order; return the names of those that had to be killed.

        A signal that comes meanwhile does not break this off: it kills what still runs.
        """
        self.supervisor.stop_requested.set()
        with self.supervisor.stopping_on_signals():
            killed = self.supervisor.stop()
            (self.data.run / "env.json").unlink(missing_ok=True)
            ports.let_go(self.picks)
            if self.lock:
                self.lock.release()
        return killed

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def environment_of(root: Path) -> dict[str, str]:
    """Return the variables of the services that run on the data folder `root`; empty if none."""
    try:
        found: dict[str, str] = json.loads((root / "run" / "env.json").read_text())
    except (OSError, json.JSONDecodeError):
        return {}
    return found


def start_services(
    root: Path, progress: Progress = silent, choices: Choices | None = None
) -> Services:
    """Prepare the data folder and start PostgreSQL and NATS, each ready when this returns.

    Steps told to `progress`: `folder`, `leftovers` (only if there were any), `ports`, `database`
    (the files, only at first), `postgres`, `nats`, `mqtt`. Servers of the city's own are asked
    whether they answer. What was started is stopped again if a later step fails or is interrupted.

    Raises
    ------
    errors.EmbeddedError
        A folder, a port, a program or a start that fails; the message says what to do.
    """
    chosen = choices or Choices()
    with _told(progress, "folder") as told:
        data = folders.prepare(root, least_free=chosen.least_free)
        lock = folders.Lock(data)
        lock.acquire()
        told.append(str(data.root))
    services = _unstarted(data, lock, chosen)
    try:
        _clear(services, progress)
        with _told(progress, "ports") as told:
            _pick_ports(services, chosen)
            told += [
                f"{pick.name} {pick.busy} → {pick.port}" for pick in services.picks if pick.busy
            ]
        _start_postgres(services, chosen, progress)
        _start_nats(services, chosen, progress)
        folders.write_private(data.run / "env.json", json.dumps(services.environment(), indent=2))
    except BaseException:
        services.stop()
        raise
    return services


@contextlib.contextmanager
def _told(progress: Progress, step: str) -> Iterator[list[str]]:
    """Tell the begin and the end of a step; what is put into the list becomes the detail."""
    progress(step, "begun", "")
    detail: list[str] = []
    try:
        yield detail
    except BaseException as error:
        progress(step, "failed", str(error))
        raise
    progress(step, "done", "; ".join(detail))


def _unstarted(data: folders.DataFolder, lock: folders.Lock, choices: Choices) -> Services:
    return Services(
        data=data,
        supervisor=supervisor.Supervisor(data.run / "status.json"),
        database_url=choices.database_url or "",
        nats_url=choices.nats_url or "",
        nats_system_url=choices.nats_system_url or "",
        mqtt_host=nats.reachable(choices.mqtt_host),
        mqtt_port=choices.wanted.get("mqtt") or ports.DEFAULTS["mqtt"],
        sources_conf=None,
        secrets=folders.secrets_of(data),
        lock=lock,
    )


def _clear(services: Services, progress: Progress) -> None:
    """End what a killed supervisor left, so that its ports and files are free again."""
    data = services.data
    ended = supervisor.end_leftovers(data.run / "status.json", but=("postgres", "nats"))
    ended += ["nats"] if nats.clear_leftovers(data.nats) else []
    ended += ["postgres"] if postgres.clear_leftovers(data.pg) else []
    if ended:
        progress("leftovers", "done", ", ".join(ended))


def _pick_ports(services: Services, choices: Choices) -> None:
    names = [] if choices.database_url else ["postgres"]
    names += [] if choices.nats_url else ["nats", "mqtt", "monitor"]
    for name in names:
        wanted = choices.wanted.get(name, 0 if choices.fast else None)
        host = choices.mqtt_host if name == "mqtt" else ports.LOOPBACK
        taken = [pick.port for pick in services.picks]
        found = ports.pick(name, services.data, wanted=wanted, host=host, but=taken)
        services.picks.append(found)
    ports.remember(services.data, services.picks)


def _start_postgres(services: Services, choices: Choices, progress: Progress) -> None:
    if choices.database_url:
        with _told(progress, "given_postgres") as told:
            told.append(postgres.check(choices.database_url))
        return
    cluster = postgres.Cluster(
        folder=services.data.pg,
        log=services.data.log / "postgres.log",
        copies=services.data.bin,
        port=services.port("postgres"),
        password=services.secrets["postgres_password"],
        fast=choices.fast,
    )
    if not postgres.is_made(cluster):
        with _told(progress, "database"):
            postgres.prepare(cluster)
    with _told(progress, "postgres") as told:
        services.supervisor.start(postgres.program(cluster))
        postgres.ensure_database(cluster)
        told.append(f"{ports.LOOPBACK}:{cluster.port}")
    services.database_url = cluster.url()


def _start_nats(services: Services, choices: Choices, progress: Progress) -> None:
    if choices.nats_url:
        with _told(progress, "given_nats") as told:
            told.append(nats.check(choices.nats_url))
    else:
        _start_own_nats(services, choices, progress)
    with _told(progress, "mqtt") as told:
        mqtt_road.open_road(services.nats_url, services.mqtt_host, services.mqtt_port)
        told.append(f"{services.mqtt_host}:{services.mqtt_port}")


def _start_own_nats(services: Services, choices: Choices, progress: Progress) -> None:
    server = nats.Server(
        folder=services.data.nats,
        log=services.data.log / "nats.log",
        port=services.port("nats"),
        mqtt_port=services.port("mqtt"),
        monitor_port=services.port("monitor"),
        password=services.secrets["nats_password"],
        system_password=services.secrets["nats_system_password"],
        mqtt_host=choices.mqtt_host,
        sync_interval="2m" if choices.fast else choices.sync_interval,
    )
    with _told(progress, "nats") as told:
        nats.prepare(server)
        services.supervisor.start(nats.program(server))
        told.append(f"{ports.LOOPBACK}:{server.port}")
    services.nats_url, services.nats_system_url = server.url(), server.system_url()
    services.mqtt_port, services.sources_conf = server.mqtt_port, server.sources
