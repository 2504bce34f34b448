"""Every method by hand, through its published definition; the receipt; what is refused."""

import pytest

from chengan.city.assess import errors, forms
from chengan.city.assess.models import Method
from chengan.city.assess.services import methods, rating

pytestmark = pytest.mark.django_db


@pytest.fixture
def method(town):
    return lambda code: Method.objects.get(code=code, retired_at=None)


def test_lec_by_hand(method):
    found = rating.rate(method("lec"), {"L": 6, "E": 6, "C": 15})
    assert (found.figure, found.level) == (540.0, 5)


def test_the_matrix_by_hand_is_marked_unverified(method):
    assert rating.rate(method("ls"), {"L": 4, "S": 4}).level == 4
    assert method("ls").mark == "R"


def test_a_major_hazard_by_hand(method):
    chlorine = {"name": "氯", "amount_t": 20}
    found = rating.rate(method("gb18218"), {"people": 100, "substances": [chlorine]})
    assert found.details["s"] == 4.0
    assert found.details["r"] == 32.0  # 2.0 x 4 x 4
    assert (found.details["grade"], found.level) == (3, 3)


def test_an_empty_unit_is_data_missing(method):
    found = rating.rate(method("gb18218"), {"people": 100, "substances": []})
    assert (found.level, found.details["grade"]) == (None, -1)


def test_a_substance_of_no_table_is_named_by_its_category(method):
    row = {"category": "W5.1", "amount_t": 20}
    found = rating.rate(method("gb18218"), {"people": 0, "substances": [row]})
    assert found.details["r"] == 0.5 * 1.5 * 2
    with pytest.raises(errors.BadInputs) as refused:
        rating.rate(method("gb18218"), {"people": 0, "substances": [{"name": "水", "amount_t": 1}]})
    assert refused.value.field == "substances.0"


def test_a_named_substance_takes_its_factor_from_its_category_and_none_is_guessed(method):
    hydrogen = {"name": "氢", "amount_t": 20, "category": "W2"}
    given = {"people": 150, "substances": [hydrogen]}
    assert rating.rate(method("gb18218"), given).details["r"] == 2 * 1.5 * 4  # 20 t / 5 t
    del hydrogen["category"]
    with pytest.raises(errors.BadInputs) as refused:
        rating.rate(method("gb18218"), given)
    assert refused.value.field == "substances.0.category"


def test_a_unit_with_an_amount_missing_has_no_level_however_much_is_known(method):
    rows = [{"name": "氯", "amount_t": 20}, {"name": "氨", "amount_t": None}]
    found = rating.rate(method("gb18218"), {"people": 150, "substances": rows})
    assert (found.level, found.details["grade"], found.details["is_major"]) == (None, -1, True)


def substances(**given):
    data = {f"{state}_people": "150" for state, _word in forms.STATES}
    return data | {f"{state}_{key}": value for state, _word in forms.STATES
                   for key, value in given.items()}  # fmt: skip


def test_a_substance_by_halves_is_a_fault_of_the_form_and_a_seventh_finds_room(method):
    def faults(**given):
        form = forms.AssessForm(substances(**given), method=method("gb18218"))
        return {key for key in form.errors if key.startswith("inherent")}

    assert faults(amount0="20") == {"inherent_name0"}
    assert faults(name0="氯") == {"inherent_amount0"}
    assert faults(name0="氢", amount0="20") == {"inherent_category0"}
    assert faults(name0="氯", amount0="20") == set()
    seven = {
        f"{field}{n}": value for n in range(7) for field, value in (("name", "氯"), ("amount", "1"))
    }
    form = forms.AssessForm(substances(**seven), method=method("gb18218"))
    assert form.is_valid()
    assert len(form.inputs()["residual"]["substances"]) == 7
    assert "inherent_name8" in form.fields


def test_a_checklist_by_hand(method):
    items = method("checklist").definition["items"]
    answers = {each["code"]: 1 for each in items} | {"exits": 0}
    found = rating.rate(method("checklist"), {"answers": answers})
    assert found.figure == pytest.approx(3 / 16)
    assert found.level == 3
    assert rating.rate(method("checklist"), {"answers": {"exits": 0}}).level is None


