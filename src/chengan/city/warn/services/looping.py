"""A worker's loop: works, beats, looks at the others, and lives through any trouble."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from django.db import DatabaseError, InterfaceError, connection

from chengan.city.warn.services import watching

log = logging.getLogger(__name__)
BEAT_S = 10.0


def keep_at(
    name: str, work: Callable[[datetime], int], stop: threading.Event, *, poll_s: float
) -> None:
    """Do `work` until `stop` is set; it gives how much it did, and rests `poll_s` after nothing."""
    beaten = -BEAT_S
    while not stop.is_set():
        done = 0
        try:
            at = datetime.now(UTC)  # noqa: TID251
            done = work(at)
            if time.monotonic() - beaten >= BEAT_S:
                watching.beat(name, at)
                watching.guard(at)
                beaten = time.monotonic()
        except (DatabaseError, InterfaceError, OSError) as error:
            log.warning("%s: trying again: %r", name, error)
            connection.close()
        except Exception:
            log.exception("%s: trying again", name)
        if not done:
            stop.wait(poll_s)
    connection.close()
