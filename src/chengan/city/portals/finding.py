"""Search over everything a user may see, from objects and alarms to risks and people."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chengan.city.assess import api as assess
from chengan.city.close import api as close
from chengan.city.command import api as command
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn import api as warn

May = places.Permission
LEAST, MOST, LONGEST = 1, 6, 100


@dataclass(frozen=True)
class Hit:
    """One thing found: where it opens, what it is called, what is said beside it.

    `name` where the item has no name of its own.
    """

    url: str
    item: Any
    note: str | Promise = ""
    severity: int | None = None
    phone: str = ""
    name: str = ""


@dataclass(frozen=True)
class Group:
    """Hits of one sort; `url` opens the list that holds them all."""

    word: str
    hits: list[Hit]
    url: str = ""


def find(user: places.Somebody, text: str, most: int = MOST) -> list[Group]:
    """Give up to `most` hits of each sort that `user` may see; sorts without any are left out."""
    words = text.strip()[:LONGEST].replace("\0", "")
    if len(words) < LEAST:
        return []
    found = [
        Group(_("Objects"), list(_objects(user, words, most)), reverse("places:objects")),
        Group(_("Alarms"), list(_alarms(user, words, most)), reverse("warn:alarms")),
        *_cases(user, words, most),
        Group(_("Datastreams"), list(_streams(user, words, most)), reverse("sense:datastreams")),
        Group(_("People"), list(_people(user, words, most))),
        Group(_("Organisations"), list(_organisations(user, words, most))),
    ]
    return [group for group in found if group.hits]


def _cases(user: places.Somebody, text: str, most: int) -> Iterator[Group]:
    """What people work on: warnings, incidents, hidden dangers, risks."""
    for word, hits, url in (
        (_("Warnings"), _warnings, "warn:warnings"),
        (_("Incidents"), _incidents, "command:incidents"),
        (_("Hidden dangers"), _dangers, "close:dangers"),
        (_("Risks"), _risks, "assess:risks"),
    ):
        yield Group(word, list(hits(user, text, most)), reverse(url))


def _named(text: str, *fields: str) -> Q:
    match = Q()
    for each in ("name_zh", "name_en", *fields):
        match |= Q(**{f"{each}__icontains": text})
    return match


def _objects(user: places.Somebody, text: str, most: int) -> Iterator[Hit]:
    found = places.visible_objects(user).filter(_named(text, "external_id"))
    for each in found.order_by("id")[:most]:
        yield Hit(reverse("portals:card", args=[each.pk]), each, str(each.kind))


def _alarms(user: places.Somebody, text: str, most: int) -> Iterator[Hit]:
    for each in warn.queue(user, {"q": text}, most=most).alarms:
        note = f"#{each.number} · {each.get_status_display()}"
        url = reverse("warn:alarm", args=[each.pk])
        yield Hit(url, each.city_object, note, each.severity)


def _warnings(user: places.Somebody, text: str, most: int) -> Iterator[Hit]:
    for each in warn.filtered_warnings(user, {"q": text})[:most]:
        note = f"#{each.number} · {each.get_state_display()}{_drill(each.is_exercise)}"
        url = reverse("warn:warning", args=[each.pk])
        is_chinese = (get_language() or "zh").startswith("zh")
        name = each.headline_zh if is_chinese else each.headline_en or each.headline_zh
        yield Hit(url, each, note, each.severity, name=name)


def _incidents(user: places.Somebody, text: str, most: int) -> Iterator[Hit]:
    for each in command.filtered(user, {"q": text})[:most]:
        note = f"#{each.number} · {each.get_status_display()}{_drill(each.is_drill)}"
        url = reverse("command:incident", args=[each.pk])
        yield Hit(url, each, note, each.level, name=each.title)


def _dangers(user: places.Somebody, text: str, most: int) -> Iterator[Hit]:
    for each in close.matching(user, text)[:most]:
        url = reverse("close:danger", args=[each.pk])
        yield Hit(url, each, f"#{each.pk} · {each.get_status_display()}", name=each.title)


def _risks(user: places.Somebody, text: str, most: int) -> Iterator[Hit]:
    for each in assess.filtered_ratings(user, {"q": text})[:most]:
        url = reverse("assess:risk", args=[each.risk_id])
        yield Hit(url, each.risk, f"#{each.risk_id}", each.current)


def _drill(is_drill: bool) -> str:
    return f" · {_('DRILL')}" if is_drill else ""


def _streams(user: places.Somebody, text: str, most: int) -> Iterator[Hit]:
    found = sense.visible_datastreams(user).filter(_named(text, "key"))
    for each in found.order_by("id")[:most]:
        url = reverse("sense:datastream", args=[each.pk])
        yield Hit(url, each, f"{each.source.key}/{each.key}")


def _people(user: places.Somebody, text: str, most: int) -> Iterator[Hit]:
    found = places.visible_people(user).filter(_named(text, "phone"), retired_at=None)
    may_edit = places.may(user, May.EDIT_PLACES)
    for each in found[:most]:
        url = reverse("places:record_edit", args=["people", each.pk]) if may_edit else ""
        yield Hit(url, each, str(each.organisation), phone=each.phone)


def _organisations(user: places.Somebody, text: str, most: int) -> Iterator[Hit]:
    found = places.visible_organisations(user).filter(_named(text, "code"), retired_at=None)
    for each in found[:most]:
        url = f"{reverse('places:objects')}?owner={each.code}"
        yield Hit(url, each, str(each.get_kind_display()), phone=each.phone)
