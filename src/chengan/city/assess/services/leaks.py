"""Which pipe of a water network likely leaks, from the pressures that have fallen."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from chengan.city.assess import errors
from chengan.city.assess.engines import process
from chengan.city.assess.messages import message as _
from chengan.city.assess.models import NetworkFile
from chengan.core.network import leak

LEAST_SENSORS = 3


@dataclass(frozen=True)
class Suspect:
    """A pipe by its name in the model, and its share of what speaks for any pipe, 0 to 1."""

    pipe: str
    share: float


def likely_pipes(network: int, nodes: Sequence[str], days: np.ndarray) -> list[Suspect]:
    """Pipes of a network (its id), the likeliest first, each with its share.

    nodes : the sensors' nodes in the model; days : (days, sensors), mean pressures by day.

    Raises
    ------
    errors.EngineFailed
        If there is no model, or it could not be run.
    CoreError
        If too few days or sensors are known.
    """
    found = NetworkFile.objects.filter(network=network, engine=NetworkFile.Engine.WATER)
    model = found.order_by("-pk").first()
    if model is None:
        raise errors.EngineFailed(_("There is no model of this network: bring one in first."))
    answer = _sensitivities(model.text, tuple(nodes))
    kept = [k for k, name in enumerate(nodes) if name in set(answer["sensors"])]
    if len(kept) < LEAST_SENSORS:
        raise errors.EngineFailed(_("Too few of the sensors stand at nodes of the model."))
    drops, noise = leak.drops(days[:, kept])
    gain = leak.gains(np.array(answer["lost_m"]), drops, noise)
    place = {name: k for k, name in enumerate(answer["junctions"])}
    pipes = [each for each in answer["pipes"] if each[1] in place and each[2] in place]
    each = leak.pipes(gain, np.array([[place[a], place[b]] for _name, a, b in pipes]))
    weight = np.exp(each - each.max())
    share = weight / weight.sum()
    return [Suspect(pipes[k][0], float(share[k])) for k in np.argsort(-share, kind="stable")]


@lru_cache(maxsize=16)
def _sensitivities(text: str, sensors: tuple[str, ...]) -> dict[str, Any]:
    """What the engine says of a model; once in a process for each model and set of sensors."""
    return process.ask("leak", {"text": text, "sensors": list(sensors)})
