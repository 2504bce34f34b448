"""The sample city's resources and plans, written from the plain rows that `site` reads."""

from datetime import datetime
from typing import Any

from django.db import transaction

from chengan.city.command.models import Resource
from chengan.city.command.services import planning
from chengan.city.places import api as places


@transaction.atomic
def load_sample(sample: Any, at: datetime) -> None:
    """Write the sample city's resources and put the sample plans in force; again: no change."""
    planning.ensure_samples(at, in_force=True)
    for each in sample.resources:
        values = {
            "name_zh": each.name_zh,
            "name_en": each.name_en,
            "kind": each.kind,
            "skills": list(each.skills),
            "organisation": places.organisation_by_code(each.organisation),
            "phone": each.phone,
            "capacity": each.capacity,
            "contents": each.contents,
            "speed_kmh": each.speed_kmh,
            "lon": each.lon,
            "lat": each.lat,
            "located_at": at,
            "is_sample": True,
        }
        Resource.objects.get_or_create(code=each.code, defaults=values)
