from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assess", "0011_forget_what_was_never_known")]

    operations = [
        migrations.AlterField(
            model_name="levelchange",
            name="why",
            field=models.CharField(
                choices=[
                    ("assessed", "Assessed"),
                    ("raised", "Raised by an event"),
                    ("lowered", "The event is over"),
                    ("method", "Method changed"),
                    ("corrected", "Place, area or loss corrected"),
                    ("closed", "Closed"),
                ],
                max_length=10,
            ),
        ),
    ]
