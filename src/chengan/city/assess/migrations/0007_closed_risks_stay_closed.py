"""Mend what is half alive: closed risks back in the register, several assessments waiting."""

from django.db import migrations
from django.db.models import Exists, OuterRef

WAITING = ["submitted", "reviewed"]


def mend(apps, _schema_editor):
    """Close again what an approval opened; of what waits, keep the newest of an open risk."""
    risk, assessment = (apps.get_model("assess", name) for name in ("Risk", "Assessment"))
    risk.objects.filter(status="in_force", closed_at__isnull=False, rating__is_open=False).update(
        status="closed"
    )
    waiting = assessment.objects.filter(status__in=WAITING)
    waiting.filter(risk__status="closed").update(
        status="returned", return_reason="风险已关闭 · The risk is closed."
    )
    newer = assessment.objects.filter(
        status__in=WAITING, risk_id=OuterRef("risk_id"), id__gt=OuterRef("id")
    )
    waiting.filter(Exists(newer)).update(
        status="returned", return_reason="另有更新的评估待审 · A newer assessment waits."
    )


class Migration(migrations.Migration):
    dependencies = [("assess", "0006_risks_told_from_devices")]

    operations = [migrations.RunPython(mend, migrations.RunPython.noop)]
