"""A trial goes on with those that are judged together, and says how far a long step is."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('warn', '0013_reminders_of_the_end'),
    ]

    operations = [
        migrations.AddField(
            model_name='backtest',
            name='units',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='backtest',
            name='within',
            field=models.FloatField(default=0),
        ),
    ]
