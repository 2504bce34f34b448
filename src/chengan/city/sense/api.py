"""Sense's front door."""

import threading

from chengan.city.sense.lake.history import readings
from chengan.city.sense.lake.making import store_hour, stored_table
from chengan.city.sense.models import Datastream, Latest, ObservedProperty, StreamLimit
from chengan.city.sense.rehearsal.alone import check_limits, rehearse, would_raise
from chengan.city.sense.rehearsal.breaches import Breach
from chengan.city.sense.rehearsal.together import Grouped, Rehearsed, groups_of, rehearse_group
from chengan.city.sense.selectors import (
    Shown,
    all_datastreams,
    committed,
    heard,
    history,
    is_in_force,
    latest_all,
    shown,
    visible_datastreams,
)
from chengan.city.sense.services import ensure_properties, load_sample, set_limits

__all__ = [
    "Breach",
    "Datastream",
    "Grouped",
    "Latest",
    "ObservedProperty",
    "Rehearsed",
    "Shown",
    "StreamLimit",
    "all_datastreams",
    "check_limits",
    "committed",
    "ensure_properties",
    "groups_of",
    "heard",
    "history",
    "is_in_force",
    "latest_all",
    "load_sample",
    "readings",
    "rehearse",
    "rehearse_group",
    "run_runner",
    "set_limits",
    "shown",
    "store_hour",
    "stored_table",
    "visible_datastreams",
    "would_raise",
]


def run_runner(stop: threading.Event) -> None:
    """Run the partitions whose turn comes here until `stop` is set; loads the compiler."""
    from chengan.city.sense.runner import run

    run.run_runner(stop)
