"""Leave room in each page of ratings, so that a re-rating need not touch every index."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("assess", "0002_siting")]

    operations = [
        migrations.RunSQL(
            "alter table assess_rating set (fillfactor = 50)",
            "alter table assess_rating reset (fillfactor)",
        )
    ]