def test_a_fault_tree_by_hand(method):
    tree = {
        "top": "T",
        "gates": {"T": {"kind": "and", "inputs": ["a", "b"]}},
        "events": {"a": 0.01, "b": 0.01},
    }
    found = rating.rate(method("fault-tree"), {"tree": tree})
    assert found.figure == pytest.approx(1e-4)
    assert found.level == 4
    assert found.details["cut_sets"] == [["a", "b"]]


def test_a_bow_tie_by_hand(method):
    given = {"threats": [{"name": "x", "rate": 0.1, "barriers": [0.01]}],
             "consequences": [{"name": "fire", "rate": 0.5}]}  # fmt: skip
    found = rating.rate(method("bow-tie"), {"bow_tie": given})
    assert found.figure == pytest.approx(1e-3)
    assert found.details["consequences"] == {"fire": pytest.approx(5e-4)}


def test_a_bow_tie_may_be_rated_by_its_consequences_where_the_edition_says_so(method):
    given = {"threats": [{"name": "x", "rate": 0.1, "barriers": [0.01]}],
             "consequences": [{"name": "fire", "rate": 0.5, "barriers": [0.01]},
                              {"name": "blast", "rate": 0.1}]}  # fmt: skip
    edition = method("bow-tie")
    edition.definition |= {"rated": "consequences"}
    methods.check("bow_tie", edition.definition)
    found = rating.rate(edition, {"bow_tie": given})
    assert found.figure == pytest.approx(1e-3 * (0.005 + 0.1))
    assert found.details["top"] == pytest.approx(1e-3)
    with pytest.raises(errors.BadInputs):
        rating.rate(edition, {"bow_tie": given | {"consequences": []}})


@pytest.mark.parametrize("given", [{}, {"L": 5, "E": 6, "C": 15}, {"L": "x", "E": 6, "C": 15}])
def test_a_factor_off_its_scale_is_refused_by_name(method, given):
    with pytest.raises(errors.BadInputs) as refused:
        rating.rate(method("lec"), given)
    assert refused.value.field == "L"


def test_a_receipt_names_edition_versions_and_hashes(method):
    found = rating.rate(method("lec"), {"L": 6, "E": 6, "C": 15}).plain()
    made = rating.receipt(method("lec"), {"L": 6}, found)
    assert made["method"] == "lec/1"
    assert set(made) == {"method", "method_hash", "inputs_hash", "result_hash", "chengan", "numpy"}
    assert made["result_hash"] == rating.digest(found)


def test_every_shipped_method_keeps_its_own_schema(town):
    for each in Method.objects.all():
        methods.check(each.kind, each.definition)
    assert {each.mark for each in Method.objects.all()} == {"V-", "R", "D"}


@pytest.mark.parametrize(
    "change",
    [
        {"bands": {"edges": [70, 60], "levels": [2, 3, 4]}},
        {"bands": {"edges": [70], "levels": [3, 2]}},
        {"factors": []},
        {"more": 1},
    ],
)
def test_a_definition_that_contradicts_itself_is_refused(method, change):
    with pytest.raises(errors.BadDefinition):
        methods.check("product", method("lec").definition | change)


def test_matrix_cells_must_not_fall_and_fit_the_steps(method):
    definition = method("ls").definition
    for cells in ([[2, 2], [2, 3]], [[3, 2, 2, 2, 2], *definition["cells"][1:]]):
        with pytest.raises(errors.BadDefinition):
            methods.check("matrix", definition | {"cells": cells})


@pytest.mark.parametrize("steps", [[1, 2, 4, 8, 16], [5, 4, 3, 2, 1], [0, 1, 2, 3, 4]])
def test_the_steps_of_a_matrix_count_from_one(method, steps):
    definition = method("ls").definition
    definition["factors"][0]["steps"] = [[step, "级"] for step in steps]
    with pytest.raises(errors.BadDefinition, match="L"):
        methods.check("matrix", definition)
