"""The year's report on risks, as a Word file to edit further."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from chengan.city.assess.models import Level, LevelChange, Rating
from chengan.city.assess.selectors import register, yearly
from chengan.city.assess.services import assessing
from chengan.city.assess.services.papers import COLOURS, local_name, local_word
from chengan.city.papers import api as papers
from chengan.city.places import api as places

ORDER = (5, 4, 3, 2, None)


def report(user: places.Somebody, year: int, *, language: str, at: datetime) -> bytes:
    """Write the report of a year on the risks that `user` sees.

    Levels are those of the year's end, or of `at` while the year runs.
    """
    found = yearly.year_of(user, year, at=at)
    paper = papers.Paper(
        title=_("Annual report on safety risks, %s") % year,
        subtitle=f"{_('As of')} {_minute(found.moment)} · {_('Made at')} {_minute(at)}",
        mark=_("Contains sample data") if found.has_sample else "",
        footer=_("From Chengan's risk register; levels as of the first time above."),
        language=language,
        blocks=[*_register(found), *_levels(found), *_changes(found.changes), *_majors(found)],
    )
    return papers.word(paper, at=at)


def _minute(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _register(found: yearly.Year) -> list[papers.Block]:
    facts = [
        (_("Open risks"), str(found.levels.total())),
        (_("Assessments approved this year"), str(found.approved)),
        (_("Raised by events"), str(found.raised)),
    ]
    if found.lapsed is not None:
        facts.append((_("Controls lapsed"), str(found.lapsed)))
    return [papers.Heading(_("The register")), papers.Facts(facts)]


def _levels(found: yearly.Year) -> list[papers.Block]:
    rows = [
        [f"{COLOURS.get(level or 0, '▨')} {assessing.word_of(level)}", str(found.levels[level])]
        for level in ORDER
    ]
    names = {code: local_word(zh, en) for code, zh, en in register.sectors()}
    sectors = [
        [names.get(code, code), *(str(counts[level]) for level in ORDER)]
        for code, counts in sorted(found.by_sector.items())
    ]
    words = [_("Sector"), _("Red"), _("Orange"), _("Yellow"), _("Blue"), _("not assessed")]
    return [
        papers.Heading(_("By level")),
        papers.Table([_("Level"), _("Count")], rows),
        papers.Heading(_("By sector")),
        papers.Table(words, sectors),
    ]


def _changes(changes: Mapping[str, int]) -> list[papers.Block]:
    rows = [[str(label), str(changes.get(value, 0))] for value, label in LevelChange.Why.choices]
    return [
        papers.Heading(_("What changed levels this year")),
        papers.Table([_("Why"), _("Count")], rows),
    ]


def _majors(found: yearly.Year) -> list[papers.Block]:
    words = [_("Number"), _("Risk"), _("Object"), _("Owner"), _("Next review")]
    blocks: list[papers.Block] = [papers.Heading(_("Major risks"))]
    if found.major:
        rows = [_major(each) for each in found.major]
        blocks.append(papers.Table(words, rows, (1, 4, 3, 3, 2)))
    else:
        blocks.append(papers.Text(_("There is no red risk in the register.")))
    if more := found.levels[Level.RED] - len(found.major):
        blocks.append(papers.Text(_("%s more red risks stand in the register.") % more))
    note = _("What nobody has assessed is not counted as safe; it is not in here.")
    return [*blocks, papers.Text(note, is_note=True)]


def _major(each: Rating) -> list[str]:
    thing: Any = each.risk.city_object
    day = each.review_date.isoformat() if each.review_date else "–"
    names = [local_name(named) for named in (each.risk, thing, thing.owner)]
    return [str(each.risk_id), *names, day]
