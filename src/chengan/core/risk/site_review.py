"""Review a site: from what plants hold to a verdict on each target, one pure call.

`review(installations, targets, rose, options)` needs, in metres east and north of one origin:

- installations: `installation.Installation(name, x, y, cas, mass, equipment, temperature,
  pressure, bund_area, kind, barriers, count)`; `equipment` is one of `installation.EQUIPMENT`,
  `kind` tells what GB/T 37243-2019 excludes (`installation.OUT_OF_SCOPE`), `pressure` (Pa,
  absolute) may be None for the substance's own vapour pressure, `barriers` come from
  `installation.barriers_of(names)`;
- targets: `site_target.Target(name, kind, outline, people_day, people_night, is_new)`, `kind` one
  of `site_target.CLASSES`;
- rose: (6, 16) shares of time, classes of `weather.CLASSES` by the direction the wind blows to
  (`weather.rose(...)` from records, `weather.unknown()` where there are none);
- options: `Options`; surroundings: `site_notes.Surroundings`; times: `weather.Times`.

The same inputs give the same result to the last digit. `Review.to_dict()` is plain data.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.risk import (
    consequences,
    contours,
    criteria,
    site_alternatives,
    site_domino,
    site_notes,
    site_sureness,
    societal,
    weather,
)
from chengan.core.risk.consequences import Assumptions, NamedOutcome
from chengan.core.risk.footprint import Source
from chengan.core.risk.individual_grid import Grid, individual_risk
from chengan.core.risk.installation import Installation, refuse_out_of_scope
from chengan.core.risk.point_risk import outcome_risks, risk_at_points
from chengan.core.risk.site_alternatives import BarrierEffect, LessInventory, Move
from chengan.core.risk.site_notes import Surroundings
from chengan.core.risk.site_target import CLASSES, Target
from chengan.core.risk.weather import Times

_MARGIN: Final = 800.0  # m around plants and targets that the map shows
INDOORS_DAY: Final = 0.93
"""Share of the people in houses by day; TNO CPR 18E (1999), section 5.3.2 (V-)."""
INDOORS_NIGHT: Final = 0.99
_MATTERS: Final = 0.02  # share of a target's risk from which a plant is varied


@dataclass(frozen=True)
class Options:
    """How a review is made; `samples` 0 leaves the Latin hypercube out."""

    criteria_code: str = "GB36894-2018"
    spacing: float = 20.0
    most_cells: int = 160_000
    levels: tuple[float, ...] = (3e-5, 1e-5, 3e-6, 1e-6, 3e-7)
    samples: int = 24
    seed: int = 20_240_101
    assumptions: Assumptions = field(default_factory=Assumptions)
    with_alternatives: bool = True
    indoors_day: float = INDOORS_DAY
    indoors_night: float = INDOORS_NIGHT


@dataclass(frozen=True)
class Share:
    """How much of a target's risk one event of one installation brings."""

    installation: str
    failure: str
    event: str
    frequency: float
    risk: float
    share: float


@dataclass(frozen=True)
class Verdict:
    """One target judged: the worst risk on its ground against the criterion."""

    target: str
    kind: str
    risk: float
    criterion: float
    passes: bool
    clause: str
    source: str
    mark: str
    worst_x: float
    worst_y: float
    shares: tuple[Share, ...]
    sureness: site_sureness.Sureness | None
    move: Move | None
    inventory: tuple[LessInventory, ...]
    barriers: tuple[BarrierEffect, ...]


@dataclass(frozen=True)
class Review:
    """All of a review. `risk` is (rows, columns), southernmost row first."""

    verdicts: tuple[Verdict, ...]
    passes: bool
    region: str
    fn: FloatArray
    potential_loss: float
    grid: Grid
    risk: FloatArray
    contours: dict[float, list[FloatArray]]
    ranking: tuple[Share, ...]
    domino: tuple[site_domino.Chain, ...]
    notes: tuple[site_notes.Note, ...]
    criteria_code: str

    def to_dict(self) -> dict[str, Any]:
        """As plain data without the grid's cells: numbers, texts, lists and dictionaries."""
        return {
            "criteria": self.criteria_code,
            "passes": self.passes,
            "societal": {
                "region": self.region,
                "fn": [[float(n), float(f)] for n, f in self.fn],
                "potential_loss": self.potential_loss,
            },
            "verdicts": [_verdict_dict(each) for each in self.verdicts],
            "ranking": [dict(each.__dict__) for each in self.ranking],
            "domino": [dict(each.__dict__) for each in self.domino],
            "grid": dict(self.grid.__dict__),
            "contours": {
                f"{level:g}": [np.round(line, 1).tolist() for line in found]
                for level, found in self.contours.items()
            },
            "warnings": [{"code": each.code, **each.about} for each in self.notes],
        }


