"""An entry that could not be read is noted, and waits for its next turn."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('warn', '0016_entries_of_feeds'),
    ]

    operations = [
        migrations.AddField(
            model_name='feedentry',
            name='error',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='feedentry',
            name='failures',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='feedentry',
            name='next_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='feedentry',
            name='read_at',
            field=models.DateTimeField(null=True),
        ),
    ]
