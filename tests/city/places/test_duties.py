"""Who answers for an object: the nearest duty first, the roster before the post."""

from datetime import date, timedelta

import pytest

from chengan.city.places import api as places
from chengan.city.places.models import Duty, Holding, Person, Post
from chengan.city.places.services import duties
from tests.city.places.conftest import AT

HOUR = timedelta(hours=1)


@pytest.fixture
def people(town):
    return [
        Person.objects.create(code=f"p{i}", name_zh=f"人{i}", phone=f"1{i}", organisation=town.firm)
        for i in range(4)
    ]


@pytest.fixture
def duty(town, people):
    post = Post.objects.create(code="lead", name_zh="负责人", organisation=town.firm)
    Holding.objects.create(post=post, person=people[0], from_date=date(2026, 1, 1))
    return Duty.objects.create(post=post, city_object=town.objects["fw"])


def asked(town, at=AT):
    found = places.duty_holders(city_object=town.objects["fw"], at=at)
    return [(each.person.code, each.how) for each in found]


def test_without_a_roster_the_post_answers_then_substitutes_by_rank(town, people, duty):
    duties.put_substitute(duty=duty, person=people[2])
    duties.put_substitute(duty=duty, person=people[1])
    duties.put_substitute(duty=duty, person=people[2])
    assert asked(town) == [("p0", "post"), ("p2", "substitute"), ("p1", "substitute")]


def test_the_roster_stands_for_the_post_in_its_hours(town, people, duty):
    duties.put_shift(post=duty.post, person=people[3], starts_at=AT, ends_at=AT + HOUR)
    assert asked(town) == [("p3", "roster")]
    assert asked(town, AT + HOUR) == [("p0", "post")]


def test_a_duty_on_the_object_comes_before_one_on_its_area(town, people, duty):
    post = Post.objects.create(code="area", name_zh="区", organisation=town.west)
    Holding.objects.create(post=post, person=people[1], from_date=date(2026, 1, 1))
    Duty.objects.create(post=post, area=town.ground["W"])
    Duty.objects.create(post=post, area=town.ground["E"])
    assert asked(town) == [("p0", "post"), ("p1", "post")]


def test_nobody_stands_twice_in_the_same_hours(town, people, duty):
    duties.put_shift(post=duty.post, person=people[3], starts_at=AT, ends_at=AT + HOUR)
    with pytest.raises(places.PlacesError):
        duties.put_shift(post=duty.post, person=people[3], starts_at=AT, ends_at=AT + HOUR)
    with pytest.raises(places.PlacesError):
        duties.put_shift(post=duty.post, person=people[3], starts_at=AT, ends_at=AT)