def review(
    installations: Sequence[Installation],
    targets: Sequence[Target],
    rose: FloatArray,
    options: Options | None = None,
    surroundings: Surroundings | None = None,
    times: Times | None = None,
) -> Review:
    """Judge every target against every installation.

    `times`: the rose by day and by night, for the deaths of many at once; `rose` without.
    `surroundings`: buildings and heights of the ground, which laws of flat open ground ignore.

    Raises
    ------
    errors.OutOfRange
        For an installation that GB/T 37243-2019 excludes (by name), no installation, no target,
        an unknown criterion, or figures outside the laws' ranges.

    Source: quantitative method of GB/T 37243-2019 (R) in the form of TNO CPR 18E (1999);
    docs/models/consequences.md.
    """
    chosen = options or Options()
    if not installations or not targets:
        raise errors.OutOfRange("a review needs one installation and one target at least")
    for each in installations:
        refuse_out_of_scope(each)
    rules = criteria.criteria(chosen.criteria_code)
    noted = site_notes.notes(installations, rose, rules, surroundings or Surroundings())
    known = times or Times(rose, rose)
    rose = weather.finer(rose)
    times = Times(weather.finer(known.day), weather.finer(known.night), known.day_share)
    named = [consequences.named_outcomes(each, chosen.assumptions) for each in installations]
    sources = [_source(p, outcomes) for p, outcomes in zip(installations, named, strict=True)]
    verdicts = tuple(
        _judge(target, installations, named, sources, rose, rules, chosen) for target in targets
    )
    rows = _casualties(sources, times, targets, chosen)
    curve = societal.fn_curve(rows)
    region = criteria.region(rules, curve)
    grid = _grid(installations, targets, chosen)
    risk = individual_risk(sources, rose, grid)
    return Review(
        verdicts=verdicts,
        passes=all(each.passes for each in verdicts) and region != "intolerable",
        region=region,
        fn=curve,
        potential_loss=societal.potential_loss(rows),
        grid=grid,
        risk=risk,
        contours=contours.lines(risk, grid, chosen.levels),
        ranking=max(verdicts, key=lambda each: each.risk / each.criterion).shares,
        domino=tuple(site_domino.chains(installations, chosen.assumptions)),
        notes=tuple(noted),
        criteria_code=rules.code,
    )


def _source(plant: Installation, outcomes: list[NamedOutcome]) -> Source:
    return Source(plant.x, plant.y, [each.outcome for each in outcomes])


def _judge(
    target: Target,
    plants: Sequence[Installation],
    named: list[list[NamedOutcome]],
    sources: list[Source],
    rose: FloatArray,
    rules: criteria.Criteria,
    options: Options,
) -> Verdict:
    limit = criteria.limit(rules, CLASSES[target.kind])
    most = limit.new if target.is_new else limit.in_service
    risk, where = site_alternatives.worst(sources, rose, target)
    shares = _shares(plants, named, rose, where, risk)
    matter = _that_matter(plants, shares)
    rest = [s for p, s in zip(plants, sources, strict=True) if p not in matter]
    told, passes = options.assumptions, risk <= most
    sure = None
    if options.samples and matter:
        base = float(risk_at_points(rest, rose, where[None])[0])
        sure = site_sureness.sureness(
            matter, base, rose, where, most, told, options.samples, options.seed
        )
    helps = options.with_alternatives and not passes and bool(matter)
    return Verdict(
        target=target.name,
        kind=target.kind,
        risk=risk,
        criterion=most,
        passes=passes,
        clause="individual risk, new" if target.is_new else "individual risk, in service",
        source=limit.source,
        mark=limit.mark,
        worst_x=float(where[0]),
        worst_y=float(where[1]),
        shares=shares,
        sureness=sure,
        move=site_alternatives.move(sources, rose, target, matter[0], most) if helps else None,
        inventory=(
            tuple(_less(matter, plants, sources, rose, target, most, told)) if helps else ()
        ),
        barriers=(
            tuple(site_alternatives.barrier_effects(matter, rest, rose, target, most, told))
            if helps
            else ()
        ),
    )


