"""The sample city's installations and projects, with a first review each; marked as sample data."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from chengan.city.assess.models import Installation
from chengan.city.assess.services.siting import projects, reviewing, steps
from chengan.city.places import api as places

PLANNER, CONSULTANT = "planner", "consult"
SOURCE = "样例设定，非真实企业数据 · invented for the sample city"


@transaction.atomic
def load(installations: Iterable[Any], planned: Iterable[Any], at: datetime) -> None:
    """Write installations at their objects, and projects that wait for the consultant."""
    for each in installations:
        namespace, _slash, number = each.object.partition("/")
        at_object = places.CityObject.objects.get(namespace=namespace, external_id=number)
        Installation.objects.create(
            city_object=at_object, source=SOURCE, is_sample=True, **_columns(each)
        )
    for each in planned:
        draft = projects.Draft(
            name_zh=each.name_zh,
            name_en=each.name_en,
            kind=each.kind,
            geometry=each.geometry,
            organisation=places.organisation_by_code(each.organisation),
            about=each.about,
            people_day=each.people_day,
            people_night=each.people_night,
            is_sample=True,
        )
        made = projects.create(draft=draft, by=PLANNER, at=at)
        for vessel in each.installations:
            values = {**_columns(vessel), "source": SOURCE}
            projects.add_installation(project=made, values=values, by=PLANNER, at=at)
        reviewing.review(project=made, by=CONSULTANT, at=at)
        steps.submit(project=made, by=PLANNER, at=at)


def _columns(each: Any) -> dict[str, Any]:
    values = {name: value for name, value in asdict(each).items() if name != "object"}
    return {**values, "barriers": list(each.barriers)}
