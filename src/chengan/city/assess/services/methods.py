"""Methods, libraries and living rules as versioned data: laid once, then the city's own."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema
import yaml
from django.db import transaction

from chengan.city.assess import errors
from chengan.city.assess.messages import message as _
from chengan.city.assess.models import LivingRule, Method
from chengan.city.assess.services import hazard_tables, rating, schema_words
from chengan.core.errors import CoreError
from chengan.core.risk.matrix import Matrix

APP: Final = Path(__file__).resolve().parent.parent
WHERE: Final = ("object", "datastream", "area", "cells", "geometry", "risk", "everywhere")
MOST_HOURS: Final = 10 * 8760


@transaction.atomic
def lay(at: datetime) -> int:
    """Create the product's methods and living rules where none of that code is; give how many."""
    made = 0
    have = set(Method.objects.values_list("code", flat=True))
    for each in _read("methods/methods.yaml"):
        if each["code"] not in have:
            made += 1
            about = {"kind": each["kind"], "sector": each.get("sector", ""), "effective_at": at}
            if each["kind"] == Method.Kind.MAJOR_HAZARD:
                about["definition"] = each["definition"] | hazard_tables.plain()
            Method.objects.create(**_named(each) | about)
    _give_tables(at)
    have = set(LivingRule.objects.values_list("code", flat=True))
    for each in _read("rules/living.yaml"):
        if each["code"] not in have:
            LivingRule.objects.create(**_named({"mark": "D", **each}), effective_at=at)
            made += 1
    return made


def _give_tables(at: datetime) -> None:
    """GB 18218's tables become data of the edition that has none; nothing is rated otherwise."""
    for each in Method.objects.filter(kind=Method.Kind.MAJOR_HAZARD, retired_at=None):
        if "substances" not in each.definition:
            whole = each.definition | hazard_tables.plain()
            put_method(
                method=each,
                definition=whole,
                source=each.source,
                mark=each.mark,
                by=each.changed_by,
                at=at,
            )


def _named(each: dict[str, Any]) -> dict[str, Any]:
    zh, en = each["name"]
    kept = {name: each[name] for name in ("code", "definition", "source", "mark")}
    return kept | {"name_zh": zh, "name_en": en}


def current(code: str) -> Method:
    """Give the version of a method in force.

    Raises
    ------
    errors.BadDefinition
        If there is none.
    """
    found = Method.objects.filter(code=code, retired_at=None).first()
    if found is None:
        raise errors.BadDefinition(_("There is no method “%s” in force.") % code)
    return found


def policy() -> dict[str, Any]:
    """Give the rules of the register in force (review days, tiers, bands of loss)."""
    found = Method.objects.filter(code="register", retired_at=None).first()
    return dict(found.definition) if found else dict(_default_policy())


@cache
def _default_policy() -> dict[str, Any]:
    return dict(
        next(m for m in _read("methods/methods.yaml") if m["kind"] == "policy")["definition"]
    )


def check(kind: str, definition: Any) -> None:
    """Refuse a definition that its method could not read.

    Raises
    ------
    errors.BadDefinition
        Saying where.
    """
    wanted = {"$ref": f"#/$defs/{kind}", "$defs": _schema()}
    fault = jsonschema.exceptions.best_match(
        jsonschema.Draft202012Validator(wanted).iter_errors(definition)
    )
    if fault is not None:
        raise errors.BadDefinition(schema_words.said(fault, kind))
    if "bands" in definition:
        rating.bands_of(definition)
    if "cells" in definition:
        _check_cells(definition)
    if kind == Method.Kind.MAJOR_HAZARD:
        hazard_tables.check(definition)


@cache
def _schema() -> dict[str, Any]:
    text = (APP / "methods" / "definition.schema.json").read_text("utf-8")
    return dict(json.loads(text)["$defs"])


def in_order(kind: str, definition: dict[str, Any]) -> dict[str, Any]:
    """Give a definition in the order of its schema: the database keeps none."""
    names = _schema()[kind]["properties"]
    return {name: definition[name] for name in names if name in definition} | definition


