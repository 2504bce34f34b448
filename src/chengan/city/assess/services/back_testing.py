"""What a living rule would have done with past facts, and whether it foretold incidents."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from chengan.city.assess.models import Rating, Risk
from chengan.city.assess.services.living import is_drill, risks_of, touched
from chengan.city.journal import api as journal

INCIDENT: Final = "command.incident.opened"
LATE: Final = timedelta(days=1)
"""Facts may be told that much after they were true."""
MOST_FACTS: Final = 20_000
SHOWN: Final = 10
WORST: Final = 5


@dataclass(frozen=True)
class BackTest:
    """What a rule would have done with past facts.

    `reached` counts risks by the level that it would have raised them to, from today's level
    with controls; `hours` sums how long raises would have lasted. Of `incidents` at an object,
    `foretold` fell into a raise of a risk of that object that had begun before; of `raises`,
    `followed` were followed by such an incident. `is_whole` is False when there were too many
    facts to take all.
    """

    facts: int
    raises: int
    risks: int
    hours: float
    reached: dict[int, int]
    incidents: int
    foretold: int
    followed: int
    is_whole: bool
    first: list[dict[str, Any]]


@dataclass
class Lasting:
    """One raise as it would have been."""

    risk: int
    begin: datetime
    end: datetime
    is_followed: bool = False


@dataclass
class Replay:
    """The rule's raises so far, by what they would end by, and how often they told in advance."""

    definition: dict[str, Any]
    going: dict[str, list[Lasting]] = field(default_factory=dict)
    over: list[Lasting] = field(default_factory=list)
    by_risk: dict[int, list[Lasting]] = field(default_factory=dict)
    known: dict[str, list[int]] = field(default_factory=dict)
    facts: int = 0
    incidents: int = 0
    foretold: int = 0
    first: list[dict[str, Any]] = field(default_factory=list)

    def take(self, entry: journal.Entry) -> None:
        """Let one fact end and begin raises."""
        if entry.kind == INCIDENT and not is_drill(entry.data):
            self._meet(entry)
        touch = touched(self.definition, entry, self._find)
        if touch is None:
            return
        self.facts += 1
        ended = [touch.key] if touch.is_whole else [key for key in self.going if touch.ends(key)]
        for key in ended:
            for each in self.going.pop(key, []):
                each.end = min(each.end, entry.at)
                self.over.append(each)
        if not touch.begins or not touch.risks:
            return
        end = entry.at + timedelta(hours=float(self.definition["hours"]))
        made = [Lasting(risk, entry.at, end) for risk in sorted(touch.risks)]
        self.going[touch.key] = made
        for each in made:
            self.by_risk.setdefault(each.risk, []).append(each)
        if len(self.first) < SHOWN:
            self.first.append({"at": entry.at, "kind": entry.kind, "subject": entry.subject,
                               "risks": len(made)})  # fmt: skip

    def _meet(self, entry: journal.Entry) -> None:
        """Say of an incident whether a raise of its object's risks was in force before it."""
        key = str(entry.data.get("city_object") or "")
        if not key.isdecimal():
            return
        self.incidents += 1
        risks = Risk.objects.filter(city_object_id=int(key)).values_list("pk", flat=True)
        met = [
            each
            for risk in risks
            for each in self.by_risk.get(risk, [])
            if each.begin < entry.at <= each.end
        ]
        self.foretold += bool(met)
        for each in met:
            each.is_followed = True

    def _find(self, definition: dict[str, Any], data: dict[str, Any]) -> Iterable[int]:
        names = str(definition["where"].get("field", "")).split("|")
        key = json.dumps([data.get(name) for name in names], default=str)
        if key not in self.known:
            self.known[key] = list(risks_of(definition, data))
        return self.known[key]

    def lasting(self) -> list[Lasting]:
        """Give all raises."""
        return [*self.over, *(each for kept in self.going.values() for each in kept)]


def back_test(definition: dict[str, Any], *, since: datetime, until: datetime) -> BackTest:
    """Apply a rule to the facts of a past time, writing nothing."""
    kinds = sorted({*definition["begins"], *definition["ends"], INCIDENT})
    replay, taken = Replay(definition), 0
    for entry in _past(kinds, since, until):
        taken += 1
        if taken > MOST_FACTS:
            break
        replay.take(entry)
    made = replay.lasting()
    risks = {each.risk for each in made}
    lasted = sum((min(each.end, until) - each.begin for each in made), timedelta())
    return BackTest(
        facts=replay.facts,
        raises=len(made),
        risks=len(risks),
        hours=lasted.total_seconds() / 3600,
        reached=_reached(definition, risks),
        incidents=replay.incidents,
        foretold=replay.foretold,
        followed=sum(each.is_followed for each in made),
        is_whole=taken <= MOST_FACTS,
        first=replay.first,
    )


def _past(kinds: list[str], since: datetime, until: datetime) -> Iterable[journal.Entry]:
    seq = _before(since - LATE)
    while entries := journal.after(seq, kinds=kinds, limit=1000):
        yield from (entry for entry in entries if since <= entry.at < until)
        seq = entries[-1].seq


def _before(at: datetime) -> int:
    """Give a number before which facts are older than `at`: numbers grow with time."""
    low, high = 0, journal.last_seq()
    while high - low > 1:
        middle = (low + high) // 2
        found = journal.after(middle, limit=1)
        if found and found[0].at < at:
            low = middle
        else:
            high = middle
    return low


def _reached(definition: dict[str, Any], risks: set[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for residual in Rating.objects.filter(risk_id__in=risks).values_list("residual", flat=True):
        raised = 0 if residual is None else min(residual + definition["raise_by"], WORST)
        level = max(raised, definition["at_least"])
        found[level] = found.get(level, 0) + 1
    return dict(sorted(found.items(), reverse=True))
