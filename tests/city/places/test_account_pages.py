"""The accounts page: what its manager may do, and every refusal."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chengan.city.places.models import Grant, Role, User

pytestmark = pytest.mark.urls("tests.city.places.urls_for_tests")
PASSWORD = "long-enough-4-tests"
NEW = "a-Long-passw0rd-indeed"
ACTS = ["user_open", "user_unlock", "user_link", "user_sessions_end"]


@pytest.fixture
def manager(town):
    return town.user("manager", "administrator", town.west)


def act(client, name, user, **given):
    return client.post(reverse(f"places:{name}", args=[user.pk]), given, follow=True)


def sign_in(name, password=PASSWORD):
    client = Client()
    client.post(reverse("account_login"), {"login": name, "password": password})
    return client


def is_in(client):
    return "_auth_user_id" in client.session


def test_roles_above_ones_own_are_not_offered(client, town):
    Role.objects.create(code="clerk", name_zh="文员", permissions=["manage_users", "view_places"])
    client.force_login(town.user("clerk", "clerk", town.west))
    page = client.get(reverse("places:users"))
    assert [each.code for each in page.context["roles"]] == ["clerk"]
    given = {
        "username": "n",
        "password": NEW,
        "role": Role.objects.get(code="leader").pk,
        "organisation": town.west.pk,
    }
    assert list(client.post(reverse("places:users"), given).context["form"].errors) == ["role"]


@pytest.mark.parametrize("code", ["city", "east", "firm"])
def test_no_account_is_made_outside_ones_branch(client, manager, town, code):
    client.force_login(manager)
    role = Role.objects.get(code="handler").pk
    place = {"city": town.city, "east": town.east, "firm": town.firm}[code]
    given = {"username": "n", "password": NEW, "role": role, "organisation": place.pk}
    client.post(reverse("places:users"), given)
    assert not User.objects.filter(username="n").exists()


@pytest.mark.parametrize("name", ACTS)
def test_an_account_of_another_branch_is_not_there(client, manager, neighbour_officer, name):
    client.force_login(manager)
    assert act(client, name, neighbour_officer, open="0").status_code == 404
    assert client.get(reverse("places:user", args=[neighbour_officer.pk])).status_code == 404
    assert "neighbour_officer" not in client.get(reverse("places:users")).content.decode()


@pytest.mark.parametrize("name", ACTS)
def test_an_account_that_also_holds_more_is_refused(client, manager, duty_officer, town, name):
    Grant.objects.create(
        user=duty_officer, role=Role.objects.get(code="leader"), organisation=town.city
    )
    User.objects.filter(pk=duty_officer.pk).update(failed_logins=3)
    there = sign_in("duty_officer")
    User.objects.filter(pk=duty_officer.pk).update(failed_logins=3)
    client.force_login(manager)
    answer = act(client, name, duty_officer, open="0")
    assert [each.level_tag for each in answer.context["messages"]] == ["error"]
    assert not answer.context["link"]
    duty_officer.refresh_from_db()
    assert (duty_officer.is_active, duty_officer.failed_logins) == (True, 3)
    assert is_in(there)


@pytest.mark.parametrize("name", ["user_open", "user_link"])
def test_nobody_closes_or_resets_themselves(client, manager, name):
    client.force_login(manager)
    answer = act(client, name, manager, open="0")
    assert [each.level_tag for each in answer.context["messages"]] == ["error"]
    manager.refresh_from_db()
    assert manager.is_active


def test_a_lock_is_shown_and_lifted(client, manager, duty_officer):
    for _ in range(5):
        sign_in("duty_officer", "wrong")
    assert not is_in(sign_in("duty_officer"))
    client.force_login(manager)
    assert client.get(reverse("places:user", args=[duty_officer.pk])).context["is_locked"]
    assert not act(client, "user_unlock", duty_officer).context["is_locked"]
    assert is_in(sign_in("duty_officer"))


def test_a_link_sets_the_password_once(client, manager, duty_officer):
    client.force_login(manager)
    link = act(client, "user_link", duty_officer).context["link"]
    assert not client.get(reverse("places:user", args=[duty_officer.pk])).context["link"]
    holder = Client()
    form = holder.get(link, follow=True).request["PATH_INFO"]
    holder.post(form, {"password1": NEW, "password2": NEW})
    assert is_in(sign_in("duty_officer", NEW))
    again = Client().get(link, follow=True)
    assert "password1" not in again.content.decode()
    history = User.pgh_event_model.objects.filter(pgh_obj_id=duty_officer.pk)
    event = history.filter(reset_link_at__isnull=False).first()
    assert event.pgh_context.metadata["user"] == manager.pk


def test_a_closed_account_gets_no_link_and_its_session_ends(client, manager, duty_officer):
    there = sign_in("duty_officer")
    assert there.get(reverse("places:objects")).status_code == 200
    client.force_login(manager)
    act(client, "user_open", duty_officer, open="0")
    assert there.get(reverse("places:objects")).status_code == 302
    assert not is_in(sign_in("duty_officer"))
    assert not act(client, "user_link", duty_officer).context["link"]
    act(client, "user_open", duty_officer, open="1")
    assert is_in(sign_in("duty_officer"))


def test_sessions_are_listed_and_ended(client, manager, duty_officer):
    there = sign_in("duty_officer")
    client.force_login(manager)
    page = client.get(reverse("places:user", args=[duty_officer.pk]))
    assert [each.key for each in page.context["sessions"]] == [there.session.session_key[:8]]
    assert not act(client, "user_sessions_end", duty_officer).context["sessions"]
    assert there.get(reverse("places:objects")).status_code == 302
    act(client, "user_sessions_end", manager)
    assert client.get(reverse("places:users")).status_code == 200


def test_a_session_lasts_as_long_as_the_setting_says(duty_officer, settings):
    there = sign_in("duty_officer")
    row = Session.objects.get(session_key=there.session.session_key)
    left = row.expire_date - timezone.now()  # noqa: TID251
    assert timedelta(hours=11, minutes=55) < left <= timedelta(seconds=settings.SESSION_COOKIE_AGE)
    Session.objects.update(expire_date=timezone.now())  # noqa: TID251
    assert there.get(reverse("places:objects")).status_code == 302


def test_the_list_is_filtered_and_exported_in_scope(
    client, manager, duty_officer, neighbour_officer
):
    client.force_login(manager)
    given = {"q": "officer", "role": "duty_officer", "state": "open"}
    users = client.get(reverse("places:users"), given).context["users"]
    assert [each.username for each in users] == ["duty_officer"]
    file = client.get(reverse("places:users_export", args=["csv"]))
    text = b"".join(file.streaming_content).decode()
    assert "duty_officer@west" in text
    assert "neighbour" not in text
