"""The likely pipe: who may ask for it and when, what is shown of it, what is refused."""

from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from chengan.city.assess import api as assess
from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.places.models import Network
from chengan.city.sense import api as sense
from chengan.city.warn import api as warn
from chengan.city.warn.errors import NoLook
from chengan.city.warn.models import PipeNaming
from chengan.city.warn.services import leaking
from tests.city.warn.conftest import AT
from tests.city.warn.conftest import officer as account
from tests.city.warn.test_unusual import JOINT, officer, page_of

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOUR_US = 3_600_000_000
MODEL = assess.LeakModel(7, "城区管网", "Town network", "")


@pytest.fixture
def alarm(say, wells):
    """An alarm of pressures in a network that left each other; its first object is the pipe p7."""
    owner = places.organisation_by_code("city")
    network = Network.objects.create(code="n", name_zh="网", medium="water", owner=owner)
    objects = places.CityObject.objects
    objects.filter(pk__in=[each.thing.city_object_id for each in wells.values()]).update(
        network=network
    )
    sense.ObservedProperty.objects.filter(code="methane").update(code="pressure")
    sense.StreamLimit.objects.update(joint_severity=3, joint_group="owner:1")
    kind = places.ObjectKind.objects.create(code="water_pipe", name_zh="管", name_en="Pipe")
    pipe = objects.first()
    objects.filter(pk=pipe.pk).update(kind=kind, external_id="net/link/p7")
    say("breach.began", "w2", cause="joint", **JOINT)
    made = warn.Alarm.objects.get()
    made.pipe = pipe
    return made


@pytest.fixture
def model(monkeypatch):
    """The network has a model."""
    monkeypatch.setattr(leaking.assess, "leak_model", lambda _network: MODEL)


@pytest.fixture
def readings(monkeypatch):
    """Every sensor tells 5 once a minute, all the time."""

    def read(_pk, first, last):
        hours = np.arange(first + HOUR_US, last + 1, HOUR_US)
        return SimpleNamespace(time=hours.repeat(60), value=np.full(60 * len(hours), 5.0))

    monkeypatch.setattr(leaking.sense, "readings", read)


def names(monkeypatch, *pipes, error=None):
    """Let the model name these; give what it was asked."""
    asked = []

    def named(model, nodes, days, heard):
        if error is not None:
            raise error
        heard(0.5)
        row = PipeNaming.objects.latest("pk")
        asked.append((row.status, row.share, model, len(nodes), days.shape, float(days.min())))
        return assess.Suspects([assess.Suspect(*pipe) for pipe in pipes], 4, "wntr 1")

    monkeypatch.setattr(leaking.assess, "likely_pipes", named)
    return asked


def look(alarm, at):
    """Ask, and let the worker look at once."""
    row = leaking.ask(alarm=alarm, by="a", at=at, is_queued=False)
    leaking.run(naming_id=row.pk, clock=lambda: at)
    row.refresh_from_db()
    return row


def test_the_likely_pipe_is_named_on_the_alarms_page(alarm, model, readings, monkeypatch):
    asked = names(monkeypatch, ("p7", 0.8), ("p8", 0.1))
    page, address = Client(), reverse("warn:pipes", args=[alarm.pk])
    page.force_login(officer())
    assert f'hx-post="{address}"' in page_of(alarm)
    assert "hx-trigger" in page.post(address, headers={"HX-Request": "true"}).content.decode()
    page.post(address)  # it is going already
    row = PipeNaming.objects.get()
    assert (row.status, row.asked_by) == ("queued", "duty_officer-city")
    leaking.run(naming_id=row.pk, clock=lambda: AT + DAY)
    row.refresh_from_db()
    assert asked == [("running", 0.5, MODEL, 4, (60, 4), 5.0)]
    assert (row.status, row.data_until, row.days) == ("done", AT + DAY, 60)
    told = page_of(alarm)
    for part in (reverse("places:object", args=[alarm.pipe.pk]), "80%", "p8", "城区管网"):
        assert part in told
    assert leaking.run(naming_id=row.pk, clock=lambda: AT) is None  # it is not computed again
    kinds = [each.kind for each in journal.about(f"alarm:{alarm.pk}")]
    assert (kinds.count("warn.pipes.asked"), kinds.count("warn.pipes.named")) == (1, 1)


def test_who_sees_the_alarm_reads_and_who_judges_it_asks(alarm, model):
    address = reverse("warn:pipes", args=[alarm.pk])
    places.put_organisation(code="east", kind="district", name_zh="东区")
    cast = {
        "duty_officer": (account("duty_officer"), 200, 302),
        "neighbour_officer": (account("duty_officer", "east"), 404, 404),
        "enterprise_manager": (account("enterprise_manager"), 200, 403),
        "anonymous": (None, 302, 302),
    }
    for name in ("anonymous", "enterprise_manager", "neighbour_officer", "duty_officer"):
        user, sees, asks = cast[name]
        page = Client()
        if user:
            page.force_login(user)
        got = page.get(address)
        assert (name, got.status_code) == (name, sees)
        if sees == 200:
            assert (f'action="{address}"' in got.content.decode()) is (asks == 302)
        assert (name, page.post(address).status_code) == (name, asks)
        assert PipeNaming.objects.exists() is (name == "duty_officer")


