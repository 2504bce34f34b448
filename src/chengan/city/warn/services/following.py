"""The warn worker: takes in facts as they come."""

import logging
import threading
from datetime import UTC, datetime

from django.db import DatabaseError, InterfaceError, connection

from chengan.city.journal import api as journal
from chengan.city.warn.services import watching
from chengan.city.warn.services.facts import take_facts

log = logging.getLogger(__name__)
POLL_S = 1.0


def run_warn(stop: threading.Event) -> None:
    """Take in facts as they come until `stop` is set; any trouble is tried again."""
    while not stop.is_set():
        try:
            while take_facts(datetime.now(UTC)) and not stop.is_set():  # noqa: TID251
                pass
            at = datetime.now(UTC)  # noqa: TID251
            watching.beat("facts", at)
            watching.guard(at)
            journal.wait_for_news(POLL_S)
        except (DatabaseError, InterfaceError, OSError) as error:
            log.warning("trying again: %r", error)
            connection.close()
            stop.wait(POLL_S)
        except Exception:
            log.exception("trying again")
            stop.wait(POLL_S)
