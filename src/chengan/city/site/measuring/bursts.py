"""Bursts of alarms: facts as the runner states them, without the road before it."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn import api as warn

NETWORK = "bench"


def one_network() -> None:
    """Put every well into one network, so that what happens there is of one cause."""
    owner = places.organisation_by_code("city")
    made, _new = places.Network.objects.get_or_create(
        code=NETWORK, defaults={"name_zh": "测量管网", "medium": "gas", "owner": owner}
    )
    places.CityObject.objects.filter(namespace="bench").update(network=made)


def streams() -> list[int]:
    """Ids of the wells' datastreams."""
    return list(sense.Datastream.objects.order_by("pk").values_list("pk", flat=True))


def began(stream: int, severity: int = 3) -> journal.Fact:
    """The fact that a limit was passed just now."""
    micros = time.time_ns() // 1000
    data = {
        "datastream": stream, "cause": "high", "severity": severity, "onset": micros,
        "time": micros, "value": 2e-2, "limit": 1e-2, "rule": "bench/1",
    }  # fmt: skip
    at = datetime.now(UTC)
    return journal.Fact("sense.breach.began", f"datastream:{stream}", data, at, "runner")


def alarmed() -> int:
    """How many alarms there are."""
    return warn.Alarm.objects.count()


def newer(number: int) -> Iterator[tuple[int, int]]:
    """Number and datastream of the alarms after `number`."""
    rows = warn.Alarm.objects.filter(number__gt=number).order_by("number")
    yield from rows.values_list("number", "datastream_id")
