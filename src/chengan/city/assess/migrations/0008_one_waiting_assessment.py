from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assess", "0007_closed_risks_stay_closed")]

    operations = [
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["submitted", "reviewed"])),
                fields=("risk",),
                name="assessment_one_waiting",
            ),
        ),
    ]
