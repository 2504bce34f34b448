"""Cities that had the product's roles before: let their roles do what assess brings."""

from django.db import migrations

RISKS = {
    "duty_officer": ["view_risks"],
    "handler": ["view_risks", "edit_risks"],
    "analyst": ["view_risks", "edit_risks", "review_risks", "edit_methods"],
    "enterprise_manager": ["view_risks", "edit_risks"],
    "consultant": ["view_risks", "edit_risks"],
    "leader": ["view_risks", "approve_risks"],
    "integrator": ["view_risks"],
    "administrator": ["view_risks", "edit_risks", "review_risks", "approve_risks", "edit_methods"],
}
SITES = {
    "analyst": ["view_sites", "recommend_sites", "keep_measures"],
    "enterprise_manager": ["view_sites", "plan_sites"],
    "consultant": ["view_sites", "advise_sites"],
    "leader": ["view_sites", "decide_sites"],
    "administrator": [
        "view_sites",
        "plan_sites",
        "advise_sites",
        "recommend_sites",
        "decide_sites",
        "keep_measures",
    ],
}
"""The register of risks and the siting review came one after the other."""


def add(apps, schema_editor):
    """Add the codes of each, unless any role has one of them: then the city has had its say."""
    roles = apps.get_model("places", "Role").objects
    for added in (RISKS, SITES):
        new = {code for codes in added.values() for code in codes}
        if roles.filter(permissions__overlap=sorted(new)).exists():
            continue
        for role in roles.filter(code__in=added):
            role.permissions = [*role.permissions, *added[role.code]]
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("assess", "0003_room_in_ratings"), ("places", "0006_whole_city")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
