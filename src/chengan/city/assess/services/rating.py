"""One method applied to one set of inputs, with a receipt by which it can be run again.

The methods' definitions are data; what is calculated stands in `core/risk`.
"""

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from chengan import __version__
from chengan.city.assess.errors import BadDefinition, BadInputs
from chengan.city.assess.messages import message as _
from chengan.city.assess.models import Method
from chengan.city.assess.services import hazard_tables
from chengan.core.errors import CoreError
from chengan.core.risk import bow_tie, checklist, fault_tree, major_hazard, product
from chengan.core.risk.bands import Bands
from chengan.core.risk.matrix import Matrix
from chengan.core.tables.major_hazards import TONNE, Substance, Tables

Inputs = Mapping[str, Any]
FACTORS: Final = {Method.Kind.PRODUCT, Method.Kind.MATRIX}
MOST_FACTORS: Final = 3


@dataclass(frozen=True)
class Result:
    """`figure` as the method counts, `level` 2–5 or None where data are missing, and the parts."""

    figure: float | None
    level: int | None
    details: dict[str, Any] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Give it as JSON keeps it."""
        return {"figure": self.figure, "level": self.level, "details": self.details}


def rate(method: Method, inputs: Inputs) -> Result:
    """Apply one version of a method.

    Raises
    ------
    BadInputs
        Naming the field.
    BadDefinition
        If the version contradicts itself.
    """
    try:
        return READERS[method.kind](method.definition, inputs)
    except BadInputs:
        raise
    except KeyError as error:
        raise BadInputs(str(error.args[0]), _("This figure is missing.")) from error
    except CoreError as error:
        raise BadInputs("", error.sentence) from error
    except (TypeError, ValueError) as error:
        raise BadInputs("", _("These inputs can't be read: %s") % str(error)) from error


def receipt(method: Method, inputs: Inputs, result: Inputs) -> dict[str, str]:
    """Say what made a result: method edition, software versions, hashes."""
    return {
        "method": f"{method.code}/{method.version}",
        "method_hash": digest(method.definition),
        "inputs_hash": digest(inputs),
        "result_hash": digest(result),
        "chengan": __version__,
        "numpy": np.__version__,
    }


def digest(value: Any) -> str:
    """SHA-256 of a value's canonical JSON."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def bands_of(definition: Inputs) -> Bands:
    """Give a definition's bands.

    Raises
    ------
    BadDefinition
        If they contradict themselves.
    """
    try:
        given = definition["bands"]
        return Bands(tuple(map(float, given["edges"])), tuple(map(int, given["levels"])))
    except CoreError as error:
        raise BadDefinition(_("Bands: %s") % error.sentence) from error
    except (KeyError, TypeError, ValueError) as error:
        raise BadDefinition(_("Bands: %s") % str(error)) from error


def factors_of(definition: Inputs, inputs: Inputs) -> list[float]:
    """Give the judged factors in the method's order; each stands on its scale.

    Raises
    ------
    BadInputs
        Naming the factor and its steps.
    """
    found = []
    for each in definition["factors"]:
        code, steps = each["code"], [float(step[0]) for step in each["steps"]]
        try:
            value = float(inputs[code])
        except (KeyError, TypeError, ValueError):
            value = math.nan
        if value not in steps:
            words = ", ".join(f"{step:g}" for step in steps)
            text = _("%(code)s must be one of %(steps)s.") % {"code": code, "steps": words}
            raise BadInputs(code, text)
        found.append(value)
    return found


def _product(definition: Inputs, inputs: Inputs) -> Result:
    factors = factors_of(definition, inputs)
    figure = float(product.score([factors])[0])
    return Result(figure, _level(bands_of(definition).level(figure)))


def _matrix(definition: Inputs, inputs: Inputs) -> Result:
    first, second = factors_of(definition, inputs)
    made = Matrix(tuple(tuple(map(int, row)) for row in definition["cells"]))
    return Result(first * second, _level(made.level(first, second)))


