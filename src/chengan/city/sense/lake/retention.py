"""Retention: files whose newest reading is older than the city keeps are dropped whole."""

from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from chengan.city.journal import api as journal
from chengan.city.sense.models import Segment


def drop_old(lake: Path, at: datetime, days: int) -> int:
    """Drop the segments that hold nothing younger than `days` (0 keeps all); give how many."""
    if days <= 0:
        return 0
    oldest = round((at - timedelta(days=days)).timestamp() * 1e6)
    with transaction.atomic():
        old = list(Segment.objects.select_for_update().filter(time_max__lt=oldest))
        if not old:
            return 0
        Segment.objects.filter(pk__in=[row.pk for row in old]).delete()
        journal.append([_fact(old, at, days)])
    for row in old:
        (lake / row.path).unlink(missing_ok=True)
    return len(old)


def _fact(old: list[Segment], at: datetime, days: int) -> journal.Fact:
    data = {
        "segments": len(old),
        "rows": sum(row.rows for row in old),
        "bytes": sum(row.bytes for row in old),
        "time_min": min(row.time_min for row in old),
        "time_max": max(row.time_max for row in old),
        "days": days,
    }
    return journal.Fact(kind="sense.lake.dropped", subject="lake", at=at, actor="sense", data=data)
