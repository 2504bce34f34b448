"""The worker `risk`: facts, what is due, and the map's sums, one after the other."""

import logging
import threading
import time
from datetime import UTC, datetime
from typing import Final

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from chengan.city.assess.services import due, layers, levels
from chengan.city.assess.services.living import take_facts
from chengan.city.assess.services.siting.following import Siting
from chengan.city.journal import api as journal

log = logging.getLogger(__name__)
POLL_S: Final = 1.0
SWEEP_S: Final = 10.0
REBUILD_S: Final = 5.0
REST: Final = 5
"""Sums are made anew no sooner than REST times as long as making them took."""


class Map:
    """Makes the day's sums anew when a level changed or a day began."""

    def __init__(self) -> None:
        self.known: tuple[str, int] = ("", -1)
        self.not_before = 0.0
        self.ground_not_before = 0.0

    def follow(self, at: datetime) -> None:
        """Rebuild if something changed and the last time is long enough ago."""
        now = time.monotonic()
        if now < self.not_before:
            return
        day = timezone.localdate(at)
        moved = self._ground()
        wanted = (day.isoformat(), levels.change_count())
        if wanted == self.known and not moved:
            return
        layers.rebuild(day, at)
        if wanted[0] != self.known[0]:
            layers.prune(day)
        self.known = wanted
        took = time.monotonic() - now
        self.not_before = time.monotonic() + max(REBUILD_S, REST * took)

    def _ground(self) -> int:
        """Follow objects that moved; of a million risks that takes seconds, so not every turn."""
        begin = time.monotonic()
        if begin < self.ground_not_before:
            return 0
        moved = levels.bring_ground_up_to_date()
        took = time.monotonic() - begin
        self.ground_not_before = begin + took + max(REBUILD_S, REST * took)
        return moved


def run_risk(stop: threading.Event) -> None:
    """Follow facts, deadlines and levels until `stop` is set; any trouble is tried again."""
    followed, siting, next_sweep = Map(), Siting(), 0.0
    while not stop.is_set():
        try:
            at = datetime.now(UTC)  # noqa: TID251
            while take_facts(at) and not stop.is_set():
                pass
            if time.monotonic() >= next_sweep:
                while due.sweep(at) and not stop.is_set():
                    pass
                next_sweep = time.monotonic() + SWEEP_S
            followed.follow(at)
            siting.follow(at)
            journal.wait_for_news(POLL_S)
        except (DatabaseError, InterfaceError, OSError) as error:
            log.warning("trying again: %r", error)
            connection.close()
            stop.wait(POLL_S)
