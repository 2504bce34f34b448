"""What the city holds at the end of a bench: readings, alarms, an unbroken journal."""

import time
from collections import Counter

from chengan.city.journal import api as journal
from chengan.city.sense import api as sense
from chengan.city.warn import api as warn

FOREVER = 2**62


def stored() -> set[tuple[str, int]]:
    """Key and time (µs since 1970) of every reading in the history, the tail included."""
    found: set[tuple[str, int]] = set()
    for stream in sense.all_datastreams():
        times = sense.history(stream, 0, FOREVER, most=FOREVER).time
        found |= {(stream.key, int(at)) for at in times}
    return found


def alarms(expected: int, patience_s: float) -> dict[str, int]:
    """How many breaches the safety alarms of each datastream hold, once `expected` have one."""
    end = time.monotonic() + patience_s
    while True:
        found: Counter[str] = Counter()
        rows = warn.Alarm.objects.filter(category="safety")
        for key, count in rows.values_list("datastream__key", "count"):
            found[key] += count
        if len(found) >= expected or time.monotonic() > end:
            return dict(found)
        time.sleep(0.2)


def chain_faults() -> int:
    """How many faults the journal's hash chain shows."""
    return len(journal.verify())
