"""Which datastreams are judged together because their rules ask for it, by the group's name.

A partition sees the readings of its own sources only: of a group fed by several, those of one
partition are judged together, and each part learns and alarms by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings

from chengan.city.hub import api as hub
from chengan.city.sense.models import Datastream, StreamLimit
from chengan.city.sense.runner.gathering import Member

Groups = dict[str, tuple[Member, ...]]


@dataclass
class Together:
    """Members by group: `joint` of those that move together, `gas` of the sensors of a site."""

    joint: Groups = field(default_factory=dict)
    gas: Groups = field(default_factory=dict)

    def add(self, row: StreamLimit) -> None:
        """Take in what one datastream's row asks for."""
        interval_s = row.datastream.expected_interval_s
        if row.joint_severity and row.joint_group:
            member = Member(row.pk, row.joint_severity, interval_s)
            self.joint[row.joint_group] = (*self.joint.get(row.joint_group, ()), member)
        if row.release_severity and row.release_group:
            member = Member(row.pk, row.release_severity, interval_s)
            self.gas[row.release_group] = (*self.gas.get(row.release_group, ()), member)


def together(rows: Iterable[StreamLimit]) -> dict[int, Together]:
    """What `rows` (with their datastreams' sources) ask for, by partition."""
    found: dict[int, Together] = {}
    for row in rows:
        found.setdefault(partition_of(row.datastream), Together()).add(row)
    return found


def partition_of(datastream: Datastream) -> int:
    """The partition that a datastream's readings come by."""
    return partition_of_source(datastream.source.key)


def partition_of_source(key: str) -> int:
    """The partition of all that a source sends."""
    return hub.partition_of(key, settings.PARTITIONS)
