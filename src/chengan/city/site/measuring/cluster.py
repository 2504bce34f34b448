"""A NATS cluster of three on loopback, in a folder of its own, that a bench may kill."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from chengan.city.site.embedded import binaries, nats, ports
from chengan.city.site.errors import NotRunning

NODES = 3
START_S = 60.0
USER = "chengan"


@dataclass
class Node:
    """One server: its folder and ports, and its process while it runs."""

    number: int
    folder: Path
    port: int
    route: int
    mqtt: int
    monitor: int
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    def start(self) -> None:
        """Start it on what it stored."""
        with (self.folder / "nats.log").open("ab") as out:
            self.process = subprocess.Popen(
                [str(binaries.nats_server()), "-c", "nats.conf"],
                cwd=self.folder,
                stdout=out,
                stderr=out,
            )

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    @property
    def is_healthy(self) -> bool:
        """Say whether it has recovered and follows the others."""
        return self.process is not None and nats.is_healthy(self.monitor)


class Cluster:
    """Three nodes that keep each message three times; ended and removed when left."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="chengan-bench-nats-"))
        self.password = secrets.token_urlsafe(16)
        self.nodes = [self._node(number) for number in range(NODES)]
        for node in self.nodes:
            (node.folder / "nats.conf").write_text(self._conf(node), encoding="utf-8")

    def _node(self, number: int) -> Node:
        folder = self.folder / str(number)
        folder.mkdir()
        taken: list[int] = []
        for _each in range(4):
            taken.append(ports.any_free(but=taken))
        port, route, mqtt, monitor = taken
        return Node(number, folder, port, route, mqtt, monitor)

    def _conf(self, node: Node) -> str:
        routes = ", ".join(f'"nats://127.0.0.1:{each.route}"' for each in self.nodes)
        return f"""server_name: "node-{node.number}"
listen: "127.0.0.1:{node.port}"
http: "127.0.0.1:{node.monitor}"
max_payload: {nats.LARGEST_PAYLOAD}
authorization {{ user: "{USER}", password: "{self.password}" }}
jetstream {{ store_dir: "./store", sync_interval: always }}
cluster {{ name: "bench", listen: "127.0.0.1:{node.route}", routes: [{routes}] }}
mqtt {{ listen: "127.0.0.1:{node.mqtt}" }}
"""

    @property
    def url(self) -> str:
        """All nodes, with commas."""
        return ",".join(f"nats://{USER}:{self.password}@127.0.0.1:{n.port}" for n in self.nodes)

    @property
    def environment(self) -> dict[str, str]:
        """What a city needs to work with it."""
        return {
            "CHENGAN_NATS_URL": self.url,
            "CHENGAN_MQTT_PORT": str(self.nodes[0].mqtt),
            "CHENGAN_LOG_COPIES": str(NODES),
        }

    def wait_healthy(self, patience_s: float = START_S) -> None:
        """Wait until all nodes have recovered.

        Raises
        ------
        NotRunning
        """
        end = time.monotonic() + patience_s
        while not all(node.is_healthy for node in self.nodes):
            if time.monotonic() > end:
                raise NotRunning(f"the cluster is not whole after {patience_s:.0f} s")
            time.sleep(0.1)

    def __enter__(self) -> Self:
        try:
            for node in self.nodes:
                node.start()
            self.wait_healthy()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        for node in self.nodes:
            node.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a process of the bench's own."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