def _major_hazard(definition: Inputs, inputs: Inputs) -> Result:
    tables = hazard_tables.tables_of(definition)
    given = enumerate(inputs.get("substances") or [])
    rows = [_substance(tables, number, row) for number, row in given]
    people = inputs.get("people")
    units = major_hazard.rate(
        unit=np.zeros(len(rows), dtype=np.int64),
        amount=[row[0] for row in rows],
        threshold=[row[1] for row in rows],
        beta=[row[2] for row in rows],
        people=[math.nan if people in {None, ""} else float(str(people))],
        scale=hazard_tables.scale_of(definition),
    )
    grade = int(units.grade[0])
    details = {
        "s": _number(units.s[0]),
        "r": _number(units.r[0]),
        "grade": grade,
        "is_major": bool(units.s[0] >= 1),
        "is_complete": bool(units.is_complete[0]),
    }
    level = definition["levels"].get(str(grade))
    return Result(details["r"] if details["is_major"] else details["s"], level, details)


def _substance(tables: Tables, number: int, row: Inputs) -> tuple[float, float, float]:
    where = f"substances.{number}"
    amount = row.get("amount_t")
    kg = math.nan if amount in {None, ""} else float(str(amount)) * TONNE
    try:
        if name := str(row.get("name") or "").strip():
            found = tables.substance(name)
            return kg, found.threshold, _beta(tables, found, row, where)
        threshold, beta = tables.category(str(row.get("category") or ""))
    except CoreError as error:
        raise BadInputs(where, error.sentence) from error
    return kg, threshold, beta


def _beta(tables: Tables, found: Substance, row: Inputs, where: str) -> float:
    if found.beta is not None:
        return found.beta
    category = str(row.get("category") or "")
    if not category:
        text = _("Table 3 gives no factor for “%s”: name its category of table 2.")
        raise BadInputs(f"{where}.category", text % found.name)
    return tables.category(category)[1]


def _checklist(definition: Inputs, inputs: Inputs) -> Result:
    items, given = definition["items"], inputs.get("answers") or {}
    answers = [int(given.get(each["code"], checklist.UNANSWERED)) for each in items]
    found = checklist.index(
        answers,
        [float(each["weight"]) for each in items],
        least_coverage=float(definition.get("least_coverage", 1.0)),
    )
    level = _level(bands_of(definition).level(found.index))
    return Result(_number(found.index), level, {"coverage": found.coverage})


def _fault_tree(definition: Inputs, inputs: Inputs) -> Result:
    given = inputs.get("tree") or {}
    gates = {
        name: fault_tree.Gate(gate["kind"], tuple(gate["inputs"]), int(gate.get("needed", 0)))
        for name, gate in (given.get("gates") or {}).items()
    }
    events = {name: float(p) for name, p in (given.get("events") or {}).items()}
    found = fault_tree.evaluate(fault_tree.Tree(str(given.get("top", "")), gates, events))
    details = {
        "cut_sets": [sorted(each) for each in found.cut_sets[:200]],
        "cut_set_count": len(found.cut_sets),
        "birnbaum": dict(found.birnbaum),
        "fussell_vesely": dict(found.fussell_vesely),
    }
    level = _level(bands_of(definition).level(found.probability))
    return Result(found.probability, level, details)


def _bow_tie(definition: Inputs, inputs: Inputs) -> Result:
    given = inputs.get("bow_tie") or {}
    sides = [
        [
            bow_tie.Branch(str(each["name"]), float(each["rate"]), tuple(each.get("barriers", ())))
            for each in given.get(side) or []
        ]
        for side in ("threats", "consequences")
    ]
    found = bow_tie.evaluate(*sides)
    details: dict[str, Any] = {"threats": found.threats, "consequences": found.consequences}
    figure = found.top
    if definition.get("rated") == "consequences":
        if not found.consequences:
            raise BadInputs("text", _("Name the consequences: this edition is rated by them."))
        details, figure = {**details, "top": found.top}, sum(found.consequences.values())
    return Result(figure, _level(bands_of(definition).level(figure)), details)


def _policy(_definition: Inputs, _inputs: Inputs) -> Result:
    raise BadInputs("method", _("These are rules of the register: nothing is rated by them."))


def _level(found: Any) -> int | None:
    level = int(np.asarray(found).reshape(-1)[0])
    return None if level < 0 else level


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


READERS: dict[str, Callable[[Inputs, Inputs], Result]] = {
    Method.Kind.PRODUCT: _product,
    Method.Kind.MATRIX: _matrix,
    Method.Kind.MAJOR_HAZARD: _major_hazard,
    Method.Kind.CHECKLIST: _checklist,
    Method.Kind.FAULT_TREE: _fault_tree,
    Method.Kind.BOW_TIE: _bow_tie,
    Method.Kind.POLICY: _policy,
}
