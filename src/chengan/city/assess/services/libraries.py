"""Hazard libraries: read from YAML, checked against their schema, put in force as editions."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import jsonschema
import yaml
from django.db import transaction

from chengan.city.assess import errors
from chengan.city.assess.messages import message as _
from chengan.city.assess.models import Control, Hazard, HazardLibrary
from chengan.city.assess.services import schema_words
from chengan.city.assess.services.rating import digest

FOLDER: Final = Path(__file__).resolve().parent.parent / "libraries"
MOST_BYTES: Final = 2 << 20


def lay(at: datetime) -> int:
    """Put the product's libraries in force where a sector has none; give how many."""
    have = set(HazardLibrary.objects.values_list("code", flat=True))
    fresh = [file for file in sorted(FOLDER.glob("*.yaml")) if file.stem not in have]
    for file in fresh:
        put(content=parse(file.read_text("utf-8")), by="", at=at, is_own=False)
    return len(fresh)


def parse(text: str) -> dict[str, Any]:
    """Give a library's content.

    Raises
    ------
    errors.BadDefinition
        If it is too large, no YAML, or against the schema: the message says where.
    """
    if len(text) > MOST_BYTES:
        raise errors.BadDefinition(_("The file is too large: at most 2 MB."))
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise errors.BadDefinition(_("Not readable as YAML: %s") % error) from error
    schema = json.loads((FOLDER / "library.schema.json").read_text("utf-8"))
    fault = jsonschema.exceptions.best_match(
        jsonschema.Draft202012Validator(schema).iter_errors(content)
    )
    if fault is not None:
        raise errors.BadDefinition(schema_words.said(fault, "file"))
    codes = [each["code"] for each in content["hazards"]]
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise errors.BadDefinition(_("hazards: “%s” stands twice") % sorted(twice)[0])
    return dict(content)


@transaction.atomic
def put(*, content: dict[str, Any], by: str, at: datetime, is_own: bool = True) -> HazardLibrary:
    """Put a new edition of a sector's library in force; the same content again changes nothing."""
    code = content["code"]
    latest = HazardLibrary.objects.filter(code=code).order_by("-version").first()
    if (
        latest
        and latest.retired_at is None
        and digest(as_content(latest)) == digest(_full(content))
    ):
        return latest
    HazardLibrary.objects.filter(code=code, retired_at=None).update(retired_at=at)
    zh, en = _pair(content["name"])
    made = HazardLibrary.objects.create(
        code=code,
        version=latest.version + 1 if latest else 1,
        name_zh=zh,
        name_en=en,
        plate=content.get("plate", ""),
        is_own=is_own,
        source=content["source"],
        mark=content["mark"],
        changed_by=by,
        effective_at=at,
    )
    Hazard.objects.bulk_create(_hazard(made, each) for each in content["hazards"])
    return made


def as_content(library: HazardLibrary) -> dict[str, Any]:
    """Give an edition as its file says it, to be changed and put in force again."""
    return _full(
        {
            "code": library.code,
            "name": [library.name_zh, library.name_en],
            "plate": library.plate,
            "source": library.source,
            "mark": library.mark,
            "hazards": [
                {
                    "code": each.code,
                    "name": [each.name_zh, each.name_en],
                    "accident": [each.accident_zh, each.accident_en],
                    "kinds": each.object_kinds,
                    "guide_words": [[word["zh"], word["en"]] for word in each.guide_words],
                    "causes": [[word["zh"], word["en"]] for word in each.causes],
                    "controls": _by_kind(each.controls),
                }
                for each in library.hazards.order_by("id")
            ],
        }
    )


def as_yaml(library: HazardLibrary) -> str:
    """Give an edition as a file that `parse` takes."""
    return str(yaml.safe_dump(as_content(library), allow_unicode=True, sort_keys=False, width=100))


def _full(content: dict[str, Any]) -> dict[str, Any]:
    hazards = [
        {
            "code": each["code"],
            "name": list(_pair(each["name"])),
            "accident": list(_pair(each["accident"])),
            "kinds": each.get("kinds", []),
            "guide_words": [list(_pair(word)) for word in each.get("guide_words", [])],
            "causes": [list(_pair(word)) for word in each.get("causes", [])],
            "controls": {
                kind: [list(_pair(word)) for word in each.get("controls", {}).get(kind, [])]
                for kind in Control.Kind.values
                if each.get("controls", {}).get(kind)
            },
        }
        for each in content["hazards"]
    ]
    return {
        "code": content["code"],
        "name": list(_pair(content["name"])),
        "plate": content.get("plate", ""),
        "source": content["source"],
        "mark": content["mark"],
        "hazards": hazards,
    }


def _hazard(library: HazardLibrary, each: dict[str, Any]) -> Hazard:
    zh, en = _pair(each["name"])
    accident_zh, accident_en = _pair(each["accident"])
    controls = [
        {"kind": kind, **_words(word)}
        for kind in Control.Kind.values
        for word in each.get("controls", {}).get(kind, [])
    ]
    return Hazard(
        library=library,
        code=each["code"],
        name_zh=zh,
        name_en=en,
        accident_zh=accident_zh,
        accident_en=accident_en,
        guide_words=[_words(word) for word in each.get("guide_words", [])],
        causes=[_words(word) for word in each.get("causes", [])],
        controls=controls,
        object_kinds=each.get("kinds", []),
    )


def _by_kind(controls: list[dict[str, str]]) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for each in controls:
        found.setdefault(each["kind"], []).append([each["zh"], each["en"]])
    return found


def _pair(words: list[str]) -> tuple[str, str]:
    return words[0], words[1] if len(words) > 1 else ""


def _words(words: list[str]) -> dict[str, str]:
    zh, en = _pair(words)
    return {"zh": zh, "en": en}
