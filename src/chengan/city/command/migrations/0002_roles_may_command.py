"""Cities that have the product's roles already: let them do what command brings."""

from django.db import migrations

TAKES_PART = ["view_incidents", "handle_tasks"]
ADDED = {
    "duty_officer": [*TAKES_PART, "command_incidents", "manage_resources"],
    "handler": TAKES_PART,
    "analyst": ["view_incidents", "edit_plans"],
    "enterprise_manager": [*TAKES_PART, "manage_resources"],
    "leader": ["view_incidents"],
    "administrator": [*TAKES_PART, "command_incidents", "manage_resources", "edit_plans"],
}


def add(apps, schema_editor):
    """Add the codes that a role of the product has not yet; run again, it adds nothing."""
    for role in apps.get_model("places", "Role").objects.filter(code__in=ADDED):
        new = [code for code in ADDED[role.code] if code not in role.permissions]
        if new:
            role.permissions = [*role.permissions, *new]
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("command", "0001_incidents_plans_tasks"), ("places", "0006_whole_city")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
