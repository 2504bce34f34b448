"""What the runner would be asked if the figures tried were in force: those judged together, named.

Who is judged with whom hangs on all limit sets: a datastream of another set stays in its group as
it is in force there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q

from chengan.city.sense import api as sense
from chengan.city.warn.models import LimitSet
from chengan.city.warn.services import overriding
from chengan.city.warn.services.limits import fields_under, joint_group
from chengan.city.warn.services.overriding import Figures


@dataclass
class Trial:
    """Figures of a set on `datastreams` (ids), and on all others on which the set is in force."""

    limit_set: LimitSet
    figures: Figures
    datastreams: Iterable[int]

    @cached_property
    def units(self) -> dict[str, sense.Grouped]:
        """Groups and sites with one of these datastreams, by a key that stays the same."""
        if not (self.figures.joint_severity or self.figures.release_severity):
            return {}
        mine = set(self.datastreams)
        return {
            f"{each.cause}/{each.name}/{each.partition}": each
            for each in sense.groups_of(self.asked)
            if mine & set(each.datastreams) and self._asks(each.cause)
        }

    def _asks(self, cause: str) -> bool:
        asked = {"joint": self.figures.joint_severity, "release": self.figures.release_severity}
        return bool(asked[cause])

    @cached_property
    def asked(self) -> dict[int, dict[str, Any]]:
        """Fields of `StreamLimit` for all that could be judged together with these."""
        tried = overriding.with_figures(self.limit_set, self.figures)
        bound = {each.pk for each in overriding.bound_streams(self.limit_set.code)}
        mine = list(sense.all_datastreams().filter(pk__in=bound | set(self.datastreams)))
        others = self._others(mine, tried)
        sets = _sets(others)
        pairs = [(each.datastream, sets[each.rule]) for each in others if each.rule in sets]
        return fields_under([*((each, tried) for each in mine), *pairs])

    def _others(self, mine: list[sense.Datastream], tried: LimitSet) -> list[sense.StreamLimit]:
        """What is in force on other sets' datastreams that share a group or an owner."""
        groups = {joint_group(tried, each) for each in mine} - {""}
        owners = {each.thing.city_object.owner_id for each in mine}
        near = Q(joint_severity__gt=0, joint_group__in=groups)
        near |= Q(release_severity__gt=0, datastream__thing__city_object__owner__in=owners)
        keys = [each.pk for each in mine]
        found = sense.StreamLimit.objects.filter(near, datastream__is_active=True)
        return list(
            found.exclude(pk__in=keys).select_related(
                "datastream__thing__city_object__kind",
                "datastream__thing__city_object__owner",
                "datastream__observed_property",
            )
        )


def _sets(rows: Iterable[sense.StreamLimit]) -> dict[str, LimitSet]:
    """The versions in force on `rows`, by "code/version"."""
    codes = {row.rule.rpartition("/")[0] for row in rows}
    found = LimitSet.objects.filter(code__in=codes).select_related("observed_property")
    return {f"{each.code}/{each.version}": each for each in found}
