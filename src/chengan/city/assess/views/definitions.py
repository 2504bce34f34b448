"""A method's definition as people read it: factors with steps, bands, cells, items, tables."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from chengan.city.assess import forms
from chengan.city.assess.models import Method
from chengan.city.assess.services import hazard_tables
from chengan.core.tables.major_hazards import TONNE

Given = Mapping[str, Any]


def readable(kind: str, definition: Any) -> dict[str, Any]:
    """Give what the page shows of a definition that was checked."""
    found: dict[str, Any] = {}
    if "factors" in definition:
        found["factors"] = [
            (each["code"], forms.word(each["name"]), [_step(step) for step in each["steps"]])
            for each in definition["factors"]
        ]
    if "bands" in definition:
        found["bands"] = _bands(definition["bands"])
    if "cells" in definition:
        found |= _cells(definition)
    if "items" in definition:
        found["points"] = [
            (each["code"], forms.word(each["name"]), each["weight"]) for each in definition["items"]
        ]
        found["least_coverage"] = definition.get("least_coverage", 1.0)
    if kind == Method.Kind.MAJOR_HAZARD:
        found |= _tables(definition)
    return found


def _step(step: list[Any]) -> tuple[str, str]:
    return f"{step[0]:g}", forms.word(step[1:])


def _bands(bands: Given) -> list[tuple[str, int]]:
    """Half-open intervals, the worst first."""
    edges = [f"{float(each):g}" for each in bands["edges"]]
    words = [
        f"< {edges[0]}",
        *[f"{low} ≤ … < {high}" for low, high in pairwise(edges)],
        f"≥ {edges[-1]}",
    ]
    return list(reversed(list(zip(words, bands["levels"], strict=True))))


def _cells(definition: Given) -> dict[str, Any]:
    """Likelihood down, the largest first; severity across."""
    rows, columns = definition["factors"]
    lines = [
        (*_step(step), cells)
        for step, cells in zip(rows["steps"], definition["cells"], strict=True)
    ]
    return {
        "matrix": list(reversed(lines)),
        "matrix_columns": [_step(step) for step in columns["steps"]],
        "matrix_down": forms.word(rows["name"]),
        "matrix_across": forms.word(columns["name"]),
    }


def _tables(definition: Given) -> dict[str, Any]:
    tables, scale = hazard_tables.tables_of(definition), hazard_tables.scale_of(definition)
    people = [f"{each:g}" for each in scale.people_edges]
    grades = [f"{each:g}" for each in scale.grade_edges]
    return {
        "edition": tables.edition,
        "is_own_table": "substances" in definition,
        "substances": [
            (each.name, ", ".join(each.cas), f"{each.threshold / TONNE:g}", each.beta)
            for each in tables.substances
        ],
        "categories": [
            (code, f"{kg / TONNE:g}", beta) for code, (kg, beta) in tables.categories.items()
        ],
        "people": list(zip(_between(people), scale.people_factors, strict=True)),
        "grades": [
            (grade, text, definition["levels"][str(grade)])
            for grade, text in zip((4, 3, 2, 1), _between(grades), strict=True)
        ],
        "not_major": definition["levels"]["0"],
    }


def _between(edges: list[str]) -> list[str]:
    middle = [f"{low} ≤ … < {high}" for low, high in pairwise(edges)]
    return [f"< {edges[0]}", *middle, f"≥ {edges[-1]}"]
