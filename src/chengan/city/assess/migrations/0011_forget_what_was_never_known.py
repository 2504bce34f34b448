"""Ratings of before: take 0 loss and 1 m² out where nobody said so; keep sums as they were shown.

In batches that may be run again: a batch finds only what is not done yet.
"""

from django.db import migrations
from django.db.models import F

BATCH = 50_000
FORGET = """update assess_rating r set
    loss = case when k.loss_per_year is null then null else r.loss end,
    weight = case when coalesce(k.area_m2, 0) = 0 then null else r.weight end
    from assess_risk k where k.id = r.risk_id and r.risk_id between %s and %s
    and ((k.loss_per_year is null and r.loss is not null)
        or (coalesce(k.area_m2, 0) = 0 and r.weight is not null))"""


def forget(apps, schema_editor):
    """Batch by batch along the keys."""
    with schema_editor.connection.cursor() as sql:
        sql.execute("select coalesce(min(risk_id), 1), coalesce(max(risk_id), 0) from assess_rating")
        first, last = sql.fetchone()
        for start in range(first, last + 1, BATCH):
            sql.execute(FORGET, [start, start + BATCH - 1])
    counts = apps.get_model("assess", "CellCount").objects
    counts.filter(losses=0).update(losses=F("n2") + F("n3") + F("n4") + F("n5"))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("assess", "0010_unknown_is_not_nothing")]
    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
