"""The log of an incident: facts in the journal, and the news that there is one."""

from datetime import datetime
from typing import Any

from django.db import connection

from chengan.city.command.models import Incident
from chengan.city.journal import api as journal

CHANNEL = "incidents"
ACTOR = "command"


def subject(incident: Incident) -> str:
    """Name an incident as the journal does."""
    return f"incident:{incident.pk}"


def record(kind: str, incident: Incident, at: datetime, by: str, **data: Any) -> None:
    """Write a fact `command.KIND` about `incident`, and tell the open pages.

    Every fact of a drill says so.
    """
    kept = {name: value for name, value in data.items() if value not in (None, "")}
    if incident.is_drill:
        kept["is_drill"] = True
    fact = journal.Fact(
        kind=f"command.{kind}", subject=subject(incident), at=at, actor=by, data=kept
    )
    journal.append([fact])
    tell(incident)


def objects_of(incident: Incident) -> list[int]:
    """Give the objects of an incident and of all that were merged into it."""
    found: set[int] = set()
    todo = [incident.pk]
    while todo:
        rows = Incident.objects.filter(pk__in=todo).values_list("city_object_id", flat=True)
        found.update(key for key in rows if key is not None)
        merged = Incident.objects.filter(merged_into__in=todo)
        todo = list(merged.values_list("pk", flat=True))
    return sorted(found)


def tell(incident: Incident) -> None:
    """Tell the open pages of `incident` that something changed, once this is committed."""
    with connection.cursor() as sql:
        sql.execute("select pg_notify(%s, %s)", [CHANNEL, str(incident.pk)])
