"""Which pipe of a water network likely leaks, from the pressures that have fallen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

import numpy as np

from chengan.city.assess import errors
from chengan.city.assess.engines import process
from chengan.city.assess.messages import message as _
from chengan.city.assess.models import NetworkFile
from chengan.core.network import leak

LEAST_SENSORS: Final = 3
LIMITS: Final = process.Limits(seconds=1800.0)
"""The model is run once a junction; only a worker may wait so long."""
MOST_JUNCTIONS: Final = 3500
"""So many runs end within the limit: grids of 900 took 77 s, 2,500 11 min, 4,000 35 min [ours]."""
REMEMBERED: Final = 16
Heard = Callable[[float], None]


@dataclass(frozen=True)
class Suspect:
    """A pipe by its name in the model, and its share of what speaks for any pipe, 0 to 1."""

    pipe: str
    share: float


@dataclass(frozen=True)
class LeakModel:
    """The model that is run for a network: its id, names and text."""

    pk: int
    name_zh: str
    name_en: str
    text: str


def leak_model(network: int) -> LeakModel:
    """The newest model of a network (its id).

    Raises
    ------
    errors.EngineFailed
        If there is none, or it has more than `MOST_JUNCTIONS`.
    """
    found = NetworkFile.objects.filter(network=network, engine=NetworkFile.Engine.WATER)
    model = found.order_by("-pk").first()
    if model is None:
        raise errors.EngineFailed(_("There is no model of this network: bring one in first."))
    if (count := junctions(model.text)) > MOST_JUNCTIONS:
        about = {"count": count, "most": MOST_JUNCTIONS}
        raise errors.EngineFailed(
            _(
                "The model has %(count)d junctions; with more than %(most)d the runs, one for each,"
                " would not end in half an hour. Bring in a model of the district's own part."
            )
            % about
        )
    return LeakModel(model.pk, model.name_zh, model.name_en, model.text)


def junctions(text: str) -> int:
    """How many junctions a model in EPANET's form has."""
    count, is_inside = 0, False
    for line in text.splitlines():
        content = line.partition(";")[0].strip()
        if content.startswith("["):
            is_inside = content[:5].upper() == "[JUNC"
        elif content and is_inside:
            count += 1
    return count


@dataclass(frozen=True)
class Suspects:
    """Pipes, the likeliest first; how many sensors stand at nodes of the model; what ran it."""

    pipes: list[Suspect]
    sensors: int
    engine: str


def likely_pipes(
    model: LeakModel, nodes: Sequence[str], days: np.ndarray, heard: Heard | None = None
) -> Suspects:
    """Pipes of a model, the likeliest first, each with its share; `heard` is told how far it is.

    nodes : the sensors' nodes in the model; days : (days, sensors), mean pressures by day.

    Raises
    ------
    errors.EngineFailed
        If it could not be run, or knows too few of the sensors.
    CoreError
        If too few days are known.
    """
    answer = _sensitivities(model.text, tuple(nodes), heard)
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
    order = np.argsort(-share, kind="stable")
    named = [Suspect(pipes[k][0], float(share[k])) for k in order]
    return Suspects(named, len(kept), answer["engine"])


_change = Lock()
_known: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}


def _sensitivities(text: str, sensors: tuple[str, ...], heard: Heard | None) -> dict[str, Any]:
    """What the engine says of a model; once in a process for each model and set of sensors."""
    if (known := _known.get((text, sensors))) is not None:
        return known
    question = {"text": text, "sensors": list(sensors)}
    answer = process.ask("leak", question, LIMITS, heard)
    with _change:
        if len(_known) >= REMEMBERED:
            del _known[next(iter(_known))]
        _known[text, sensors] = answer
    return answer
