"""Papers of the register, made by `papers`: what hangs on a wall, what goes to a council."""

import io
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import segno
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chengan.city.assess.models import Assessment, Control, Hazard, Level, LevelChange, Rating, Risk
from chengan.city.assess.selectors import register
from chengan.city.assess.services import assessing, methods
from chengan.city.papers import api as papers
from chengan.city.places import api as places

HERE: Final = Path(__file__).resolve().parent.parent
LEVEL_KEYS: Final = {5: "red", 4: "orange", 3: "yellow", 2: "blue"}
COLOURS: Final = {5: "◆", 4: "▲", 3: "●", 2: "■"}
MOST: Final = 200


def card(risk: Risk, address: str, *, at: datetime) -> bytes:
    """Set the notice card of one risk: level, hazard, consequence, controls, who answers, QR."""
    hazard = Hazard.objects.filter(code=risk.hazard_code, library__retired_at=None).first()
    level = risk.rating.current
    answering = register.answering(risk, level, methods.policy())
    held = risk.controls.filter(status__in=["in_force", "planned"]).order_by("kind", "id")
    data = {
        "title": _("Safety risk notice card"),
        "mark": _("sample data") if risk.is_sample else "",
        "name": _name(risk),
        "level": LEVEL_KEYS.get(level or 0, "notice"),
        "level_word": f"{COLOURS.get(level or 0, '▨')} {assessing.word_of(level)}",
        "rows": [
            [_("Object"), _name(risk.city_object)],
            [_("Where exactly"), risk.place_note or "–"],
            [_("Accident"), _word(risk.accident_zh, risk.accident_en)],
            [_("Causes"), _listed(_words(hazard.causes if hazard else []))],
            [_("Without controls"), assessing.word_of(risk.rating.inherent)],
            [_("With controls"), assessing.word_of(risk.rating.residual)],
            [
                _("People exposed"),
                str(risk.exposed_people) if risk.exposed_people is not None else "–",
            ],
            [_("Owner"), _name(risk.city_object.owner)],
            [_("Answers at"), _name(answering) if answering else "–"],
            [_("In an emergency"), _listed(_emergency(risk, hazard))],
            [_("Report to"), _listed(_reachable(risk.city_object.owner, answering))],
            [
                _("Next review"),
                risk.rating.review_date.isoformat() if risk.rating.review_date else "–",
            ],
        ],
        "controls_title": _("Controls"),
        "controls": [
            [str(each.get_kind_display()), _name(each), each.responsible or _name(each.owner)]
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
    own = [_name(each) for each in risk.controls.filter(kind=kind, status="in_force")]
    given = [each for each in (hazard.controls if hazard else []) if each["kind"] == kind]
    return own or _words(given)


def _reachable(*organisations: places.Organisation | None) -> list[str]:
    """Names and telephones, each once."""
    named = {each.pk: each for each in organisations if each is not None}
    return [f"{_name(each)} {each.phone}".strip() for each in named.values()]


def _words(pairs: Sequence[Any]) -> list[str]:
    return [_word(each["zh"], each["en"]) for each in pairs]


def _listed(words: Sequence[str]) -> str:
    return ("；" if _is_chinese() else "; ").join(words) or "–"


def board(
    thing: places.CityObject, ratings: Sequence[Rating], address: str, *, at: datetime
) -> bytes:
    """Set the board of one object: its risks, worst first."""
    data = {
        "title": _("Safety risk board"),
        "mark": _("sample data") if thing.is_sample else "",
        "name": _name(thing),
        "owner": f"{_('Owner')}: {_name(thing.owner)}",
        "headers": [_("Level"), _("Risk"), _("Accident"), _("Controls"), _("Next review")],
        "rows": [_line(each) for each in ratings]
        or [["–", _("No risk is registered here: nobody has looked."), "", "", ""]],
        "keys": [LEVEL_KEYS.get(each.current or 0, "notice") for each in ratings] or ["notice"],
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
        _name(risk),
        _word(risk.accident_zh, risk.accident_en),
        _listed([_name(each) for each in held]),
        rating.review_date.isoformat() if rating.review_date else "–",
    ]


def annual(user: places.Somebody, year: int, *, language: str, at: datetime) -> bytes:
    """Write the year's report on the risks that `user` sees, as a Word file to edit further."""
    ratings = register.visible_ratings(user)
    open_ = list(ratings.filter(is_open=True).order_by("-current", "-risk_id")[:100_000])
    risks = [each.risk_id for each in open_]
    first = timezone.make_aware(datetime(year, 1, 1))  # noqa: DTZ001 - made aware as the city's time
    last = timezone.make_aware(datetime(year + 1, 1, 1)) - timedelta(seconds=1)  # noqa: DTZ001
    in_year = {"at__gte": first, "at__lte": last}
    seen = Counter(each.current for each in open_)
    changes = Counter(
        LevelChange.objects.filter(risk_id__in=risks, **in_year).values_list("why", flat=True)
    )
    approved = Assessment.objects.filter(risk_id__in=risks, approved_at__range=(first, last))
    major = [each for each in open_ if each.current == Level.RED][:MOST]
    lapsed = Control.objects.filter(risk_id__in=risks, status=Control.Status.LAPSED).count()
    return papers.word(
        papers.Paper(
            title=_("Annual report on safety risks, %s") % year,
            subtitle=f"{_('Made at')} {timezone.localtime(at):%Y-%m-%d %H:%M}",
            mark=_("Contains sample data")
            if any(each.risk.is_sample for each in open_[:1000])
            else "",
            footer=_("From Chengan's risk register; figures as of the time above."),
            language=language,
            blocks=[
                papers.Heading(_("The register")),
                papers.Facts(
                    [
                        (_("Open risks"), str(len(open_))),
                        (_("Assessments approved this year"), str(approved.count())),
                        (_("Controls lapsed"), str(lapsed)),
                        (_("Raised now by events"), str(sum(each.is_raised for each in open_))),
                    ]
                ),
                papers.Heading(_("By level")),
                papers.Table(
                    [_("Level"), _("Count")],
                    [
                        [
                            f"{COLOURS.get(level or 0, '▨')} {assessing.word_of(level)}",
                            str(seen.get(level, 0)),
                        ]
                        for level in (5, 4, 3, 2, None)
                    ],
                ),
                papers.Heading(_("By sector")),
                papers.Table(
                    [_("Sector"), _("Red"), _("Orange"), _("Yellow"), _("Blue"), _("not assessed")],
                    _by_sector(open_),
                ),
                papers.Heading(_("What changed levels this year")),
                papers.Table(
                    [_("Why"), _("Count")],
                    [
                        [str(label), str(changes.get(value, 0))]
                        for value, label in LevelChange.Why.choices
                    ],
                ),
                papers.Heading(_("Major risks")),
                papers.Table(
                    [_("Number"), _("Risk"), _("Object"), _("Owner"), _("Next review")],
                    [_major(each) for each in major],
                    (1, 4, 3, 3, 2),
                )
                if major
                else papers.Text(_("There is no red risk in the register.")),
                papers.Text(
                    _("What nobody has assessed is not counted as safe; it is not in here."),
                    is_note=True,
                ),
            ],
        ),
        at=at,
    )


def _by_sector(rows: Sequence[Rating]) -> list[list[str]]:
    found: dict[str, Counter[int | None]] = {}
    for each in rows:
        found.setdefault(each.sector, Counter())[each.current] += 1
    names = {code: _word(zh, en) for code, zh, en in register.sectors()}
    return [
        [names.get(code, code), *(str(counts.get(level, 0)) for level in (5, 4, 3, 2, None))]
        for code, counts in sorted(found.items())
    ]


def _major(each: Rating) -> list[str]:
    thing = each.risk.city_object
    day = each.review_date.isoformat() if each.review_date else "–"
    return [str(each.risk_id), _name(each.risk), _name(thing), _name(thing.owner), day]


def _qr(address: str) -> bytes:
    kept = io.BytesIO()
    segno.make(address, error="m").save(kept, kind="svg", border=2, scale=4)
    return kept.getvalue()


def _name(named: Any) -> str:
    return _word(named.name_zh, named.name_en)


def _word(zh: str, en: str) -> str:
    return zh if _is_chinese() else en or zh


def _is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")
