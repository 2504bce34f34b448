"""A new edition of a method reaches every risk, in batches, and keeps what is raised."""

from datetime import timedelta

import numpy as np
import pytest
from django.db import OperationalError, connections, transaction
from django.utils import timezone

from chengan.city.assess import api as assess
from chengan.city.assess import errors
from chengan.city.assess.models import Method
from chengan.city.assess.services import methods, rerating
from chengan.city.journal import api as journal
from tests.city.assess.conftest import AT, HIGH, LOW, MIDDLE, approved, hazard, lec

pytestmark = pytest.mark.django_db


@pytest.fixture
def risks(town):
    made = [
        assess.register(city_object=town.objects[name], hazard=hazard(), by="x", at=AT)
        for name in ("w1", "w2", "w3")
    ]
    for each, residual in zip(made, (HIGH, MIDDLE, LOW)):
        approved(each, HIGH, residual)
    return made


def stricter():
    """Orange begins at 100 and red at 200, where it was 160 and 320."""
    definition = lec().definition | {"bands": {"edges": [20, 100, 200], "levels": [2, 3, 4, 5]}}
    return methods.put_method(
        method=lec(), definition=definition, source="市里决定", mark="D", by="analyst", at=AT
    )


def levels(risks):
    for each in risks:
        each.rating.refresh_from_db()
    return [each.rating.current for each in risks]


@pytest.mark.parametrize("batch", [1, 2, 50])
def test_all_ratings_follow_whatever_the_batch(risks, batch):
    asked = rerating.ask(method=stricter(), by="analyst", at=AT)
    found = rerating.run(rerating_id=asked.pk, at=AT, batch=batch)
    assert levels(risks) == [5, 4, 3]
    assert (found.status, found.done, found.changed, found.unrated) == ("done", 3, 2, 0)
    assert {each.rating.method_version for each in risks} == {2}
    assert risks[1].level_changes.order_by("-id").first().why == "method"
    assert journal.about("method:lec")[0].data["changed"] == 2


def test_what_became_worse_is_reviewed_sooner_and_what_became_milder_later(risks):
    """Reviews: red 30, orange 90, yellow 180, blue 365 days. Ten days after approval the middle one
    goes from yellow to orange: 90 days from now. The milder method of day 20 makes it blue: 365
    days from its approval."""
    later = AT + timedelta(days=10)
    asked = rerating.ask(method=stricter(), by="analyst", at=later)
    rerating.run(rerating_id=asked.pk, at=later)
    due = risks[1].dues.get(done_at=None)
    assert due.due_at == later + timedelta(days=90)
    assert levels(risks) == [5, 4, 3]
    assert risks[1].rating.review_date == timezone.localdate(due.due_at)
    assert risks[0].dues.get(done_at=None).due_at == AT + timedelta(days=30)
    definition = lec().definition | {"bands": {"edges": [500, 600, 700], "levels": [2, 3, 4, 5]}}
    mild = methods.put_method(
        method=lec(), definition=definition, source="x", mark="D", by="a", at=later
    )
    asked = rerating.ask(method=mild, by="analyst", at=later + timedelta(days=10))
    rerating.run(rerating_id=asked.pk, at=later + timedelta(days=10))
    due.refresh_from_db()
    assert due.due_at == AT + timedelta(days=365)


@pytest.mark.parametrize("most", [2, 1])
def test_each_change_of_level_is_a_fact_and_of_too_many_there_is_one(risks, monkeypatch, most):
    from chengan.city.assess.services import levels as levels_

    monkeypatch.setattr(levels_, "MOST_FACTS", most)
    before = journal.last_seq()
    asked = rerating.ask(method=stricter(), by="analyst", at=AT)
    rerating.run(rerating_id=asked.pk, at=AT)
    told = journal.after(before, kinds=["assess.level.changed"])
    if most == 2:
        assert [(each.subject, each.data["before"], each.data["severity"]) for each in told] == [
            (f"risk:{risks[1].pk}", 3, 4), (f"risk:{risks[2].pk}", 2, 3),
        ]  # fmt: skip
        assert told[0].data["city_object"] == risks[1].city_object_id
    else:
        (fact,) = told
        assert fact.data["risks"] == 2 and fact.data["reached"] == {"4": 1, "3": 1}
        assert (fact.data["first"], fact.data["last"]) == (risks[1].pk, risks[2].pk)


