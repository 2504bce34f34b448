"""Lists by date and owner: what is due, controls, major risks; each with filter and export."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from chengan.city.assess import api as assess
from chengan.city.assess.models import Control, Rating, ReviewDue
from chengan.city.assess.services import controls
from chengan.city.assess.views import controls as control_views
from chengan.city.assess.views import dues as due_views
from tests.city.assess.conftest import AT
from tests.city.assess.views.test_pages import client

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(rated, town):
    """Three controls: two of the gas company (one without an end), one of the other firm."""
    today = timezone.localdate()
    for name, owner, days in (("b", "gas", None), ("a", "gas", 20), ("丙", "other", 60)):
        controls.put(
            risk=rated, by="x", at=AT, kind="engineering", name_zh=name, effect="good",
            owner=town.organisations[owner],
            lapse_date=None if days is None else today + timedelta(days=days),
        )  # fmt: skip
    return rated


def test_dates_due_are_listed_oldest_first_filtered_and_exported(
    kept, town, enterprise_manager, neighbour_officer, monkeypatch
):
    now = datetime.combine(timezone.localdate(), time(12), UTC)
    ReviewDue.objects.filter(kind="review").update(due_at=now - timedelta(days=3))
    assess.sweep(now)
    firm, page = client(enterprise_manager), reverse("assess:dues")
    found = firm.get(page)
    assert [late is not None for _each, late in found.context["rows"]] == [True, False, False]
    assert [each.kind for each, _late in found.context["rows"]] == ["review", "control", "control"]
    assert found.context["rows"][0][0].escalated_to == town.organisations["west"]
    for query, count in (
        ({"when": "overdue"}, 1), ({"when": "escalated"}, 1), ({"when": "30"}, 1), ({"kind": "control"}, 2),
        ({"owner": "gas"}, 2), ({"level": "3"}, 3), ({"level": "5"}, 0), ({"q": "丙"}, 1), ({"sector": "water"}, 0),
    ):  # fmt: skip
        assert len(firm.get(page, query).context["rows"]) == count, query
    monkeypatch.setattr(due_views, "PAGE", 1)
    seen, after = [], ""
    while True:
        shown = firm.get(page, {"after": after}).context
        seen += [each.pk for each, _late in shown["rows"]]
        if not (after := shown["after"]):
            break
    assert seen == list(
        ReviewDue.objects.filter(done_at=None).order_by("due_at").values_list("pk", flat=True)
    )
    lines = b"".join(
        firm.get(reverse("assess:due_export", args=["csv"]), {"when": "overdue"})
    ).decode("utf-8-sig")
    assert len(lines.strip().splitlines()) == 2
    # The other firm's officer sees the end of the control that an organisation of theirs owns.
    mine = client(neighbour_officer).get(page).context["rows"]
    assert [each.control.name_zh for each, _late in mine] == ["丙"]
    assert reverse("assess:risk", args=[kept.pk]) not in client(neighbour_officer).get(page).text


def test_controls_come_by_owner_then_by_date_page_by_page(kept, analyst, monkeypatch):
    monkeypatch.setattr(control_views, "PAGE", 1)
    staff, page = client(analyst), reverse("assess:controls")

    def walk(**query):
        seen, after = [], ""
        while True:
            shown = staff.get(page, query | {"after": after}).context
            seen += [each.name_zh for each in shown["rows"]]
            if not (after := shown["after"]):
                return seen

    assert walk() == ["a", "b", "丙"]
    assert walk(sort="due") == ["a", "丙", "b"]
    assert walk(end="30") == ["a"]
    assert walk(end="none") == ["b"]
    assert walk(owner="other") == ["丙"]
    assert walk(effect="none") == walk(level="5") == []
    Control.objects.filter(name_zh="丙").update(lapse_date=timezone.localdate() - timedelta(days=1))
    assert walk(end="past") == ["丙"]


def test_major_risks_are_a_list_of_their_own(rated, analyst):
    """Red without controls, yellow with them: major only by the former, until it is raised."""
    staff, page = client(analyst), reverse("assess:major")
    count = [
        len(staff.get(page, {"by": by}).context["page"].ratings)
        for by in ("", "residual", "inherent")
    ]
    assert count == [0, 0, 1]
    Rating.objects.update(current=5)
    assert len(staff.get(page, {"level": "2"}).context["page"].ratings) == 1
    body = b"".join(staff.get(reverse("assess:major_export", args=["csv"]))).decode("utf-8-sig")
    assert len(body.strip().splitlines()) == 2
    assert f'href="{page}"' in staff.get(reverse("assess:risks")).text