def test_only_the_named_pipes_are_looked_up_and_none_before_a_result(
    alarm, django_assert_num_queries
):
    user, row = officer(), PipeNaming(alarm=alarm, result=[])
    with django_assert_num_queries(0):
        assert leaking.told(row, user) == []
    row.result = [{"pipe": name, "share": 0.3} for name in ("p7", "7", "k/p7")]
    found = [each["object"] and each["object"].pk for each in leaking.told(row, user)]
    assert found == [alarm.pipe.pk, None, None]


def test_the_same_days_are_not_looked_at_again_with_the_same_model(
    alarm, readings, model, monkeypatch
):
    names(monkeypatch, ("p7", 0.8))
    began = alarm.first_at
    first = look(alarm, began + 2 * DAY)
    assert leaking.is_early(first)
    with pytest.raises(NoLook, match="不会有新的结果"):
        look(alarm, began + 2 * DAY + 5 * HOUR)
    last = look(alarm, began + 5 * DAY)
    assert (last.data_until, leaking.is_early(last)) == (began + leaking.AFTER, False)
    page = Client()
    page.force_login(officer())
    told = page.post(reverse("warn:pipes", args=[alarm.pk]), headers={"HX-Request": "true"})
    assert "不会有新的结果" in told.content.decode()
    newer = assess.LeakModel(8, "新", "New", "")
    monkeypatch.setattr(leaking.assess, "leak_model", lambda _network: newer)
    assert look(alarm, began + 5 * DAY).model_id == 8


def test_silent_days_at_the_end_promise_nothing_more(alarm):
    """The end asked for counts, not the end left over."""
    end = alarm.first_at + leaking.AFTER
    row = PipeNaming(alarm=alarm, data_from=end - 60 * DAY, data_until=end - DAY)
    assert not leaking.is_early(row)
    assert not leaking.is_early(PipeNaming(alarm=alarm))


def test_what_failed_may_be_tried_again_after_an_hour(alarm, readings, model, monkeypatch):
    names(monkeypatch, error=assess.EngineFailed("too few"))
    at = alarm.first_at + 5 * DAY
    assert (look(alarm, at).status, PipeNaming.objects.get().failure) == ("failed", "too few")
    with pytest.raises(NoLook, match="一小时"):
        look(alarm, at + HOUR / 2)
    assert look(alarm, at + HOUR).status == "failed"


def test_a_fault_of_ours_is_told_as_one_and_may_be_tried_again(alarm, readings, model, monkeypatch):
    names(monkeypatch, error=KeyError("x"))
    at = alarm.first_at + 5 * DAY
    with pytest.raises(KeyError):
        look(alarm, at)
    row = PipeNaming.objects.get()
    assert (row.status, row.failure, row.share < 1) == ("failed", "", True)
    told = page_of(alarm)
    assert "KeyError" not in told and "程序错误" in told
    names(monkeypatch, ("p7", 0.8))
    assert look(alarm, at).status == "done"


def test_without_a_model_that_can_be_run_nothing_is_queued(alarm, monkeypatch):
    with pytest.raises(NoLook, match="该管网没有水力模型"):
        leaking.ask(alarm=alarm, by="a", at=AT)
    assert not PipeNaming.objects.exists()
    # The model may go between the question and the look: then that is the reason kept.
    with monkeypatch.context() as patch:
        patch.setattr(leaking.assess, "leak_model", lambda _network: MODEL)
        row = leaking.ask(alarm=alarm, by="a", at=AT, is_queued=False)
    leaking.run(naming_id=row.pk, clock=lambda: AT)
    assert "该管网没有水力模型" in page_of(alarm)


def test_one_that_was_asked_for_at_the_same_moment_is_given_even_if_it_is_over(
    alarm, model, monkeypatch
):
    other = PipeNaming.objects.create(alarm=alarm, asked_by="b", asked_at=AT)
    looked = iter([None])

    def newest(_alarm):
        PipeNaming.objects.update(status="done")
        return next(looked, other)

    def seen_before_it_was_asked_for(_alarm):
        monkeypatch.setattr(leaking, "newest", newest)
        return next(looked)

    monkeypatch.setattr(leaking, "newest", seen_before_it_was_asked_for)
    assert leaking.ask(alarm=alarm, by="a", at=AT).asked_by == "b"
    assert PipeNaming.objects.get().status == "done"


def test_days_in_which_most_sensors_were_not_heard_are_left_out_but_not_before_the_alarm():
    days = np.ones((60, 4))
    days[-2:, :3] = np.nan  # only one of four was heard in the last two days
    assert leaking._unheard(days, timedelta(days=3)) == 2
    assert leaking._unheard(days, timedelta(days=2)) == 0  # a day ago is all that is left
    assert leaking._unheard(np.ones((60, 4)), timedelta(days=3)) == 0
