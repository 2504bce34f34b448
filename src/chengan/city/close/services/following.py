"""The loop that sweeps the deadlines of dangers; it beats as warn's and command's do."""

import logging
import threading
import time
from datetime import UTC, datetime

from django.db import DatabaseError, InterfaceError, connection

from chengan.city.close.services import clock
from chengan.city.warn import api as warn

logger = logging.getLogger(__name__)
POLL_S = 10.0


def run_close(stop: threading.Event) -> None:
    """Sweep every ten seconds until `stop` is set; any trouble is tried again."""
    beaten = -POLL_S
    while not stop.is_set():
        done = 0
        try:
            at = datetime.now(UTC)  # noqa: TID251
            done = clock.sweep(at)
            if time.monotonic() - beaten >= POLL_S:
                warn.beat("close", at)
                beaten = time.monotonic()
        except (DatabaseError, InterfaceError, OSError) as error:
            logger.warning("trying again: %r", error)
            connection.close()
        except Exception:
            logger.exception("trying again")
        if not done:
            stop.wait(POLL_S)
    connection.close()
