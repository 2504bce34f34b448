"""A time limit at the end of a warning, and the reminder that comes of it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('warn', '0012_files_by_two'),
    ]

    operations = [
        migrations.AlterField(
            model_name='deadline',
            name='kind',
            field=models.CharField(choices=[('receipt', 'Acknowledge'), ('response', 'Be on site'), ('approval', 'Approve'), ('end', 'Lift it, or give a later end')], max_length=10),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='purpose',
            field=models.CharField(choices=[('release', 'Release'), ('update', 'Update'), ('cancel', 'Lifting'), ('escalation', 'Escalation'), ('approval', 'Approval asked'), ('notice', 'Notice of a case'), ('end', 'Reminder of its end'), ('test', 'Test')], max_length=10),
        ),
    ]