@pytest.mark.django_db(transaction=True)
def test_an_approval_waits_for_the_batch_and_is_not_overwritten(risks):
    """Another connection asks for the risk's row while a batch is at work."""
    other = connections["default"].copy()
    asked = rerating.ask(method=stricter(), by="analyst", at=AT)
    try:
        with transaction.atomic():
            rerating._batch(asked, 0, 50, AT)
            with other.cursor() as sql:
                sql.execute("set lock_timeout = '10ms'")
                for table, key in (("assess_risk", "id"), ("assess_rating", "risk_id")):
                    with pytest.raises(OperationalError, match="lock timeout"):
                        sql.execute(
                            f"select 1 from {table} where {key} = %s for update", [risks[2].pk]
                        )
    finally:
        other.close()


def test_a_run_that_was_stopped_goes_on_where_it_was(risks):
    asked = rerating.ask(method=stricter(), by="analyst", at=AT)
    rerating._batch(asked, 0, 1, AT)
    found = rerating.run(rerating_id=asked.pk, at=AT)
    assert (found.done, levels(risks)) == (3, [5, 4, 3])
    assert rerating.run(rerating_id=asked.pk, at=AT) is None


def test_what_is_raised_stays_raised(risks, town):
    fact = journal.Fact(kind="warning.released", subject="warning:1", at=AT, actor="x",
                        data={"object": town.objects["w3"].pk, "severity": 3})  # fmt: skip
    journal.append([fact])
    assess.take_facts(AT)
    assert levels(risks) == [5, 3, 3]
    asked = rerating.ask(method=stricter(), by="analyst", at=AT)
    rerating.run(rerating_id=asked.pk, at=AT)
    assert levels(risks) == [5, 4, 4]


def test_a_factor_that_the_new_scale_does_not_know_leaves_no_level(risks):
    definition = lec().definition
    factors = [dict(each) for each in definition["factors"]]
    factors[0]["steps"] = [step for step in factors[0]["steps"] if step[0] != 1]
    made = methods.put_method(
        method=lec(),
        definition=definition | {"factors": factors},
        source="x",
        mark="D",
        by="a",
        at=AT,
    )
    asked = rerating.ask(method=made, by="analyst", at=AT)
    found = rerating.run(rerating_id=asked.pk, at=AT)
    assert levels(risks) == [5, 3, None]
    assert found.unrated == 1


def test_one_at_a_time_and_only_what_has_factors(risks, town):
    made = stricter()
    rerating.ask(method=made, by="analyst", at=AT)
    with pytest.raises(errors.NotWaiting):
        rerating.ask(method=made, by="analyst", at=AT)
    with pytest.raises(errors.BadInputs):
        rerating.ask(method=Method.objects.get(code="gb18218"), by="analyst", at=AT)


def test_many_at_once_are_rated_as_one_by_one(town):
    from chengan.city.assess.services import rating

    rng = np.random.default_rng(1)
    for code in ("lec", "ls"):
        method = Method.objects.get(code=code)
        scales = [[step[0] for step in each["steps"]] for each in method.definition["factors"]]
        names = [each["code"] for each in method.definition["factors"]]
        rows = np.column_stack([rng.choice(scale, 40) for scale in scales])
        found = rerating.rate_many(method.kind, method.definition, rows, rows)
        single = [rating.rate(method, dict(zip(names, row))).level for row in rows.tolist()]
        assert found.residual.tolist() == single
