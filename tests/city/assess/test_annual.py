"""The year's report counts the whole register, as it stood at the end of the year."""

import io
from datetime import timedelta

import docx
import pytest

from chengan.city.assess import api as assess
from chengan.city.assess.selectors import yearly
from chengan.city.assess.services import annual, registering
from tests.city.assess.conftest import AT, HIGH, LOW, MIDDLE, approved, hazard

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)


@pytest.fixture
def two_years(town):
    """In 2026 one red, one yellow, one not assessed; in 2027 the red is blue, the yellow closed."""
    made = [
        assess.register(city_object=town.objects[name], hazard=hazard(), by="x", at=AT)
        for name in ("w1", "w2", "e1")
    ]
    approved(made[0], HIGH, HIGH)
    approved(made[1], HIGH, MIDDLE)
    approved(made[0], HIGH, LOW, at=AT + YEAR)
    registering.close(risk=made[1], reason="已拆除", by="x", at=AT + YEAR)
    return made


def test_a_past_year_shows_its_own_levels_and_the_present_one_todays(two_years, analyst):
    past = yearly.year_of(analyst, 2026, at=AT + 2 * YEAR)
    assert past.by_sector == {"gas": {5: 1, 3: 1, None: 1}}
    assert [each.risk_id for each in past.major] == [two_years[0].pk]
    assert (past.changes, past.approved, past.lapsed) == ({"assessed": 2}, 2, None)
    now = yearly.year_of(analyst, 2027, at=AT + YEAR + timedelta(days=1))
    assert now.by_sector == {"gas": {2: 1, None: 1}}
    assert (now.changes, now.approved, now.lapsed) == ({"assessed": 1, "closed": 1}, 1, 0)


def test_a_report_counts_what_its_reader_sees_and_tells_what_it_leaves_out(
    two_years, analyst, neighbour_officer, monkeypatch
):
    theirs = yearly.year_of(neighbour_officer, 2026, at=AT + 2 * YEAR)
    assert theirs.by_sector == {"gas": {None: 1}}
    monkeypatch.setattr(yearly, "SHOWN", 0)
    body = annual.report(analyst, 2026, language="zh", at=AT + 2 * YEAR)
    said = "\n".join(each.text for each in docx.Document(io.BytesIO(body)).paragraphs)
    assert "另有 1 项红色风险" in said
    assert "2027-01-01 00:00" in said
