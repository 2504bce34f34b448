"""The command worker: sweeps deadlines and sends notices that are due; it beats as warn's do."""

import threading

from chengan.city.command.services import clock
from chengan.city.warn import api as warn

POLL_S = 1.0


def run_command(stop: threading.Event) -> None:
    """Sweep every second until `stop` is set; any trouble is tried again."""
    warn.keep_at("command", clock.sweep, stop, poll_s=POLL_S)
