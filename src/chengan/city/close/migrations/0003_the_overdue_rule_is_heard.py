"""The living rule about overdue dangers, laid before this stage was built: its facts come now.

The version in force gets a new one that says so and that ends, too, when an extension is granted.
Figures stay as they are, also where the city has set them; facts that the city chose stay as well.
"""

from django.db import migrations
from django.db.models.functions import Now

CODE = "danger-overdue"
OLD = "城安自拟；由闭环环节陈述，该环节尚未建成 · ours; stated by the stage close, not built yet"
NEW = "城安自拟 · ours"
ENDS = ["close.danger.verified", "close.danger.closed"]
NOW_ENDS = ["close.danger.verified", "close.danger.extended", "close.danger.closed"]


def mended(definition):
    """Give the definition that ends with an extension; the same where the city chose its own."""
    if definition["ends"] != ENDS:
        return definition
    return definition | {"ends": NOW_ENDS}


def hear(apps, schema_editor):
    """Put a new version of the rule in force where it is an older one."""
    rules = apps.get_model("assess", "LivingRule").objects
    old = rules.filter(code=CODE, retired_at=None).first()
    if old is None:
        return
    definition = mended(old.definition)
    source = NEW if old.source == OLD else old.source
    if (definition, source) == (old.definition, old.source):
        return
    rules.filter(pk=old.pk).update(retired_at=Now())
    rules.create(
        code=old.code,
        version=old.version + 1,
        name_zh=old.name_zh,
        name_en=old.name_en,
        definition=definition,
        source=source,
        mark=old.mark,
        is_active=old.is_active,
        changed_by=old.changed_by,
        effective_at=Now(),
    )


class Migration(migrations.Migration):
    dependencies = [("close", "0002_roles_may_close"), ("assess", "0014_runs_may_be_stopped")]
    operations = [migrations.RunPython(hear, migrations.RunPython.noop)]
