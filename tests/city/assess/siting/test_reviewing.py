import io

import docx
import pypdf
import pytest

from chengan.city.assess import errors
from chengan.city.assess.models import Installation, Standing
from chengan.city.assess.services.siting import (
    calculating,
    projects,
    report,
    reviewing,
    standing,
    steps,
)
from tests.city.assess.conftest import AT, DAY, box

VESSEL = {
    "name_zh": "液氨罐",
    "name_en": "Ammonia vessel",
    "equipment": "pressure_vessel",
    "cas": "7664-41-7",
    "inventory_kg": 40_000,
    "temperature_k": 293.15,
    "pressure_pa": None,
    "bund_m2": 1500,
    "count": 1,
    "barriers": [],
}


@pytest.fixture
def vessel(town):
    """Ammonia at a well 100 m west of the school."""
    well = town.objects["w1"]
    return Installation.objects.create(
        city_object=well, lon=100.0495, lat=30.051, source="test", **VESSEL
    )


@pytest.fixture
def quick(monkeypatch):
    """Reviews without the Latin hypercube: what it adds is tested with the sciences."""
    gather = reviewing.gathering.gather
    monkeypatch.setattr(reviewing.gathering, "gather", lambda project: gather(project, samples=0))


def test_where_no_hazard_is_near_nothing_is_claimed(school):
    made = reviewing.review(project=school, by="consultant", at=AT)
    assert made.verdict == "no_hazard"


def test_a_school_beside_ammonia_fails_and_is_told_what_would_pass(school, vessel, quick):
    Installation.objects.update(count=20)
    made = reviewing.review(project=school, by="consultant", at=AT)
    verdict = made.result["verdicts"][0]
    assert made.verdict == "fails"
    assert verdict["risk"] > verdict["criterion"] == 3e-7
    assert verdict["move"]["metres"] > 0
    assert report.alternatives(verdict)


def test_the_same_inputs_give_the_same_digits_and_the_same_papers(school, vessel, quick):
    made = reviewing.review(project=school, by="consultant", at=AT)
    assert reviewing.again(made)["is_same"]
    for form in ("pdf", "docx"):
        assert report.document(made, form, "zh") == report.document(made, form, "zh")


def test_a_review_that_was_tampered_with_is_found_out(school, vessel, quick):
    made = reviewing.review(project=school, by="consultant", at=AT)
    made.inputs["installations"][0]["mass"] /= 2
    assert not reviewing.again(made)["is_same"]


def test_the_report_names_verdict_target_signature_and_receipt(school, vessel, quick):
    Installation.objects.update(count=20)
    made = reviewing.review(project=school, by="consultant", at=AT)
    steps.submit(project=school, by="planner", at=AT)
    steps.advise(project=school, review=made, by="consultant", at=AT, note="距离不足")
    pdf = pypdf.PdfReader(io.BytesIO(report.document(made, "pdf", "zh")))
    text = "".join(page.extract_text() for page in pdf.pages)
    for part in ("不满足基准", "样例小学", "距离不足", made.receipt["result_sha256"][:16]):
        assert part in text.replace("\n", "")
    word = docx.Document(io.BytesIO(report.document(made, "docx", "en")))
    assert word.paragraphs[0].text == "Siting review: Sample school"


def test_what_the_standard_excludes_is_refused_by_name(school, vessel):
    Installation.objects.update(kind="city_gas")
    made = reviewing.review(project=school, by="consultant", at=AT)
    assert made.verdict == "out_of_scope"
    assert made.result["refused"][0]["zh"] == "城镇燃气"


def test_a_plant_that_holds_nothing_is_not_reviewed(town):
    draft = projects.Draft(
        name_zh="化工厂",
        kind="plant",
        geometry=box(100.1, 30.1, 100.101, 30.101),
        organisation=town.organisations["gas"],
    )
    plant = projects.create(draft=draft, by="planner", at=AT)
    with pytest.raises(errors.BadInputs):
        reviewing.review(project=plant, by="consultant", at=AT)


def test_a_vessel_that_no_law_takes_is_refused_when_it_is_entered(town, school):
    values = {**VESSEL, "cas": "7732-18-5", "lon": 100.05, "lat": 30.05}
    with pytest.raises(errors.BadInputs):
        projects.add_installation(project=school, values=values, by="planner", at=AT)


def test_an_lpg_filling_plant_is_refused_as_city_gas(town):
    draft = projects.Draft(
        name_zh="液化气充装站",
        kind="lpg_station",
        geometry=box(100.1, 30.1, 100.101, 30.101),
        organisation=town.organisations["gas"],
    )
    made = projects.create(draft=draft, by="planner", at=AT)
    values = {**VESSEL, "cas": "74-98-6", "lon": 100.1005, "lat": 30.1005}
    projects.add_installation(project=made, values=values, by="planner", at=AT)
    assert reviewing.review(project=made, by="consultant", at=AT).verdict == "out_of_scope"


@pytest.fixture
def school_there(town):
    from chengan.city.places import api as places

    row = places.ObjectRow(
        number=1, namespace="test", external_id="s1", kind="school",
        name_zh="小学", name_en="School",
        geometry={"type": "Point", "coordinates": [100.0505, 30.051]},
    )  # fmt: skip
    places.upsert_objects(rows=[row], owner=town.organisations["gas"], at=AT)
    return places.CityObject.objects.get(external_id="s1")


def test_the_standing_check_finds_a_school_too_near_once(town, vessel, school_there):
    Installation.objects.update(inventory_kg=200_000, count=40)
    assert standing.check(AT) == 1
    assert standing.check(AT + DAY) == 1
    found = Standing.objects.get()
    assert found.target == school_there
    assert found.risk > found.criterion
    assert found.found_at == AT


def test_what_is_taken_away_is_gone_from_the_standing_check(town, vessel, school_there):
    Installation.objects.update(inventory_kg=200_000, count=40)
    standing.check(AT)
    Installation.objects.update(retired_at=AT)
    assert standing.check(AT + DAY) == 0
    assert Standing.objects.get().status == "gone"


def test_a_finding_is_handled_once(town, vessel, school_there):
    Installation.objects.update(inventory_kg=200_000, count=40)
    standing.check(AT)
    found = Standing.objects.get()
    assert standing.handle(standing=found, note="搬迁中", by="officer", at=AT)
    assert not standing.handle(standing=found, note="搬迁中", by="other", at=AT)


def test_a_digest_does_not_depend_on_the_order_of_keys():
    assert calculating.digest({"a": 1, "b": 2}) == calculating.digest({"b": 2, "a": 1})
