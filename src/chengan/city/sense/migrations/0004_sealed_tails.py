"""Tails that are written no more, and the epoch of the state on disk."""

from django.db import migrations, models


def note_state(apps, schema_editor):
    """The state on disk is that of the present epoch, as it has always been until now."""
    checkpoint = apps.get_model("sense", "Checkpoint")
    checkpoint.objects.update(state_epoch=models.F("epoch"))


class Migration(migrations.Migration):

    dependencies = [
        ("sense", "0003_registry"),
    ]

    operations = [
        migrations.CreateModel(
            name="SealedTail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("partition", models.PositiveSmallIntegerField()),
                ("epoch", models.BigIntegerField()),
                ("path", models.CharField(max_length=300, unique=True)),
                ("bytes", models.BigIntegerField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="sealedtail",
            constraint=models.UniqueConstraint(
                fields=("partition", "epoch"), name="sealed_once"
            ),
        ),
        migrations.AddField(
            model_name="checkpoint",
            name="state_epoch",
            field=models.BigIntegerField(default=0),
        ),
        migrations.RunPython(note_state, migrations.RunPython.noop),
    ]
