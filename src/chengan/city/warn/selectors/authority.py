"""Who may do what to a warning of which level, by the table of authority."""

from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import F, Q
from django.utils.translation import gettext as _

from chengan.city.places import api as places
from chengan.city.warn import models
from chengan.city.warn.models import Authority, EventType, Severity

Act = Literal["issue", "raise", "lower", "lift", "approve"]
COLUMNS: dict[str, str] = {
    "issue": "issuers",
    "raise": "raisers",
    "lower": "lowerers",
    "lift": "lifters",
    "approve": "approvers",
}


@dataclass(frozen=True)
class Verdict:
    """Whether an account may, why (not), and whether somebody must approve."""

    may: bool
    why: str
    needs_approval: bool = False
    row: Authority | None = None


def in_force(event_type: EventType, severity: int) -> Authority | None:
    """The row for a level of an event type; the general one where the type has none."""
    rows = Authority.objects.filter(
        Q(event_type=event_type) | Q(event_type=None), severity=severity, retired_at=None
    )
    return rows.order_by(F("event_type").asc(nulls_last=True)).first()


def verdict(
    user: places.Somebody, warning: models.Warning, act: Act, severity: int | None = None
) -> Verdict:
    """Say whether `user` may do `act` to `warning` at `severity` (its own when None)."""
    level = severity or warning.severity
    row = in_force(warning.event_type, level)
    said = {"level": Severity(level).label, "event": str(warning.event_type)}
    if row is None:
        return Verdict(False, _("Nobody is named who may do this for %(event)s, %(level)s.") % said)
    permission = (
        places.Permission.APPROVE_WARNINGS
        if act == "approve"
        else places.Permission.RELEASE_WARNINGS
    )
    wanted = getattr(row, COLUMNS[act])
    mine = _organisations(user, permission)
    fitting = [each for each in mine if fits(each, wanted)]
    if not fitting:
        text = _("%(event)s, %(level)s: only %(who)s may do this.")
        return Verdict(False, text % (said | {"who": words(wanted)}), row.needs_approval, row)
    if not _reaches(user, permission, warning):
        return Verdict(False, _("This place is not in your charge."), row.needs_approval, row)
    text = _("%(event)s, %(level)s: %(who)s may do this.")
    why = text % (said | {"who": str(fitting[0])})
    return Verdict(True, why, row.needs_approval, row)


def approvers(warning: models.Warning, severity: int) -> list[places.Person]:
    """People with an account that may approve this warning at this level."""
    people = places.Person.objects.filter(user__is_active=True, retired_at=None)
    people = people.select_related("user", "organisation").order_by("id")
    return [
        person
        for person in people.filter(
            user__grants__role__permissions__contains=[places.Permission.APPROVE_WARNINGS]
        ).distinct()
        if person.user and verdict(person.user, warning, "approve", severity).may
    ]


def fits(organisation: places.Organisation, wanted: list[str]) -> bool:
    """Say whether an organisation is named in a list of the table."""
    return f"org:{organisation.code}" in wanted or f"kind:{organisation.kind}" in wanted


def words(wanted: list[str]) -> str:
    """Read a list of the table aloud."""
    kinds = dict(places.Organisation.Kind.choices) | {
        "city": _("the city itself"),
        "department": _("city departments"),
        "district": _("districts"),
    }
    names = {
        each.code: str(each)
        for each in places.Organisation.objects.filter(
            code__in=[entry[4:] for entry in wanted if entry.startswith("org:")]
        )
    }
    found = [
        str(kinds.get(entry[5:], entry[5:]))
        if entry.startswith("kind:")
        else names.get(entry[4:], entry[4:])
        for entry in wanted
    ]
    return _(", ").join(found) or _("nobody")


def _organisations(user: places.Somebody, permission: str) -> list[places.Organisation]:
    if not user.is_authenticated or not user.is_active:
        return []
    grants: Any = user.grants.filter(role__permissions__contains=[permission])
    return [each.organisation for each in grants.select_related("organisation")]


def _reaches(user: places.Somebody, permission: str, warning: models.Warning) -> bool:
    reach = places.scope(user, permission)
    if reach.everything:
        return True
    mine = models.Warning.objects.filter(pk=warning.pk)
    return mine.filter(reach.paths_q("owner_path", "area_path", "city_object_id")).exists()
