import json

import pytest
from django.urls import reverse

from chengan.city.assess.models import Condition, SitingProject
from chengan.city.assess.services.siting import conditions, steps
from tests.city.assess.conftest import AT, DAY, box

SHAPE = json.dumps(box(100.05, 30.05, 100.06, 30.06))


@pytest.fixture
def planner(town, client):
    client.force_login(town.user("w-planner", "planner", "west"))
    return client


@pytest.fixture
def form(town):
    return {
        "name_zh": "样例中学",
        "kind": "school",
        "organisation": town.organisations["west"].pk,
        "people_day": 500,
        "people_night": 0,
        "geometry": SHAPE,
    }


def test_a_planner_draws_a_project_up_and_hands_it_on(planner, form):
    answer = planner.post(reverse("assess:project_new"), form)
    made = SitingProject.objects.get()
    assert answer.url == reverse("assess:project", args=[made.pk])
    planner.post(reverse("assess:siting_step", args=[made.pk, "submit"]))
    made.refresh_from_db()
    assert made.status == "submitted"


def test_a_broken_outline_is_said_at_its_field_and_nothing_is_lost(planner, form):
    answer = planner.post(reverse("assess:project_new"), {**form, "geometry": "{"})
    page = answer.content.decode()
    assert "GeoJSON" in page
    assert "样例中学" in page
    assert not SitingProject.objects.exists()


def test_a_neighbour_finds_no_project_there(school, town, client):
    client.force_login(town.user("e-planner", "planner", "east"))
    assert client.get(reverse("assess:project", args=[school.pk])).status_code == 404


def test_a_duty_officer_decides_nothing(school, town, client):
    client.force_login(town.user("w-duty", "duty_officer", "west"))
    assert client.get(reverse("assess:projects")).status_code == 403
    assert client.post(reverse("assess:siting_step", args=[school.pk, "submit"])).status_code in (
        403,
        404,
    )


def test_a_planner_does_not_sign_for_the_consultant(school, reviewed, planner):
    steps.submit(project=school, by="somebody", at=AT)
    reviewed()
    answer = planner.post(
        reverse("assess:siting_step", args=[school.pk, "advise"]), {"review": 1, "note": "好"}
    )
    assert answer.status_code == 403


def test_nobody_unknown_sees_anything(school, client):
    for name, given in (("projects", []), ("project", [school.pk]), ("measures", [])):
        assert client.get(reverse(f"assess:{name}", args=given)).status_code == 302


def test_an_owner_gives_evidence_and_another_owner_can_not(school, town, client):
    asked = conditions.add(
        project=school, text="移走", gate="design", owner=town.organisations["gas"],
        due_date=(AT + 30 * DAY).date(), by="officer", at=AT,
    )  # fmt: skip
    address = reverse("assess:condition_step", args=[asked.pk, "show"])
    client.force_login(town.user("o-manager", "enterprise_manager", "other"))
    assert client.post(address, {"evidence": "x"}).status_code == 404
    client.force_login(town.user("g-manager", "enterprise_manager", "gas"))
    client.post(address, {"evidence": "已移走", "back": "list"})
    asked.refresh_from_db()
    assert asked.status == Condition.Status.SHOWN


@pytest.mark.parametrize(
    "page", ["projects", "conditions", "standings", "installations", "measures"]
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_list_is_drawn_and_says_what_would_fill_it(town, client, page, language):
    client.force_login(town.user("c-analyst", "analyst", "city"))
    client.cookies["django_language"] = language
    answer = client.get(reverse(f"assess:{page}"))
    assert answer.status_code == 200
    assert "empty" in answer.content.decode()


def test_lists_can_be_taken_away(school, town, client):
    client.force_login(town.user("c-analyst", "analyst", "city"))
    for name in ("project", "condition", "standing", "measure"):
        answer = client.get(reverse(f"assess:{name}_export", args=["csv"]))
        assert answer.status_code == 200
