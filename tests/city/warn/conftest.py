"""A small city of wells, and a runner's facts about them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chengan.city.hub import api as hub
from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.site.measuring import ground
from chengan.city.warn import api as warn

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
SECOND = 1_000_000
START = int(AT.timestamp()) * SECOND


@pytest.fixture
def wells(db):
    """Four streams: w0 and w1 stand in the same well, w2 and w3 in their own."""
    sample = ground.wells(4)
    streams = list(sample.datastreams)
    streams[1] = replace(streams[1], object=streams[0].object)
    sample = replace(sample, datastreams=streams)
    for stage in (places, hub, sense, warn):
        stage.load_sample(sample, AT)
    return {each.key: each for each in sense.all_datastreams()}


@pytest.fixture
def say(wells):
    """Write a fact as the runner does, and let warn take it in."""

    def write(kind, key, *, cause="high", severity=3, onset=0, at=None, value=2e-2):
        data = {
            "datastream": wells[key].pk,
            "cause": cause,
            "severity": severity,
            "onset": START + onset * SECOND,
            "time": START + (onset if at is None else at) * SECOND,
            "value": value,
            "limit": 1e-2,
            "rule": "bench/1",
        }
        fact = journal.Fact(
            kind=f"sense.{kind}", subject=f"datastream:{key}", at=AT, actor="runner", data=data
        )
        journal.append([fact])
        warn.take_facts(AT)

    return write
