"""GB 18218's tables as data of an edition: substances, categories, people and grades.

An edition that names none was put in force before tables were data; it keeps those of the core.
"""

from collections.abc import Mapping
from typing import Any, Final

from chengan.city.assess.errors import BadDefinition
from chengan.city.assess.messages import message as _
from chengan.core.errors import CoreError
from chengan.core.risk import major_hazard
from chengan.core.tables import major_hazards
from chengan.core.tables.major_hazards import TONNE, Substance, Tables

NAMES: Final = ("edition", "substances", "categories", "people", "grades")


def plain() -> dict[str, Any]:
    """Give the published tables as an edition holds them: quantities in tonnes."""
    published = major_hazards.published()
    return {
        "edition": published.edition,
        "substances": [
            [each.name, ";".join(each.cas), _tidy(each.threshold / TONNE), _tidy(each.beta)]
            for each in published.substances
        ],
        "categories": [
            [code, _tidy(threshold / TONNE), _tidy(beta)]
            for code, (threshold, beta) in published.categories.items()
        ],
        "people": {
            "edges": [_tidy(each) for each in major_hazard.PEOPLE_EDGES],
            "factors": [_tidy(each) for each in major_hazard.PEOPLE_FACTORS],
        },
        "grades": {"edges": [_tidy(each) for each in major_hazard.GRADE_EDGES]},
    }


def _tidy(figure: float | None) -> float | None:
    """Write 5.0 as 5: people edit these figures."""
    return int(figure) if figure is not None and float(figure).is_integer() else figure


def tables_of(definition: Mapping[str, Any]) -> Tables:
    """Give an edition's tables, quantities in kg."""
    if "substances" not in definition:
        return major_hazards.published()
    substances = tuple(
        Substance(
            name,
            tuple(part.strip() for part in (cas or "").split(";") if part.strip()),
            float(tonnes) * TONNE,
            None if beta is None else float(beta),
        )
        for name, cas, tonnes, beta in definition["substances"]
    )
    categories = {
        code: (float(tonnes) * TONNE, float(beta))
        for code, tonnes, beta in definition["categories"]
    }
    return Tables(str(definition["edition"]), substances, categories)


def scale_of(definition: Mapping[str, Any]) -> major_hazard.Scale:
    """Give an edition's steps of people and R.

    Raises
    ------
    CoreError
        If they contradict themselves.
    """
    if "people" not in definition:
        return major_hazard.PUBLISHED
    people = definition["people"]
    return major_hazard.Scale(
        tuple(map(float, people["edges"])),
        tuple(map(float, people["factors"])),
        tuple(map(float, definition["grades"]["edges"])),
    )


def check(definition: Mapping[str, Any]) -> None:
    """Refuse tables in which a substance stands twice or a CAS number's check digit is wrong.

    Raises
    ------
    BadDefinition
        Naming the row.
    """
    try:
        scale_of(definition)
    except CoreError as error:
        raise BadDefinition(_("people and grades: %s") % error.sentence) from error
    codes = [each[0] for each in definition.get("categories", [])]
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise BadDefinition(_("categories: “%s” stands twice") % min(twice))
    names: set[str] = set()
    for each in tables_of(definition).substances:
        if each.name in names:
            raise BadDefinition(_("substances: “%s” stands twice") % each.name)
        names.add(each.name)
        for cas in each.cas:
            if not major_hazards.is_cas(cas):
                about = {"name": each.name, "cas": cas}
                text = _("substances: “%(name)s”: the check digit of CAS %(cas)s is wrong")
                raise BadDefinition(text % about)
