"""Who sees what: the organisation tree, its ground, and duties."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from chengan.city.places import api as places
from chengan.city.places.api import Permission
from chengan.city.places.models import CityObject, Duty, Holding, Person, Post, Shift


def seen(user):
    return set(places.visible_objects(user).values_list("external_id", flat=True))


def test_each_sees_their_branch_and_their_ground_and_nobody_sees_more(
    duty_officer, neighbour_officer, enterprise_manager, administrator, anonymous
):
    assert seen(duty_officer) == {"fw"}
    assert seen(neighbour_officer) == {"fe", "ee"}
    assert seen(enterprise_manager) == {"fw", "fe"}
    assert seen(administrator) == {"fw", "fe", "ee"}
    assert seen(anonymous) == set()


def test_a_closed_account_sees_nothing(administrator):
    administrator.is_active = False
    assert seen(administrator) == set()
    assert not places.may(administrator, Permission.VIEW_PLACES)


def test_a_permission_holds_in_the_branch_only(town, enterprise_manager, administrator):
    assert places.may(enterprise_manager, Permission.EDIT_PLACES, town.firm)
    assert not places.may(enterprise_manager, Permission.EDIT_PLACES, town.city)
    assert not places.may(enterprise_manager, Permission.EDIT_PLACES, town.east)
    assert places.may(administrator, Permission.EDIT_PLACES, town.east)
    with pytest.raises(PermissionDenied):
        places.require(enterprise_manager, Permission.JUDGE_ALARMS)


@pytest.fixture
def post(town):
    post = Post.objects.create(code="p", name_zh="岗", organisation=town.west)
    Duty.objects.create(post=post, city_object=town.objects["ee"])
    return post


@pytest.fixture
def officer(town, duty_officer):
    return Person.objects.create(code="o", name_zh="王", organisation=town.west, user=duty_officer)


def test_a_duty_opens_the_object_to_who_holds_the_post_today(post, officer, duty_officer):
    today = timezone.localdate()
    holding = Holding.objects.create(post=post, person=officer, from_date=today)
    assert seen(duty_officer) == {"fw", "ee"}
    holding.until_date = today
    holding.save()
    assert seen(duty_officer) == {"fw"}


def test_a_shift_opens_the_object_while_it_lasts(post, officer, duty_officer):
    now = timezone.now()  # noqa: TID251 - scope asks the database's clock
    hour = timedelta(hours=1)
    Shift.objects.create(post=post, person=officer, starts_at=now - 2 * hour, ends_at=now - hour)
    assert seen(duty_officer) == {"fw"}
    Shift.objects.create(post=post, person=officer, starts_at=now - hour, ends_at=now + hour)
    assert seen(duty_officer) == {"fw", "ee"}


def test_rows_with_paths_of_their_own_are_filtered_alike(town, duty_officer):
    found = places.scope(duty_officer, Permission.VIEW_PLACES)
    rows = CityObject.objects.filter(found.paths_q("owner__path", "area__path", "id"))
    assert [each.external_id for each in rows] == ["fw"]


def test_moving_a_branch_rewrites_the_paths_below_and_so_what_is_seen(town, duty_officer):
    team = places.put_organisation(code="t", kind="grid_team", name_zh="队", parent=town.firm)
    town.firm.parent = town.west
    town.firm.save()
    team.refresh_from_db()
    assert team.path == f"/{town.city.id}/{town.west.id}/{town.firm.id}/{team.id}/"
    assert seen(duty_officer) == {"fw", "fe"}


def test_a_branch_cannot_stand_below_itself(town):
    from django.db import IntegrityError, transaction

    town.city.parent = town.west
    with pytest.raises(IntegrityError), transaction.atomic():
        town.city.save()
