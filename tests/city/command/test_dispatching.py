"""Whom to send: for all tasks at once, with the way and the reason; the real thing comes first."""

import pytest

from chengan.city.command import api as command
from chengan.city.command.models import Dispatch, Resource
from chengan.city.command.services import changing, dispatching, tasking
from chengan.city.command.services.holders import Doer

from .conftest import AT, minutes

NEED = [{"kind": "team", "skill": "gas", "count": 1}]


def team(town, code, lon, **changes):
    values = {
        "name_zh": code, "kind": "team", "organisation": town.organisations["gas"],
        "skills": ["gas"], "speed_kmh": 36.0, "lon": lon, "lat": 30.5, "located_at": AT,
    } | changes  # fmt: skip
    return Resource.objects.create(code=code, **values)


def task(town, incident, needs=NEED):
    return tasking.give(
        incident=incident, title_zh="关阀", doer=Doer(town.organisations["gas"]), needs=needs,
        due_at=minutes(30), by="officer", at=AT,
    )  # fmt: skip


def proposed(*tasks):
    return dispatching.propose(list(tasks), list(Resource.objects.order_by("code")))


def test_without_roads_the_way_is_the_straight_line_times_the_factor(town):
    near = team(town, "near", 100.51)
    team(town, "far", 100.6)
    (found,) = proposed(task(town, town.open()))
    assert (found.chosen.resource, found.chosen.is_by_road, found.is_nearest) == (near, False, True)
    # by hand: 0.01 deg of longitude at 30.5 N is 958.1 m; x 1.4 / 10 m/s
    assert found.chosen.travel_s == pytest.approx(958.1 * 1.4 / 10, rel=1e-3)
    assert found.ready == 2 and [each.resource.code for each in found.others] == ["far"]


def test_who_lacks_the_skill_or_is_out_of_service_is_not_proposed(town):
    team(town, "a", 100.5, skills=["water"])
    team(town, "b", 100.5, state="out")
    (found,) = proposed(task(town, town.open()))
    assert found.chosen is None and found.ready == 0


def test_a_need_for_two_takes_two_and_what_was_sent_counts(town):
    one = team(town, "one", 100.51)
    team(town, "two", 100.52)
    work = task(town, town.open(), [NEED[0] | {"count": 2}])
    assert [each.chosen.resource.code for each in proposed(work)] == ["one", "two"]
    dispatching.send(resource=one, task=work, travel_s=1.0, reason="", by="officer", at=AT)
    assert [each.chosen.resource.code for each in proposed(work)] == ["two"]


def test_two_officers_who_send_the_same_team_at_once_send_it_once(town):
    one, work = team(town, "one", 100.51), task(town, town.open())
    dispatching.send(resource=one, task=work, travel_s=1.0, reason="", by="officer", at=AT)
    with pytest.raises(command.NotReady):
        dispatching.send(resource=one, task=work, travel_s=1.0, reason="", by="other", at=AT)
    assert Dispatch.objects.count() == 1


def test_a_real_incident_calls_a_team_off_its_drill(town):
    one = team(town, "one", 100.51)
    drill, real = task(town, town.open(origin="drill")), task(town, town.open())
    dispatching.send(resource=one, task=drill, travel_s=1.0, reason="", by="officer", at=AT)
    assert proposed(drill) == []
    (found,) = proposed(real)
    assert found.chosen.resource == one
    dispatching.send(resource=one, task=real, travel_s=1.0, reason="", by="officer", at=AT)
    assert Dispatch.objects.get(released_at=None).task == real


def test_a_rehearsal_sends_nobody(town):
    one, work = team(town, "one", 100.51), task(town, town.open(origin="drill"))
    work.incident.clock_at = AT
    with pytest.raises(command.NotReady):
        dispatching.send(resource=one, task=work, travel_s=1.0, reason="", by="officer", at=AT)


def test_what_is_verified_or_closed_lets_its_teams_go(town):
    one, incident = team(town, "one", 100.51), town.open()
    work = task(town, incident)
    dispatching.send(resource=one, task=work, travel_s=1.0, reason="", by="officer", at=AT)
    changing.close(incident=incident, note="完毕", by="officer", at=AT, cancel_rest=True)
    one.refresh_from_db()
    assert one.state == "ready" and not Dispatch.objects.filter(released_at=None).exists()
