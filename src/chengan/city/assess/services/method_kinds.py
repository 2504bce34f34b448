"""Methods of a city: added, taken out of use, offered to a sector, begun from another one."""

import re
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction

from chengan.city.assess import errors
from chengan.city.assess.messages import message as _
from chengan.city.assess.models import HazardLibrary, Method
from chengan.city.assess.services import methods

Kind = Method.Kind
BY_SECTOR: Final = frozenset({Kind.MATRIX, Kind.CHECKLIST})
"""Kinds of which a sector's own takes the place of the general ones."""
CODE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,58}[a-z0-9]")
MES: Final = "mes"


def offered(sector: str) -> list[Method]:
    """Give the methods in force by which risks of a sector are assessed, by code."""
    found = list(
        Method.objects.filter(retired_at=None, sector__in=["", sector])
        .exclude(kind=Kind.POLICY)
        .order_by("code")
    )
    own = {each.kind for each in found if each.sector} & BY_SECTOR
    return [each for each in found if each.sector or each.kind not in own]


def own_of(method: Method, sector: str) -> Method | None:
    """Give the sector's own method that stands in for a general one; None where there is none."""
    if method.sector or method.kind not in BY_SECTOR:
        return None
    return Method.objects.filter(retired_at=None, kind=method.kind, sector=sector).first()


def start(code: str) -> dict[str, Any]:
    """Give what a new method begins with: a copy of the latest edition of `code`, or MES's frame.

    MES has no published table at hand: its factors are named and its steps are the city's to give.

    Raises
    ------
    errors.BadInputs
        If there is no such method, or nothing is rated by it.
    """
    if code == MES:
        return _mes()
    found = Method.objects.filter(code=code).exclude(kind=Kind.POLICY).order_by("-version").first()
    if found is None:
        raise errors.BadInputs("start", _("There is no method “%s”.") % code)
    names = ("kind", "name_zh", "name_en", "sector", "definition", "source", "mark")
    return {name: getattr(found, name) for name in names}


def _mes() -> dict[str, Any]:
    factors = (
        ("M", "控制措施的状态", "State of the controls"),
        ("E", "人体暴露于危险环境的频繁程度", "Exposure"),
        ("S", "事故的可能后果", "Severity"),
    )
    return {
        "kind": Kind.PRODUCT,
        "name_zh": "MES 作业风险评价",
        "name_en": "MES (measures × exposure × severity)",
        "sector": "",
        "definition": {
            "factors": [{"code": code, "name": [zh, en], "steps": []} for code, zh, en in factors],
            "bands": {"edges": [], "levels": [2, 3, 4, 5]},
        },
        "source": "",
        "mark": "R",
    }


@transaction.atomic
def create(
    *,
    code: str,
    kind: str,
    name_zh: str,
    name_en: str,
    sector: str,
    definition: Any,
    source: str,
    mark: str,
    by: str,
    at: datetime,
) -> Method:
    """Put a method of the city's own in force; a code that is out of use goes on counting.

    Raises
    ------
    errors.BadInputs
        Naming the field: a code that is in force or was of another kind, no name or source, a
        sector that has no library or its own method of this kind already.
    errors.BadDefinition
        If the definition contradicts itself.
    """
    _check_names(code, kind, name_zh, source)
    _check_sector(kind, sector)
    methods.check(kind, definition)
    latest = Method.objects.filter(code=code).order_by("-version").first()
    if latest is not None and latest.retired_at is None:
        text = _("“%s” is in force: put a new edition in force on its page.")
        raise errors.BadInputs("code", text % code)
    if latest is not None and latest.kind != kind:
        raise errors.BadInputs("code", _("“%s” was a method of another kind.") % code)
    try:
        with transaction.atomic():
            return Method.objects.create(
                code=code,
                version=latest.version + 1 if latest else 1,
                kind=kind,
                name_zh=name_zh.strip(),
                name_en=name_en.strip(),
                sector=sector,
                definition=definition,
                source=source.strip(),
                mark=mark,
                changed_by=by,
                effective_at=at,
            )
    except IntegrityError as error:
        text = _("Somebody put a method of this code in force meanwhile.")
        raise errors.BadInputs("code", text) from error


def _check_names(code: str, kind: str, name_zh: str, source: str) -> None:
    if not CODE.fullmatch(code) or code == "new":
        raise errors.BadInputs("code", _("Small letters, figures and hyphens, 2 to 60 of them."))
    if kind not in Kind.values or kind == Kind.POLICY:
        raise errors.BadInputs("kind", _("Nothing is rated by a method of this kind."))
    if not name_zh.strip():
        raise errors.BadInputs("name_zh", _("A method needs a name."))
    if not source.strip():
        raise errors.BadInputs(
            "source", _("Say where the figures are from, or that they are ours.")
        )


def _check_sector(kind: str, sector: str) -> None:
    if not sector:
        return
    if not HazardLibrary.objects.filter(code=sector, retired_at=None).exists():
        raise errors.BadInputs("sector", _("No sector of this code has a hazard library in force."))
    own = Method.objects.filter(retired_at=None, kind=kind, sector=sector).first()
    if own is not None and kind in BY_SECTOR:
        text = _("This sector has its own method of this kind already: %s.")
        raise errors.BadInputs("sector", text % own.code)


def retire(*, method: Method, at: datetime) -> None:
    """Take a method out of use: nobody assesses by it any more; what was rated by it stays.

    Raises
    ------
    errors.BadInputs
        For the rules of the register, without which nothing is reviewed.
    errors.Stale
        If somebody changed it meanwhile.
    """
    if method.kind == Kind.POLICY:
        raise errors.BadInputs("", _("The register cannot do without its rules."))
    if not Method.objects.filter(pk=method.pk, retired_at=None).update(retired_at=at):
        raise errors.Stale(_("Somebody changed it meanwhile: look at it again."))
