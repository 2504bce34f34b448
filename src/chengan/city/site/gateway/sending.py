"""The road to the city: batches in order, each until it is acknowledged, by HTTPS."""

import logging
import threading
from dataclasses import dataclass, field
from typing import Final

import httpx

from chengan.city.site.gateway.spool import FORMAT, Batch, Spool

log = logging.getLogger(__name__)
LEAST_S: Final = 0.5
MOST_S: Final = 30.0
WAIT_S: Final = 30.0
KEPT: Final = 202
NEVER: Final = {400, 413, 415, 422}
"""Answers after which the same bytes will be refused again."""


@dataclass
class Sender:
    """Sends a spool's batches to `url` until `stop` is set."""

    spool: Spool
    url: str
    token: str
    every_s: float
    stop: threading.Event
    sent: int = field(default=0, init=False)
    refused: int = field(default=0, init=False)
    trouble: str = field(default="", init=False)

    def run(self) -> None:
        """Send what waits; close a batch every `every_s`."""
        pause = LEAST_S
        with httpx.Client(timeout=WAIT_S) as client:
            while not self.stop.is_set():
                batch = self.spool.oldest()
                if batch is None:
                    self.stop.wait(self.every_s)
                    self.spool.close_batch()
                    continue
                if self._try(client, batch):
                    pause = LEAST_S
                    continue
                self.stop.wait(pause)
                pause = min(2 * pause, MOST_S)
                self.spool.close_batch()

    def _try(self, client: httpx.Client, batch: Batch) -> bool:
        """Send one batch; say whether it is off our hands."""
        try:
            body = batch.path.read_bytes()
        except FileNotFoundError:  # dropped meanwhile, as the disk was full
            return True
        try:
            answer = client.post(
                self.url,
                content=body,
                headers={
                    "Authorization": f"Bearer {self.token}",
                    "Content-Type": FORMAT,
                    "Idempotency-Key": batch.name,
                },
            )
        except httpx.HTTPError as error:
            return self._say(f"{type(error).__name__}: {error}")
        if answer.status_code == KEPT:
            self.spool.forget(batch)
            self.sent, self.trouble = self.sent + 1, ""
            return True
        if answer.status_code in NEVER:
            log.error("batch %s is refused for good: %s", batch.number, answer.text[:200])
            self.spool.set_aside(batch)
            self.refused += 1
            return True
        return self._say(f"{answer.status_code}: {answer.text[:200]}")

    def _say(self, trouble: str) -> bool:
        if trouble != self.trouble:
            log.warning("the city does not take batches yet: %s", trouble)
        self.trouble = trouble
        return False
