"""Living rules laid before: let them listen for the facts that warn and command state.

A rule in force that waits for facts nobody states gets a new version; figures stay as they are,
also where the city has set them. Raises of the old version run on to their end.
"""

from django.db import migrations
from django.db.models.functions import Now

RELEASED = ["warning.released", "warning.received", "warning.raised", "warning.lowered"]
SAID = {
    "warning.released": [*RELEASED, "warning.updated"],
    "warning.upgraded": [],
    "warning.downgraded": [],
    "warning.cancelled": [],
    "warning.archived": ["warning.lifted"],
    "weather.warning.began": [],
    "weather.warning.ended": [],
    "incident.opened": [],
    "incident.closed": [],
    "command.incident.opened": [
        "command.incident.opened",
        "command.incident.reopened",
        "command.incident.took_in",
    ],
    "command.incident.closed": ["command.incident.closed", "command.incident.merged"],
    "danger.overdue": [],
    "danger.closed": [],
    "danger.verified": ["close.danger.verified"],
    "assess.control.renewed": ["assess.control.renewed", "assess.assessment.approved"],
}
"""A fact that a rule of before waited for, and what is stated instead."""
ALONE = {
    "warning.upgraded": ["warning.raised"],
    "warning.downgraded": ["warning.lowered"],
    "warning.cancelled": ["warning.lifted"],
    "weather.warning.began": ["warning.received"],
    "weather.warning.ended": ["warning.lifted"],
    "incident.opened": ["command.incident.opened"],
    "incident.closed": ["command.incident.closed"],
    "danger.overdue": ["close.danger.overdue"],
    "danger.closed": ["close.danger.closed"],
}
"""Where a city's own rule names only such a fact."""


def said(kinds):
    """Give the facts that are stated for those that a rule waited for."""
    found = [new for old in kinds for new in SAID.get(old, [old])]
    found = found or [new for old in kinds for new in ALONE.get(old, [old])]
    return list(dict.fromkeys(found))


def mended(code, definition):
    """Give the definition that hears what is said; the same one if it did so before."""
    found = definition | {"begins": said(definition["begins"]), "ends": said(definition["ends"])}
    if code == "danger-overdue":
        found["ends"] = sorted(found["ends"], reverse=True)
    where = definition["where"]
    if definition.get("event_types") and where == {"by": "area", "field": "area_path"}:
        found["where"] = {"by": "geometry", "field": "geometry|area_path|area_codes"}
    if code == "incident" and where == {"by": "object", "field": "city_object|object"}:
        found["where"] = {"by": "object", "field": "city_objects|city_object"}
    return found


def hear(apps, schema_editor):
    """Put a new version in force of each rule that heard what nobody says."""
    rules = apps.get_model("assess", "LivingRule").objects
    for old in rules.filter(retired_at=None):
        found = mended(old.code, old.definition)
        if found == old.definition:
            continue
        rules.filter(pk=old.pk).update(retired_at=Now())
        rules.create(
            code=old.code,
            version=old.version + 1,
            name_zh=old.name_zh,
            name_en=old.name_en,
            definition=found,
            source=old.source,
            mark=old.mark,
            is_active=old.is_active,
            changed_by=old.changed_by,
            effective_at=Now(),
        )


class Migration(migrations.Migration):
    dependencies = [("assess", "0008_one_waiting_assessment")]
    operations = [migrations.RunPython(hear, migrations.RunPython.noop)]
