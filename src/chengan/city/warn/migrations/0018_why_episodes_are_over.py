"""An episode says why it is over where no reading ended it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('warn', '0017_unread_entries_of_feeds'),
    ]

    operations = [
        migrations.AddField(
            model_name='episode',
            name='why_over',
            field=models.CharField(db_default='', default='', max_length=20, verbose_name='why it is over'),
        ),
    ]
