"""Who sees a hidden danger and what they may do about it."""

import pytest

from chengan.city.close import api as close

from .conftest import AT, DUE

pytestmark = pytest.mark.django_db


def seen_by(cast, name):
    return close.visible_dangers(cast[name]).exists()


@pytest.mark.parametrize(
    ("name", "sees"),
    [("duty_officer", True), ("neighbour_officer", False), ("enterprise_manager", False),
     ("anonymous", False), ("manager", True), ("crew", True), ("housing", True),
     ("leader", True), ("officer", True)],
)  # fmt: skip
def test_a_danger_is_seen_on_its_ground_and_by_whoever_answers(cast, danger, name, sees):
    assert seen_by(cast, name) is sees


def test_a_closed_account_sees_nothing(cast, danger):
    cast["officer"].is_active = False
    cast["officer"].save()
    assert not seen_by(cast, "officer")


def test_whoever_reported_it_sees_what_became_of_it(cast, town):
    found = close.Found(title="锈蚀", city_object=town.well)
    close.report(found=found, by="enterprise_manager", at=AT)
    assert seen_by(cast, "enterprise_manager")
    assert close.acts(cast["enterprise_manager"], close.visible_dangers(
        cast["enterprise_manager"]).get()) == []  # fmt: skip


def test_what_each_may_do_at_each_step(cast, danger):
    def offered(name):
        return [act for act in close.acts(cast[name], danger) if act != "note"]

    assert offered("officer") == offered("duty_officer") == ["judge", "dismiss"]
    assert offered("crew") == offered("manager") == offered("leader") == []
    close.judge(danger=danger, level=1, kind=1, manage=1, cause="gas-leak", by="officer", at=AT,
                organisation=danger.organisation)  # fmt: skip
    assert offered("officer") == ["order", "dismiss"]
    close.order(danger=danger, due_date=DUE, by="officer", at=AT)
    assert offered("officer") == []
    assert offered("crew") == offered("manager") == offered("housing") == ["start", "ask"]
    assert offered("west") == []  # its ground, but not its branch
    close.start(danger=danger, by="manager", at=AT)
    close.ask(danger=danger, until=DUE.replace(day=9), reason="待料", by="manager", at=AT)
    assert offered("manager") == ["rectify"]
    assert offered("officer") == ["answer"]
    close.rectify(danger=danger, note="已好", by="manager", at=AT)
    assert offered("manager") == offered("neighbour_officer") == []
    assert offered("duty_officer") == ["verify", "send_back"]


def test_an_administrator_who_rectified_it_is_not_offered_to_verify_it(cast, ordered):
    close.start(danger=ordered, by="admin", at=AT)
    close.rectify(danger=ordered, note="已好", by="admin", at=AT)
    assert "verify" not in close.acts(cast["admin"], ordered)


def test_a_major_danger_is_listed_by_the_leader(cast, danger):
    close.judge(danger=danger, level=2, kind=1, manage=1, cause="gas-leak", by="officer", at=AT,
                organisation=danger.organisation)  # fmt: skip
    plan = dict.fromkeys(("affects", "measures", "funds", "emergency"), "有")
    close.plan(danger=danger, **plan, plan_date=DUE, by="crew", at=AT)
    close.order(danger=danger, due_date=DUE, by="officer", at=AT)
    assert close.acts(cast["leader"], danger) == ["list"]
    close.list_for_supervision(danger=danger, stop="whole", note="拖延", by="leader", at=AT)
    assert close.acts(cast["leader"], danger) == ["file", "publish"]
