"""Sends tables of readings to the log through the hub's door."""

import time
from types import TracebackType
from typing import Self

import pyarrow as pa
from django.conf import settings

from chengan.city.hub import api as hub
from chengan.city.site.readings import files

TRIES = 40
PAUSE_S = 0.5


class Sender:
    """An open door to the log; waits for the log while it is away."""

    def __enter__(self) -> Self:
        self.door = hub.Door(settings.NATS_URL)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.door.close()

    def send(self, source: str, table: pa.Table, *, road: str, evaluate: bool) -> int:
        """Put `table` into the log in messages it can carry; give the last sequence number.

        Raises
        ------
        hub.LogUnreachable
            If the log stays away for longer than the tries last.
        """
        seq = 0
        for start in range(0, table.num_rows, files.BATCH_ROWS):
            piece = table.slice(start, files.BATCH_ROWS)
            seq = self._send(source, piece, road=road, evaluate=evaluate)
        return seq

    def _send(self, source: str, table: pa.Table, *, road: str, evaluate: bool) -> int:
        is_text = pa.types.is_string(table.column("value").type)
        message = hub.Message(
            source=source,
            road=road,
            format="csv" if is_text else "arrow",
            payload=files.as_csv(table) if is_text else files.as_arrow(table),
            received_us=time.time_ns() // 1000,
            evaluate=evaluate,
        )
        for _ in range(TRIES - 1):
            try:
                return self.door.send(message)
            except hub.LogUnreachable:
                time.sleep(PAUSE_S)
        return self.door.send(message)
