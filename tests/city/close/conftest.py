"""The town of command's tests, with its firm's manager, a leader, and a danger at its gas well."""

import pytest

from chengan.city.close import api as close
from chengan.city.places.models import Grant, Role, User
from tests.city.command.conftest import AT, anonymous, town

__all__ = ["AT", "anonymous", "town"]


@pytest.fixture
def cast(town, anonymous):
    """Accounts by name; `manager` runs the gas company, `leader` the city."""
    for name, role, organisation in (
        ("manager", "enterprise_manager", "gas"), ("leader", "leader", "city"),
        ("admin", "administrator", "city"),
    ):  # fmt: skip
        user = User.objects.create_user(name, password="long-enough-4-tests")
        where = town.organisations[organisation]
        Grant.objects.create(user=user, role=Role.objects.get(code=role), organisation=where)
        town.users[name] = user
    return {**town.users, "anonymous": anonymous}


@pytest.fixture
def danger(town):
    """Reported by a patrol at the gas well, not judged yet."""
    found = close.Found(title="放散管锈蚀", city_object=town.well, kind=7)
    return close.report(found=found, by="west", at=AT)


@pytest.fixture
def judged(danger):
    """Judged an ordinary danger by the officer."""
    judge(danger)
    return danger


@pytest.fixture
def ordered(judged):
    """To be put right by the end of 5 March, Beijing time."""
    close.order(danger=judged, due_date=DUE, by="officer", at=AT)
    return judged


@pytest.fixture
def rectified(ordered):
    """Put right by the crew, waiting for somebody else to verify it."""
    close.start(danger=ordered, by="crew", at=AT)
    close.rectify(danger=ordered, note="已更换", by="crew", at=AT)
    return ordered


DUE = AT.date().replace(day=5)
PLAN = {
    "affects": "影响全井", "measures": "更换", "funds": "已落实", "plan_date": DUE, "emergency": "值守",
}  # fmt: skip


def judge(danger, **changes):
    values = {
        "level": 1, "kind": 7, "manage": 1, "cause": "gas-leak", "by": "officer", "at": AT,
        "organisation": danger.organisation,
    } | changes  # fmt: skip
    close.judge(danger=danger, **values)
