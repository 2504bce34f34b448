"""Overdue reviews reach the tier above."""

from datetime import timedelta

import pytest

from chengan.city.assess import api as assess
from chengan.city.journal import api as journal
from tests.city.assess.conftest import AT

pytestmark = pytest.mark.django_db


def test_an_overdue_yellow_risk_goes_to_the_district_once(rated, town):
    late = AT + timedelta(days=181)
    assert assess.sweep(AT + timedelta(days=179)) == 0
    assert assess.sweep(late) == 1
    assert assess.sweep(late) == 0
    due = rated.dues.get(done_at=None)
    assert due.escalated_to == town.organisations["west"]
    fact = journal.about(f"risk:{rated.pk}")[0]
    assert (fact.kind, fact.data["severity"]) == ("assess.review.overdue", 3)
