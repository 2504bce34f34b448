"""Accounts: nobody gives or takes more than they hold; five failures lock."""

from datetime import timedelta

import pytest
from django.urls import reverse

from chengan.city.places import api as places
from chengan.city.places.models import Grant, Role, User
from chengan.city.places.services import accounts
from tests.city.places.conftest import AT

GOOD = "a-Long-passw0rd-indeed"


def new(by, role="handler", organisation="west", **changes):
    values = {"username": "new", "password": GOOD, "by": by, "at": AT, **changes}
    return places.create_account(role_code=role, organisation_code=organisation, **values)


@pytest.fixture
def district_administrator(town):
    return town.user("district", "administrator", town.west)


def test_an_administrator_makes_accounts_in_their_branch(district_administrator):
    user = new(district_administrator)
    assert user.check_password(GOOD)
    assert [each.organisation.code for each in user.grants.all()] == ["west"]


@pytest.mark.parametrize("organisation", ["city", "east", "firm"])
def test_nobody_grants_beyond_their_branch(district_administrator, organisation):
    with pytest.raises(places.BeyondScope):
        new(district_administrator, organisation=organisation)
    assert not User.objects.filter(username="new").exists()


def test_nobody_grants_a_permission_they_lack(town, duty_officer):
    Role.objects.create(code="users", name_zh="人", permissions=["manage_users"])
    places.grant(
        user=duty_officer, role=Role.objects.get(code="users"), organisation=town.west, by="cli"
    )
    assert new(duty_officer, "duty_officer")
    with pytest.raises(places.BeyondScope):
        new(duty_officer, "administrator", username="other")


def test_nobody_changes_their_own_grants(town, administrator):
    role = Role.objects.get(code="leader")
    with pytest.raises(places.BeyondScope):
        places.grant(user=administrator, role=role, organisation=town.city, by=administrator)
    with pytest.raises(places.BeyondScope):
        places.revoke(grant=administrator.grants.get(), by=administrator)


def test_a_password_is_no_way_to_a_higher_account(administrator, district_administrator):
    with pytest.raises(places.BeyondScope):
        places.set_password(username="administrator", password=GOOD, by=district_administrator)
    with pytest.raises(places.BeyondScope):
        places.set_open(user=administrator, is_open=False, by=district_administrator)
    places.set_password(username="district", password=GOOD, by=administrator)
    places.revoke(grant=Grant.objects.get(user=district_administrator), by=administrator)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"password": "1234"}, places.BadPassword),
        ({"username": "ADMINISTRATOR"}, places.NameTaken),
        ({"role": "king"}, places.NoSuch),
        ({"organisation": "mars"}, places.NoSuch),
        ({"username": "two words"}, places.PlacesError),
    ],
)
def test_a_bad_account_is_refused(administrator, changes, error):
    with pytest.raises(error):
        new(administrator, **changes)


def test_accounts_are_listed_for_the_command_line(administrator):
    assert places.account_lines() == ["administrator\topen\tadministrator@city"]


def test_five_failures_lock_for_a_quarter_of_an_hour_and_are_in_the_audit(administrator):
    from chengan.city.places.models import User

    for _ in range(4):
        accounts.count_failure(username="Administrator", at=AT)
    assert not accounts.is_locked(username="administrator", at=AT)
    accounts.count_failure(username="administrator", at=AT)
    assert accounts.is_locked(username="administrator", at=AT + timedelta(minutes=14))
    assert not accounts.is_locked(username="administrator", at=AT + timedelta(minutes=15))
    history = User.pgh_event_model.objects.filter(pgh_obj_id=administrator.id)
    assert history.filter(locked_until__isnull=False).count() == 1


def test_a_locked_account_is_refused_with_the_right_password_at_the_door(client, administrator):
    door = reverse("account_login")
    for _ in range(5):
        client.post(door, {"login": "administrator", "password": "wrong"})
    client.post(door, {"login": "administrator", "password": "long-enough-4-tests"})
    assert "_auth_user_id" not in client.session
    User.objects.update(locked_until=None)
    client.post(door, {"login": "administrator", "password": "long-enough-4-tests"})
    assert client.session["_auth_user_id"] == str(administrator.pk)


def test_there_is_no_public_sign_up(client, db):
    from allauth.account.adapter import get_adapter

    assert not get_adapter().is_open_for_signup(None)
