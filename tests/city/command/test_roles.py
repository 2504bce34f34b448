"""A city that is older than warn, assess, command or close gets their permissions, once."""

from importlib import import_module

import pytest
from django.apps import apps

from chengan.city.places import api as places
from chengan.city.places.models import Role
from chengan.city.places.permissions import Permission
from chengan.city.places.services.roles import ROLES

pytestmark = pytest.mark.django_db
STEPS = (
    "warn.migrations.0006_roles_may_warn",
    "assess.migrations.0004_roles_may_assess",
    "command.migrations.0002_roles_may_command",
    "close.migrations.0002_roles_may_close",
)
FIRST = {
    "view_places", "edit_places", "import_places", "manage_duties", "manage_users", "view_sense",
    "manage_sources", "handle_quarantine", "view_alarms", "judge_alarms", "edit_limits",
    "view_audit",
}  # fmt: skip


def migrate():
    for step in STEPS:
        import_module(f"chengan.city.{step}").add(apps, None)


def roles():
    return {each.code: set(each.permissions) for each in Role.objects.all()}


def test_the_roles_of_an_older_city_end_as_those_of_a_new_one():
    places.seed_roles()
    Role.objects.filter(code="planner").delete()  # came with the siting review, laid at the start
    new = roles()
    for role in Role.objects.all():
        role.permissions = [each for each in role.permissions if each in FIRST]
        role.save()
    assert roles() != new
    migrate()
    assert roles() == new
    assert new["administrator"] == set(Permission.values)


def test_what_a_city_took_from_a_role_is_not_given_back():
    places.seed_roles()
    officer = Role.objects.get(code="duty_officer")
    officer.permissions = [each for each in officer.permissions if each != "silence_alarms"]
    officer.save()
    for step in STEPS[:2]:
        import_module(f"chengan.city.{step}").add(apps, None)
    officer.refresh_from_db()
    assert "silence_alarms" not in officer.permissions
    assert set(ROLES) == set(roles())
