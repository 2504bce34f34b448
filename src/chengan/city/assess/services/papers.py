"""Papers of the register that hang on a wall, made by `papers`: notice card and board."""

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import segno
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chengan.city.assess.models import Control, Hazard, Rating, Risk
from chengan.city.assess.selectors import register
from chengan.city.assess.services import assessing, methods
from chengan.city.papers import api as papers
from chengan.city.places import api as places

HERE: Final = Path(__file__).resolve().parent.parent
LEVEL_KEYS: Final = {5: "red", 4: "orange", 3: "yellow", 2: "blue"}
COLOURS: Final = {5: "◆", 4: "▲", 3: "●", 2: "■"}
MOST: Final = 200
"""Risks on a board; what is left out is said [ours]."""


def card(risk: Risk, address: str, *, at: datetime) -> bytes:
    """Set the notice card of one risk: level, hazard, consequence, controls, who answers, QR."""
    hazard = Hazard.objects.filter(code=risk.hazard_code, library__retired_at=None).first()
    level = risk.rating.current
    answering = register.answering(risk, level, methods.policy())
    held = risk.controls.filter(status__in=["in_force", "planned"]).order_by("kind", "id")
    data = {
        "title": _("Safety risk notice card"),
        "mark": _("sample data") if risk.is_sample else "",
        "name": local_name(risk),
        "level": LEVEL_KEYS.get(level or 0, "notice"),
        "level_word": f"{COLOURS.get(level or 0, '▨')} {assessing.word_of(level)}",
        "rows": [
            [_("Object"), local_name(risk.city_object)],
            [_("Where exactly"), risk.place_note or "–"],
            [_("Accident"), local_word(risk.accident_zh, risk.accident_en)],
            [_("Causes"), _listed(_words(hazard.causes if hazard else []))],
            [_("Without controls"), assessing.word_of(risk.rating.inherent)],
            [_("With controls"), assessing.word_of(risk.rating.residual)],
            [
                _("People exposed"),
                str(risk.exposed_people) if risk.exposed_people is not None else "–",
            ],
            [_("Owner"), local_name(risk.city_object.owner)],
            [_("Answers at"), local_name(answering) if answering else "–"],
            [_("In an emergency"), _listed(_emergency(risk, hazard))],
            [_("Report to"), _listed(_reachable(risk.city_object.owner, answering))],
            [
                _("Next review"),
                risk.rating.review_date.isoformat() if risk.rating.review_date else "–",
            ],
        ],
        "controls_title": _("Controls"),
        "controls": [
            [
                str(each.get_kind_display()),
                local_name(each),
                each.responsible or local_name(each.owner),
            ]
            for each in held
        ]
        or [["–", _("No control is registered."), ""]],
        "scan": _("Scan for the present level"),
        "footer": f"{_('Made at')} {timezone.localtime(at):%Y-%m-%d %H:%M} · #{risk.pk}",
    }
    return papers.typeset(
        HERE / "papers" / "card.typ", data, at=at, pictures={"qr.svg": _qr(address)}
    )


def _emergency(risk: Risk, hazard: Hazard | None) -> list[str]:
    """What is to be done when it happens: the risk's own, else what the library says."""
    kind = Control.Kind.EMERGENCY
    own = [local_name(each) for each in risk.controls.filter(kind=kind, status="in_force")]
    given = [each for each in (hazard.controls if hazard else []) if each["kind"] == kind]
    return own or _words(given)


def _reachable(*organisations: places.Organisation | None) -> list[str]:
    """Names and telephones, each once."""
    named = {each.pk: each for each in organisations if each is not None}
    return [f"{local_name(each)} {each.phone}".strip() for each in named.values()]


def _words(pairs: Sequence[Any]) -> list[str]:
    return [local_word(each["zh"], each["en"]) for each in pairs]


def _listed(words: Sequence[str]) -> str:
    return ("；" if _is_chinese() else "; ").join(words) or "–"


def board(
    thing: places.CityObject,
    ratings: Sequence[Rating],
    address: str,
    *,
    at: datetime,
    is_cut: bool = False,
) -> bytes:
    """Set the board of one object: its risks, worst first; says so where `is_cut`."""
    rows = [_line(each) for each in ratings]
    keys = [LEVEL_KEYS.get(each.current or 0, "notice") for each in ratings]
    if is_cut:
        rows.append(["…", _("There are more: see the register."), "", "", ""])
    if not rows:
        rows.append(["–", _("No risk is registered here: nobody has looked."), "", "", ""])
    data = {
        "title": _("Safety risk board"),
        "mark": _("sample data") if thing.is_sample else "",
        "name": local_name(thing),
        "owner": f"{_('Owner')}: {local_name(thing.owner)}",
        "headers": [_("Level"), _("Risk"), _("Accident"), _("Controls"), _("Next review")],
        "rows": rows,
        "keys": [*keys, *["notice"] * (len(rows) - len(keys))],
        "scan": _("Scan for the present level"),
        "footer": f"{_('Made at')} {timezone.localtime(at):%Y-%m-%d %H:%M}",
    }
    return papers.typeset(
        HERE / "papers" / "board.typ", data, at=at, pictures={"qr.svg": _qr(address)}
    )


def _line(rating: Rating) -> list[str]:
    risk = rating.risk
    held = risk.controls.filter(status="in_force").order_by("kind", "id")[:4]
    return [
        f"{COLOURS.get(rating.current or 0, '▨')} {assessing.word_of(rating.current)}",
        local_name(risk),
        local_word(risk.accident_zh, risk.accident_en),
        _listed([local_name(each) for each in held]),
        rating.review_date.isoformat() if rating.review_date else "–",
    ]


def _qr(address: str) -> bytes:
    kept = io.BytesIO()
    segno.make(address, error="m").save(kept, kind="svg", border=2, scale=4)
    return kept.getvalue()


def local_name(named: Any) -> str:
    """Give a thing's name in the language of the paper."""
    return local_word(named.name_zh, named.name_en)


def local_word(zh: str, en: str) -> str:
    """Give the one of two words that the paper is in."""
    return zh if _is_chinese() else en or zh


def _is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")
