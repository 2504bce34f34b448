"""Those who are asked to be judged together and can't be: their sources come by several roads."""

from collections import defaultdict
from typing import Any

from django.conf import settings

from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn.models import LimitSet
from chengan.city.warn.services import overriding
from chengan.city.warn.services.overriding import Figures
from chengan.city.warn.services.trial import Trial

SHOWN = 10
NAMES = 4


def judged_apart(
    user: places.Somebody, limit_set: LimitSet, figures: Figures | None = None
) -> dict[str, Any]:
    """Groups of a set that are judged in parts, with the datastreams of each part that `user` sees.

    Nothing where the city has one partition only, or the set asks for nothing of the kind.
    """
    chosen = figures or overriding.figures_of(limit_set)
    if settings.PARTITIONS == 1 or not (chosen.joint_severity or chosen.release_severity):
        return {}
    bound = [each.pk for each in overriding.bound_streams(limit_set.code)]
    parts: dict[tuple[str, str], list[sense.Grouped]] = defaultdict(list)
    for each in Trial(limit_set, chosen, bound).units.values():
        parts[each.cause, each.name].append(each)
    apart = [of for of in parts.values() if len(of) > 1]
    keys = [pk for of in apart[:SHOWN] for part in of for pk in part.datastreams]
    seen = sense.visible_datastreams(user).in_bulk(keys)
    groups = [[_part(part, seen) for part in of] for of in apart[:SHOWN]]
    return {"count": len(apart), "groups": groups} if apart else {}


def _part(part: sense.Grouped, seen: dict[int, sense.Datastream]) -> dict[str, Any]:
    streams = [seen[pk] for pk in part.datastreams if pk in seen]
    return {
        "count": len(part.datastreams),
        "streams": streams[:NAMES],
        "more": len(part.datastreams) - len(streams[:NAMES]),
        "sources": sorted({each.source.key for each in streams}),
    }
