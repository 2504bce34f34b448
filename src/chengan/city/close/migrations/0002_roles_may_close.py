"""Cities that have the product's roles already: let them do what close brings."""

from django.db import migrations

FINDS = ["view_dangers", "report_dangers"]
ADDED = {
    "duty_officer": [*FINDS, "judge_dangers"],
    "handler": [*FINDS, "rectify_dangers"],
    "analyst": FINDS,
    "enterprise_manager": [*FINDS, "rectify_dangers"],
    "consultant": FINDS,
    "leader": ["view_dangers", "list_dangers"],
    "administrator": [*FINDS, "judge_dangers", "rectify_dangers", "list_dangers"],
}


def add(apps, schema_editor):
    """Add the codes that a role of the product has not yet; run again, it adds nothing."""
    for role in apps.get_model("places", "Role").objects.filter(code__in=ADDED):
        new = [code for code in ADDED[role.code] if code not in role.permissions]
        if new:
            role.permissions = [*role.permissions, *new]
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("close", "0001_hidden_dangers"), ("places", "0006_whole_city")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