def _less(
    matter: list[Installation],
    plants: Sequence[Installation],
    sources: list[Source],
    rose: FloatArray,
    target: Target,
    most: float,
    told: Assumptions,
) -> Iterator[LessInventory]:
    """Less in the worst plant alone; and in all that matter, where there are several."""
    choices = [matter[:1], matter] if len(matter) > 1 else [matter]
    for chosen in choices:
        others = [s for p, s in zip(plants, sources, strict=True) if p not in chosen]
        yield site_alternatives.less_inventory(chosen, others, rose, target, most, told)


def _shares(
    plants: Sequence[Installation],
    named: list[list[NamedOutcome]],
    rose: FloatArray,
    where: FloatArray,
    total: float,
) -> tuple[Share, ...]:
    found = []
    for plant, outcomes in zip(plants, named, strict=True):
        risks = outcome_risks(_source(plant, outcomes), rose, where)
        for each, risk in zip(outcomes, risks, strict=True):
            part = risk / total if total > 0 else 0.0
            named_by = (plant.name, each.failure, each.event)
            found.append(Share(*named_by, each.outcome.frequency, risk, part))
    return tuple(sorted(found, key=lambda share: -share.risk))


def _that_matter(plants: Sequence[Installation], shares: tuple[Share, ...]) -> list[Installation]:
    """Plants that bring a fiftieth of a risk or more, the worst first."""
    brings = {plant.name: 0.0 for plant in plants}
    for each in shares:
        brings[each.installation] += each.share
    order = sorted(plants, key=lambda plant: -brings[plant.name])
    return [plant for plant in order if brings[plant.name] >= _MATTERS]


def _casualties(
    sources: list[Source], times: Times, targets: Sequence[Target], options: Options
) -> FloatArray:
    """Rows of frequency and deaths, by day and by night; people stand evenly on their ground."""
    grounds = [target.points() for target in targets]
    at = np.vstack(grounds)
    rows = []
    for people, share, rose, indoors in (
        ([t.people_day for t in targets], times.day_share, times.day, options.indoors_day),
        (
            [t.people_night for t in targets],
            1 - times.day_share,
            times.night,
            options.indoors_night,
        ),
    ):
        there = np.concatenate(
            [np.full(len(g), n / len(g)) for g, n in zip(grounds, people, strict=True)]
        )
        found = societal.casualties(sources, rose, at[:, 0], at[:, 1], there, indoors)
        rows.append(found * (share, 1.0))
    return np.vstack(rows)


def _grid(plants: Sequence[Installation], targets: Sequence[Target], options: Options) -> Grid:
    spots = [np.array([[plant.x, plant.y] for plant in plants]), *(t.outline for t in targets)]
    corners = np.vstack(spots)
    west, south = corners.min(axis=0) - _MARGIN
    wide, high = corners.max(axis=0) + _MARGIN - (west, south)
    step = max(options.spacing, float(np.sqrt(wide * high / options.most_cells)))
    columns, rows = int(np.ceil(wide / step)) + 1, int(np.ceil(high / step)) + 1
    return Grid(float(west), float(south), step, columns, rows)


def _verdict_dict(verdict: Verdict) -> dict[str, Any]:
    plain = dict(verdict.__dict__)
    plain["shares"] = [dict(each.__dict__) for each in verdict.shares]
    plain["barriers"] = [each.to_dict() for each in verdict.barriers]
    plain["inventory"] = [each.to_dict() for each in verdict.inventory]
    plain["move"] = verdict.move.to_dict() if verdict.move else None
    plain["sureness"] = verdict.sureness.to_dict() if verdict.sureness else None
    return plain
