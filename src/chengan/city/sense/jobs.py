"""What the worker `jobs` does for the lake, every five minutes."""

import logging
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from chengan.city.sense.lake import compaction, retention

log = logging.getLogger(__name__)
LOCK = 0x6C616B65


@app.periodic(cron="*/5 * * * *")
@app.task(name="sense.keep_lake", queue="lake", queueing_lock="lake", lock="lake")
def keep_lake(timestamp: int) -> None:
    """Compact past hours and drop what is older than the city keeps; never twice at once."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return
    try:
        lake, at = Path(settings.LAKE_FOLDER), timezone.now()
        try:
            merged = compaction.compact(lake, round(at.timestamp() * 1e6))
            log.info("lake at %s: %s segments merged", timestamp, merged)
        finally:
            dropped = retention.drop_old(lake, at, settings.RETENTION_DAYS)
            log.info("lake at %s: %s segments dropped", timestamp, dropped)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [LOCK])