def _check_cells(definition: dict[str, Any]) -> None:
    try:
        made = Matrix(tuple(tuple(map(int, row)) for row in definition["cells"]))
    except CoreError as error:
        raise errors.BadDefinition(_("cells: %s") % error.sentence) from error
    sizes = [len(each["steps"]) for each in definition["factors"]]
    if sizes != [len(made.cells), len(made.cells[0])]:
        raise errors.BadDefinition(_("cells: %s steps need as many rows and columns") % sizes)
    for each in definition["factors"]:
        steps = [step[0] for step in each["steps"]]
        if steps != list(range(1, len(steps) + 1)):
            given = {"code": each["code"], "most": len(steps)}
            text = _("%(code)s: the steps of a matrix are 1 to %(most)s, in this order.")
            raise errors.BadDefinition(text % given)


@transaction.atomic
def put_method(
    *, method: Method, definition: Any, source: str, mark: str, by: str, at: datetime
) -> Method:
    """Put a new version in force; the old one stays for the assessments made by it.

    Raises
    ------
    errors.BadDefinition
        If it contradicts itself.
    errors.Stale
        If somebody put another version in force meanwhile.
    """
    check(method.kind, definition)
    retired = Method.objects.filter(pk=method.pk, retired_at=None).update(retired_at=at)
    if not retired:
        raise errors.Stale(_("Somebody changed it meanwhile: look at it again."))
    return Method.objects.create(
        code=method.code,
        version=method.version + 1,
        kind=method.kind,
        name_zh=method.name_zh,
        name_en=method.name_en,
        sector=method.sector,
        definition=definition,
        source=source,
        mark=mark,
        changed_by=by,
        effective_at=at,
    )


def check_rule(definition: Any) -> None:
    """Refuse a living rule that could not be applied.

    Raises
    ------
    errors.BadDefinition
        Saying where.
    """
    fault = jsonschema.exceptions.best_match(
        jsonschema.Draft202012Validator(RULE_SCHEMA).iter_errors(definition)
    )
    if fault is not None:
        raise errors.BadDefinition(schema_words.said(fault, "rule"))
    if not definition["raise_by"] and not definition["at_least"]:
        raise errors.BadDefinition(_("A rule raises by a step or to a level at least."))


@transaction.atomic
def put_rule(
    *,
    rule: LivingRule,
    definition: Any,
    source: str,
    is_active: bool,
    by: str,
    at: datetime,
) -> LivingRule:
    """Put a new version of a living rule in force; raises of the old one run on to their end.

    Raises
    ------
    errors.BadDefinition, errors.Stale
        As `put_method`.
    """
    check_rule(definition)
    if not LivingRule.objects.filter(pk=rule.pk, retired_at=None).update(retired_at=at):
        raise errors.Stale(_("Somebody changed it meanwhile: look at it again."))
    return LivingRule.objects.create(
        code=rule.code,
        version=rule.version + 1,
        name_zh=rule.name_zh,
        name_en=rule.name_en,
        definition=definition,
        source=source,
        mark=rule.mark,
        is_active=is_active,
        changed_by=by,
        effective_at=at,
    )


@cache
def _read(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((APP / name).read_text("utf-8"))
    return found


TEXTS: Final = {"type": "array", "items": {"type": "string", "minLength": 1}}
RULE_SCHEMA: Final = {
    "type": "object",
    "required": ["begins", "ends", "key", "where", "least", "raise_by", "at_least", "hours"],
    "additionalProperties": False,
    "properties": {
        "begins": {**TEXTS, "minItems": 1},
        "ends": TEXTS,
        "key": TEXTS,
        "sectors": TEXTS,
        "event_types": TEXTS,
        "where": {
            "type": "object",
            "required": ["by"],
            "additionalProperties": False,
            "properties": {"by": {"enum": list(WHERE)}, "field": {"type": "string"}},
        },
        "least": {"type": "integer", "minimum": 0, "maximum": 5},
        "raise_by": {"type": "integer", "minimum": 0, "maximum": 3},
        "at_least": {"enum": [0, 2, 3, 4, 5]},
        "hours": {"type": "number", "exclusiveMinimum": 0, "maximum": MOST_HOURS},
    },
}
