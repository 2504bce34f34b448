"""Cities that had the product's roles before warnings came: let their roles do what warn brings."""

from django.db import migrations

ADDED = {
    "duty_officer": ["release_warnings", "handle_warnings", "silence_alarms"],
    "handler": ["handle_warnings"],
    "enterprise_manager": ["handle_warnings"],
    "leader": ["approve_warnings"],
    "administrator": [
        "release_warnings",
        "approve_warnings",
        "handle_warnings",
        "silence_alarms",
        "edit_authority",
        "manage_channels",
    ],
}


def add(apps, schema_editor):
    """Add the codes, unless any role has one of them: then the city has had its say."""
    roles = apps.get_model("places", "Role").objects
    new = {code for codes in ADDED.values() for code in codes}
    if roles.filter(permissions__overlap=sorted(new)).exists():
        return
    for role in roles.filter(code__in=ADDED):
        role.permissions = [*role.permissions, *ADDED[role.code]]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("warn", "0005_episode_came_late"), ("places", "0006_whole_city")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
