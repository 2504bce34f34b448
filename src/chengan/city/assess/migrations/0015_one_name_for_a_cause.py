"""Facts of incidents take the name that warnings and hidden dangers of the same cause have."""

from django.db import migrations

NAMES = {
    "burst_main": "water_supply",
    "bridge_limit": "bridge",
    "flooded_underpass": "waterlogging",
    "chemical_release": "hazardous_chemicals",
}


def rename(apps, schema_editor):
    """Rename what was taken in before."""
    facts = apps.get_model("assess", "CauseFact").objects
    for old, new in NAMES.items():
        facts.filter(cause=old).update(cause=new)


class Migration(migrations.Migration):
    dependencies = [("assess", "0014_runs_may_be_stopped")]
    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
