"""What fails if this fails, from the network to the schools behind it."""

from contextlib import suppress

import pytest

from chengan.city.assess import errors, messages
from chengan.city.assess.engines import process
from chengan.city.assess.models import OutageRun
from chengan.city.assess.services import outages
from tests.city.assess.conftest import AT

pytestmark = pytest.mark.django_db
TEXT = "[PIPES]\n;nothing\n"


@pytest.fixture
def network(town):
    return outages.keep_model(
        text=TEXT, name_zh="网", name_en="Net", engine="water", namespace="test",
        owner=town.organisations["gas"],
    )  # fmt: skip


def depends(town, dependent, supplier, group="water", reserve_h=0.0):
    objects = town.objects
    return outages.put_dependency(
        dependent=objects[dependent],
        supplier=objects[supplier],
        group=group,
        reserve_h=reserve_h,
        source="x",
    )


def test_a_failure_goes_through_to_who_depends_when_reserves_are_used_up(town):
    depends(town, "w2", "w1", reserve_h=2)
    depends(town, "w3", "w2")
    found = outages.follow({town.objects["w1"].pk: 1.0})
    assert [(each["name_zh"], each["at_h"]) for each in found] == [("井 w2", 3.0), ("井 w3", 3.0)]
    assert found[1]["way"] == [town.objects[name].pk for name in ("w1", "w2", "w3")]


def test_another_supplier_of_the_same_thing_holds(town):
    depends(town, "w3", "w1")
    depends(town, "w3", "w2")
    assert outages.follow({town.objects["w1"].pk: 0.0}) == []
    assert len(outages.follow({town.objects["w1"].pk: 0.0, town.objects["w2"].pk: 4.0})) == 1


def answered(monkeypatch, **answer):
    full = {"faults": [], "hits": [], "engine": "test", **answer}
    monkeypatch.setattr(process, "ask", lambda *_given: full)


def test_a_run_names_the_dependents_of_the_nodes_it_hit(town, network, monkeypatch):
    type(town.objects["w1"]).objects.filter(pk=town.objects["w1"].pk).update(external_id="node/7")
    depends(town, "w2", "w1", reserve_h=1)
    answered(monkeypatch, hits=[{"node": "7", "first_h": 0.5, "least_share": 0, "hours": 3}])
    asked = outages.ask(network=network, question={"kind": "close", "link": "1"}, by="x", at=AT)
    found = outages.run(run_id=asked.pk, at=AT)
    assert found.status == OutageRun.Status.DONE
    assert [each["at_h"] for each in found.result["dependents"]] == [1.5]
    assert set(found.receipt) == {"engine", "chengan", "model_hash", "question_hash", "result_hash"}


def test_a_result_whose_physics_do_not_hold_is_refused(network, monkeypatch):
    answered(monkeypatch, faults=["with: water is lost"])
    asked = outages.ask(network=network, question={"kind": "burst", "link": "1"}, by="x", at=AT)
    found = outages.run(run_id=asked.pk, at=AT)
    assert (found.status, messages.shown(found.failure)) == ("refused", "with: water is lost")
    assert "dependents" not in found.result


def test_an_engine_that_fails_leaves_its_words(network, monkeypatch):
    def fail(*_given):
        raise errors.EngineFailed("out of time")

    monkeypatch.setattr(process, "ask", fail)
    asked = outages.ask(network=network, question={"kind": "burst", "link": "1"}, by="x", at=AT)
    assert outages.run(run_id=asked.pk, at=AT).failure == "out of time"


def test_what_a_run_finds_after_it_was_stopped_is_not_kept(network, monkeypatch):
    asked = outages.ask(network=network, question={"kind": "burst", "link": "1"}, by="x", at=AT)

    def late(*_given):
        outages.stop(run=asked, at=AT)
        return {"faults": [], "hits": [], "engine": "test"}

    monkeypatch.setattr(process, "ask", late)
    outages.run(run_id=asked.pk, at=AT)
    asked.refresh_from_db()
    assert (asked.status, asked.result) == ("stopped", {})
    with pytest.raises(errors.NotWaiting):
        outages.stop(run=asked, at=AT)
    assert outages.run(run_id=asked.pk, at=AT) is None


@pytest.mark.parametrize("fault", [KeyError("hits"), errors.BadInputs("dependencies", "a circle")])
def test_whatever_goes_wrong_a_run_comes_to_an_end(network, monkeypatch, fault):
    def fail(*_given):
        raise fault

    monkeypatch.setattr(process, "ask", fail)
    asked = outages.ask(network=network, question={"kind": "burst", "link": "1"}, by="x", at=AT)
    with suppress(KeyError):
        outages.run(run_id=asked.pk, at=AT)
    asked.refresh_from_db()
    assert (asked.status, asked.finished_at) == ("failed", AT)
    assert asked.failure


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"kind": "storm"}, "kind"),
        ({"kind": "close"}, "link"),
        ({"kind": "close", "link": "1", "hours": 1000}, "hours"),
        ({"kind": "burst", "link": "1", "opening": "wide"}, "opening"),
    ],
)
def test_questions_that_make_no_sense_are_refused_by_field(network, question, field):
    with pytest.raises(errors.BadInputs) as refused:
        outages.checked(network, question)
    assert refused.value.field == field


def test_models_and_dependencies_that_are_none_are_refused(town):
    with pytest.raises(errors.BadInputs):
        outages.keep_model(
            text="hello", name_zh="x", name_en="", engine="water", owner=town.organisations["gas"]
        )
    with pytest.raises(errors.BadInputs):
        depends(town, "w1", "w1")
    with pytest.raises(errors.BadInputs):
        depends(town, "w1", "w2", group=" ")
