"""What is older than the city keeps goes whole files at a time, and the journal says so."""

from datetime import UTC, datetime

import pytest

from chengan.city.journal import api as journal
from chengan.city.sense.lake import retention, segments
from chengan.city.sense.models import Segment
from tests.city.sense.lake.rows import rows_of

pytestmark = pytest.mark.django_db
DAY = 86_400_000_000
AT = datetime(2026, 3, 11, tzinfo=UTC)
NOW = round(AT.timestamp() * 1e6)


def put(lake, name, *ages_in_days):
    rows = rows_of(*[(1, NOW - age * DAY, 1.0) for age in ages_in_days])
    made = segments.write(lake, f"segments/{name}.parquet", rows)
    return Segment.objects.create(level=segments.LEVEL_TAIL, **vars(made))


def test_only_files_without_anything_younger_are_dropped(tmp_path):
    old, mixed = put(tmp_path, "old", 40, 31), put(tmp_path, "mixed", 40, 29)
    assert retention.drop_old(tmp_path, AT, 30) == 1
    assert not (tmp_path / old.path).exists()
    assert (tmp_path / mixed.path).exists()
    assert [row.path for row in Segment.objects.all()] == [mixed.path]
    (entry,) = journal.after(0, ["sense.lake.dropped"])
    assert (entry.data["segments"], entry.data["rows"], entry.data["days"]) == (1, 2, 30)


def test_nothing_old_says_nothing(tmp_path):
    put(tmp_path, "new", 1)
    assert retention.drop_old(tmp_path, AT, 30) == 0
    assert retention.drop_old(tmp_path, AT, 0) == 0
    assert journal.after(0, ["sense.lake.dropped"]) == []
