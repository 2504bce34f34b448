"""The sample city's ground, written from the plain rows that `site` reads."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from chengan.city.places.errors import PlacesError
from chengan.city.places.models import (
    Area,
    CityObject,
    Duty,
    Holding,
    Network,
    ObjectKind,
    Organisation,
    Person,
    Post,
    Shift,
)
from chengan.city.places.services import objects, trees
from chengan.city.places.services.duties import put_substitute
from chengan.city.places.services.roles import seed_roles

TARGETS: dict[str, Any] = {"network": Network, "area": Area}


@transaction.atomic
def load_sample(sample: Any, at: datetime) -> None:
    """Write the sample city's ground; doing it again changes nothing.

    Raises
    ------
    PlacesError
        If one of its objects is refused.
    """
    seed_roles()
    _trees(sample)
    _kinds_and_networks(sample)
    _objects(sample, at)
    _people(sample, at)
    _duties(sample)
    _shifts(sample, at)


def _trees(sample: Any) -> None:
    areas: dict[str, Area] = {}
    for each in sample.areas:
        areas[each.code] = trees.put_area(
            code=each.code,
            geometry=each.geometry,
            kind=each.kind,
            parent=areas.get(each.parent),
            **_names(each),
        )
    organisations: dict[str, Organisation] = {}
    for each in sample.organisations:
        organisations[each.code] = trees.put_organisation(
            code=each.code,
            kind=each.kind,
            parent=organisations.get(each.parent),
            area=areas.get(each.area),
            phone=each.phone,
            **_names(each),
        )


def ensure_kinds(kinds: Iterable[Any]) -> None:
    """Create kinds of objects; leave alone those that are there, the city may have changed them."""
    for each in kinds:
        values = {
            "plate": each.plate,
            "geometry_types": list(each.geometry_types),
            "attribute_schema": each.attribute_schema,
        }
        ObjectKind.objects.get_or_create(code=each.code, defaults=values | _names(each))


def _kinds_and_networks(sample: Any) -> None:
    ensure_kinds(sample.kinds)
    owners = _by_code(Organisation)
    for each in sample.networks:
        values = {"medium": each.medium, "owner": owners[each.owner]}
        Network.objects.update_or_create(code=each.code, defaults=values | _names(each))


def _objects(sample: Any, at: datetime) -> None:
    by_owner = defaultdict(list)
    for number, each in enumerate(sample.objects, start=1):
        by_owner[each.owner].append(
            objects.ObjectRow(
                number=number,
                namespace=each.namespace,
                external_id=each.external_id,
                kind=each.kind,
                geometry=each.geometry,
                attributes=each.attributes,
                network=each.network,
                **_names(each),
            )
        )
    owners, register = _by_code(Organisation), objects.Register()
    for code, rows in by_owner.items():
        outcome = objects.upsert_objects(rows=rows, owner=owners[code], at=at, register=register)
        if outcome.rejected:
            raise PlacesError(f"The sample city has a bad object: {outcome.rejected[0]}")


def _people(sample: Any, at: datetime) -> None:
    owners = _by_code(Organisation)
    people = {}
    for each in sample.people:
        values = {"organisation": owners[each.organisation], "phone": each.phone}
        values["email"] = each.email
        people[each.code], _ = Person.objects.update_or_create(
            code=each.code, defaults=values | _names(each)
        )
    for each in sample.posts:
        values = {"organisation": owners[each.organisation], **_names(each)}
        post, _ = Post.objects.update_or_create(code=each.code, defaults=values)
        for holder in each.holders:
            Holding.objects.get_or_create(
                post=post,
                person=people[holder],
                defaults={"from_date": timezone.localdate(at)},
            )


def _duties(sample: Any) -> None:
    posts, people = _by_code(Post), _by_code(Person)
    for each in sample.duties:
        duty, _ = Duty.objects.get_or_create(post=posts[each.post], role=each.role, **_target(each))
        for code in each.substitutes:
            put_substitute(duty=duty, person=people[code])


def _shifts(sample: Any, at: datetime) -> None:
    posts, people = _by_code(Post), _by_code(Person)
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    for each in sample.shifts:
        begins = midnight + timedelta(days=each.day, hours=each.from_hour)
        values = {"ends_at": begins + timedelta(hours=each.hours)}
        Shift.objects.get_or_create(
            post=posts[each.post], person=people[each.person], starts_at=begins, defaults=values
        )


def _target(duty: Any) -> dict[str, Any]:
    if duty.target_kind == "object":
        namespace, _, external_id = duty.target.partition("/")
        found = CityObject.objects.get(namespace=namespace, external_id=external_id)
        return {"city_object": found}
    return {duty.target_kind: TARGETS[duty.target_kind].objects.get(code=duty.target)}


def _names(each: Any) -> dict[str, Any]:
    return {"name_zh": each.name_zh, "name_en": each.name_en, "is_sample": True}


def _by_code(model: Any) -> dict[str, Any]:
    return {row.code: row for row in model.objects.all()}
