"""Who carries out a role of a plan, in this incident, now; and whether somebody still can."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chengan.city.command.errors import BadTask
from chengan.city.command.models import Incident
from chengan.city.places import api as places


@dataclass(frozen=True)
class Doer:
    """An organisation, its post and its person, as far as known, and why it is them."""

    organisation: places.Organisation | None = None
    post: places.Post | None = None
    person: places.Person | None = None
    why: str = ""


def find(incident: Incident, by: dict[str, Any], at: datetime) -> Doer:
    """Give who carries out a role: by duty, post, organisation, ground, or whoever leads."""
    way, value = next(iter(by.items()))
    if way == "duty":
        return _by_duty(incident, value, at)
    if way == "post":
        return of_post(places.Post.objects.filter(code=value, retired_at=None).first(), at)
    if way == "ground":
        return _by_ground(incident, value)
    if way == "lead":
        return Doer(incident.lead, why="lead")
    found = places.Organisation.objects.filter(code=value, retired_at=None).first()
    return Doer(found, why=f"organisation:{value}")


def of_post(post: places.Post | None, at: datetime) -> Doer:
    """Give the post with whoever stands for it at `at`."""
    if post is None:
        return Doer()
    people = places.post_holders(post=post, at=at)
    return Doer(post.organisation, post, people[0] if people else None, f"post:{post.code}")


def present(doer: Doer) -> Doer:
    """Give `doer` without a person who left or whose account is closed; the post keeps the task."""
    try:
        require_here(doer.person)
    except BadTask:
        return replace(doer, person=None)
    return doer


def _by_duty(incident: Incident, role: str, at: datetime) -> Doer:
    if incident.city_object is None:
        return Doer()
    for each in places.duty_holders(city_object=incident.city_object, at=at):
        if each.role == role:
            return Doer(each.post.organisation, each.post, each.person, f"duty:{role}")
    owner = incident.city_object.owner
    return Doer(owner, why="owner") if role == "responsible" else Doer()


def _by_ground(incident: Incident, kind: str) -> Doer:
    """Give the organisation of this kind whose ground holds the incident, the smallest."""
    if not incident.area_path:
        return Doer()
    holding = [
        each
        for each in places.Organisation.objects.filter(
            kind=kind, retired_at=None, area__isnull=False
        ).select_related("area")
        if each.area and incident.area_path.startswith(each.area.path)
    ]
    found = max(holding, key=lambda each: len(each.area.path), default=None)  # type: ignore[union-attr]
    return Doer(found, why=f"ground:{kind}") if found else Doer()


def require_here(person: places.Person | None) -> None:
    """Refuse somebody who left, or whose account is closed.

    Raises
    ------
    BadTask
        With their name.
    """
    if person is None:
        return
    if person.retired_at is not None:
        text = _("%(name)s has left: choose somebody else, or the post.")
        raise BadTask(text % {"name": person})
    if person.user is not None and not person.user.is_active:
        text = _("The account of %(name)s is closed: choose somebody else, or the post.")
        raise BadTask(text % {"name": person})
