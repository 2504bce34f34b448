"""The command worker: sweeps deadlines and sends notices that are due; it beats as warn's do."""

import logging
import threading
import time
from datetime import UTC, datetime

from django.db import DatabaseError, InterfaceError, connection

from chengan.city.command.services import clock
from chengan.city.warn import api as warn

log = logging.getLogger(__name__)
POLL_S = 1.0
BEAT_S = 10.0


def run_command(stop: threading.Event) -> None:
    """Sweep every second until `stop` is set; any trouble is tried again."""
    beaten = -BEAT_S
    while not stop.is_set():
        done = 0
        try:
            at = datetime.now(UTC)  # noqa: TID251
            done = clock.sweep(at)
            if time.monotonic() - beaten >= BEAT_S:
                warn.beat("command", at)
                warn.guard(at)
                beaten = time.monotonic()
        except (DatabaseError, InterfaceError, OSError) as error:
            log.warning("trying again: %r", error)
            connection.close()
        except Exception:
            log.exception("trying again")
        if not done:
            stop.wait(POLL_S)
