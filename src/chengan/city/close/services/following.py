"""The loop that sweeps the deadlines of dangers; it beats as warn's and command's do."""

import threading

from chengan.city.close.services import clock
from chengan.city.warn import api as warn

POLL_S = 10.0


def run_close(stop: threading.Event) -> None:
    """Sweep every ten seconds until `stop` is set; any trouble is tried again."""
    warn.keep_at("close", clock.sweep, stop, poll_s=POLL_S)
