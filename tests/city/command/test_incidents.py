"""Opening, levelling, closing, merging and splitting incidents."""

import pytest
from django.db import IntegrityError, transaction

from chengan.city.command import api as command
from chengan.city.command.models import Incident, IncidentLink, Task
from chengan.city.command.services import activating, changing, merging, tasking
from chengan.city.command.services.holders import Doer
from chengan.city.journal import api as journal

from .conftest import AT, box, minutes


def words(incident):
    return [line.kind for line in reversed(command.lines(incident))]


def give(town, incident, title="关阀", **changes):
    values = {
        "doer": Doer(town.organisations["gas"]),
        "due_at": minutes(30),
        "by": "officer",
        "at": AT,
    }
    return tasking.give(incident=incident, title_zh=title, **(values | changes))


def test_an_incident_takes_its_place_from_its_object_and_begins_a_log(town):
    incident = town.open()
    assert (incident.number, incident.lon, incident.lat) == (1, 100.5, 30.5)
    assert incident.area.code == "W"
    assert words(incident) == ["incident.opened"]


def test_the_same_warning_opens_one_incident_however_often_it_is_pressed(town):
    first = town.open(origin="alarm", origin_ref="alarm:7")
    assert town.open(origin="alarm", origin_ref="alarm:7").pk == first.pk
    assert Incident.objects.count() == 1
    assert words(first) == ["incident.opened"]


def test_one_dead_makes_it_ordinary_and_three_make_it_major(town):
    incident = town.open(level=2)
    values = {"serious_injuries": 0, "direct_loss_yuan": 0, "by": "officer", "at": AT}
    changing.set_losses(incident=incident, deaths=1, **values)
    incident.refresh_from_db()
    assert incident.level == 2
    changing.set_losses(incident=incident, deaths=3, **values)
    incident.refresh_from_db()
    assert incident.level == 3
    with pytest.raises(command.CommandError, match="较大"):
        changing.set_level(incident=incident, level=2, before=3, by="officer", at=AT)


def test_two_officers_who_level_at_once_do_not_overwrite_each_other(town):
    incident = town.open(level=2)
    changing.set_level(incident=incident, level=4, before=2, by="one", at=AT)
    with pytest.raises(command.CommandError):
        changing.set_level(incident=incident, level=3, before=2, by="two", at=AT)
    incident.refresh_from_db()
    assert incident.level == 4


def test_closing_needs_a_note_and_no_open_task_unless_they_are_cancelled(town):
    incident = town.open()
    task = give(town, incident)
    with pytest.raises(command.NeedsReason):
        changing.close(incident=incident, note=" ", by="officer", at=AT, cancel_rest=False)
    with pytest.raises(command.NeedsReason, match="1"):
        changing.close(incident=incident, note="完毕", by="officer", at=AT, cancel_rest=False)
    changing.close(incident=incident, note="完毕", by="officer", at=AT, cancel_rest=True)
    task.refresh_from_db()
    assert task.status == Task.Status.CANCELLED
    with pytest.raises(command.NotOpen):
        changing.close(incident=incident, note="完毕", by="second", at=AT, cancel_rest=True)


def test_a_merger_loses_nothing_and_links_both_ways(town):
    one, two = town.open(level=2), town.open(level=4, title="另一处")
    task = give(town, two)
    changing.say(incident=two, text="先到的消息", by="officer", at=AT)
    plan = town.plan()
    activating.activate(incident=two, plan=plan, by="officer", at=AT)
    changing.set_area(incident=two, area=box(100, 30, 101, 31), by="officer", at=AT)
    merging.merge(source=two, into=one, reason="同一起", by="officer", at=minutes(5))
    one.refresh_from_db()
    two.refresh_from_db()
    task.refresh_from_db()
    assert one.affected_area == box(100, 30, 101, 31)
    tasks = Task.objects.filter(incident=one).count()
    activating.activate(incident=one, plan=plan, by="officer", at=minutes(6))
    assert Task.objects.filter(incident=one).count() == tasks
    assert (two.status, two.merged_into, one.level) == ("merged", one, 4)
    assert (task.incident, task.first_incident) == (one, two)
    told = words(one)
    assert told.count("incident.opened") == 2 and "incident.said" in told
    link = IncidentLink.objects.get()
    assert (link.source, link.target, link.way) == (two, one, "merged")
    with pytest.raises(command.NotOpen):
        merging.merge(source=two, into=one, reason="又一次", by="officer", at=minutes(6))


def test_a_part_becomes_an_incident_of_its_own_with_its_tasks(town):
    whole = town.open()
    stays, goes = give(town, whole), give(town, whole, "疏散")
    part = merging.split(
        source=whole, title="疏散", tasks=[goes], lead=town.organisations["west"],
        reason="另行处置", by="officer", at=minutes(5),
    )  # fmt: skip
    goes.refresh_from_db()
    stays.refresh_from_db()
    assert (goes.incident, stays.incident) == (part, whole)
    assert part.links_out.get().target == whole
    assert "incident.split" in words(whole)


def test_a_drill_is_never_mixed_with_a_real_incident(town):
    drill, real = town.open(origin="drill"), town.open()
    assert drill.is_drill
    with pytest.raises(command.NotMixed):
        merging.merge(source=drill, into=real, reason="同一起", by="officer", at=AT)
    with pytest.raises(command.NotMixed):
        town.open(origin="drill", origin_ref="alarm:7")
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=drill.pk).update(is_drill=False)


def test_every_fact_of_a_drill_says_that_it_is_one(town):
    drill = town.open(origin="drill")
    changing.say(incident=drill, text="开始", by="officer", at=AT)
    facts = journal.about(f"incident:{drill.pk}")
    assert all(each.data["is_drill"] for each in facts) and len(facts) == 2


def test_an_area_across_itself_is_refused_with_what_is_wrong(town):
    incident = town.open()
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    with pytest.raises(command.BadPlace, match=r"(?i)self"):
        changing.set_area(incident=incident, area=bow, by="officer", at=AT)
    with pytest.raises(command.BadPlace, match="GeoJSON"):
        changing.set_area(incident=incident, area="{", by="officer", at=AT)
    with pytest.raises(command.BadPlace, match="Polygon"):
        changing.set_area(
            incident=incident, area={"type": "Point", "coordinates": [0, 0]}, by="officer", at=AT
        )
    changing.set_area(incident=incident, area=box(100, 30, 101, 31), by="officer", at=AT)
    incident.refresh_from_db()
    assert incident.affected_area["type"] == "Polygon"


def test_what_began_in_the_future_or_has_no_title_is_refused(town):
    with pytest.raises(command.BadTask):
        town.open(occurred_at=minutes(1))
    with pytest.raises(command.BadTask):
        town.open(title=" ")


def test_who_sees_an_incident(town, anonymous):
    incident = town.open()

    def seen(name):
        user = town.users[name] if name else anonymous
        return command.visible_incidents(user).filter(pk=incident.pk).exists()

    assert seen("officer") and seen("duty_officer") and seen("crew")
    assert not seen("neighbour_officer") and not seen("enterprise_manager") and not seen("")
    give(town, incident, doer=Doer(town.organisations["east"]))
    assert seen("neighbour_officer")
    assert not seen("enterprise_manager")
    closed = town.users["crew"]
    closed.is_active = False
    assert not command.visible_incidents(closed).exists()
