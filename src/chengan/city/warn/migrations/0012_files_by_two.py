"""Who took a message in from a file, and who took the same file as a second person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns and what they must not say."""

    dependencies = [("warn", "0011_releases")]

    operations = [
        migrations.AddField(
            model_name="capmessage",
            name="taken_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=150),
        ),
        migrations.AddField(
            model_name="capmessage",
            name="seconded_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=150),
        ),
        migrations.AddConstraint(
            model_name="capmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("seconded_by", ""),
                    models.Q(("seconded_by", models.F("taken_by")), _negated=True),
                    _connector="OR",
                ),
                name="cap_file_needs_two",
            ),
        ),
    ]
