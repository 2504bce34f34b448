"""The command worker: sweeps deadlines and sends notices that are due."""

import logging
import threading
from datetime import UTC, datetime

from django.db import DatabaseError, InterfaceError, connection

from chengan.city.command.services import clock

log = logging.getLogger(__name__)
POLL_S = 1.0


def run_command(stop: threading.Event) -> None:
    """Sweep every second until `stop` is set; any trouble with the database is tried again."""
    while not stop.is_set():
        try:
            while clock.sweep(datetime.now(UTC)) and not stop.is_set():  # noqa: TID251
                pass
        except (DatabaseError, InterfaceError, OSError) as error:
            log.warning("trying again: %r", error)
            connection.close()
        stop.wait(POLL_S)
