from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sense', '0008_steps_and_together'),
    ]

    operations = [
        migrations.AddField(
            model_name='streamlimit',
            name='release_group',
            field=models.CharField(blank=True, max_length=60, verbose_name='gas sensors of one site'),
        ),
        migrations.AddField(
            model_name='streamlimit',
            name='release_severity',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='level of a release of gas'),
        ),
    ]
