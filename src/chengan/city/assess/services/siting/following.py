"""What the worker `risk` does for siting and causes: facts, days due, the standing check."""

import time
from datetime import datetime
from typing import Final

from chengan.city.assess.services.siting import conditions, standing
from chengan.city.assess.services.source import causes, measures

SWEEP_S: Final = 10.0
DAY_S: Final = 86_400.0


class Siting:
    """Follows the journal; checks anew when a hazard, a target or the weather is new, and daily."""

    def __init__(self) -> None:
        self.known: tuple[int, int, int] | None = None
        self.next_sweep = 0.0
        self.next_check = 0.0

    def follow(self, at: datetime) -> None:
        """Do what there is to do now."""
        while causes.follow(at):
            pass
        now = time.monotonic()
        if now < self.next_sweep:
            return
        self.next_sweep = now + SWEEP_S
        conditions.escalate_overdue(at)
        measures.escalate_overdue(at)
        newest = standing.newest()
        if newest != self.known or now >= self.next_check:
            standing.check(at)
            self.known, self.next_check = newest, now + DAY_S
