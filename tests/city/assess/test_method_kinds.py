"""Methods of the city's own: by sector, of another kind, with tables of their own."""

import pytest

from chengan.city.assess import api as assess
from chengan.city.assess import errors
from chengan.city.assess.models import Method
from chengan.city.assess.services import (
    assessing,
    hazard_tables,
    method_kinds,
    methods,
    rating,
    risk_rows,
)
from tests.city.assess.conftest import AT

pytestmark = pytest.mark.django_db


def matrix():
    return Method.objects.get(code="ls", retired_at=None)


def put(start="ls", **other):
    begin = method_kinds.start(start) | {"source": "市定", "mark": "D"}
    return method_kinds.create(
        **begin | {"code": f"{start}-own", "by": "analyst", "at": AT} | other
    )


def test_a_sectors_own_matrix_takes_the_place_of_the_general_one(risk):
    """L 4, S 4: 16 is orange in both; L 1, S 5: blue in general, yellow by the gas sector's."""
    codes = [each.code for each in method_kinds.offered("gas")]
    assert "ls-gas" in codes and not {"ls", "ls-crowd"} & set(codes)
    assert "ls" in [each.code for each in method_kinds.offered("bridge")]
    own = Method.objects.get(code="ls-gas")
    found = [rating.rate(each, {"L": 1, "S": 5}).level for each in (matrix(), own)]
    assert found == [2, 3]
    given = {"inherent": {"L": 4, "S": 4}, "residual": {"L": 1, "S": 5}}
    with pytest.raises(errors.BadInputs):
        other = Method.objects.get(code="ls-crowd")
        assessing.write(risk=risk, method=other, inputs=given, by="a", at=AT)
    rows = risk_rows.RiskRows(["object", "hazard", "L", "S"], None, AT)
    assert [rows._method(rows.method, 2, each).code for each in ("gas", "bridge")] == [
        "ls-gas",
        "ls",
    ]
    assert "ls-gas" not in [each.code for each in risk_rows.tables()]


def test_a_method_of_another_kind_is_put_in_force_retired_and_comes_back(town):
    """MES: its steps are the city's; until they are given it is refused, saying where."""
    with pytest.raises(errors.BadDefinition, match="至少 1 项"):
        put("mes", code="mes")
    whole = method_kinds.start("mes")["definition"]
    for each in whole["factors"]:
        each["steps"] = [[1, "低", "low"], [3, "高", "high"]]
    whole["bands"] = {"edges": [3, 9, 27], "levels": [2, 3, 4, 5]}
    made = put("mes", code="mes", definition=whole)
    assert (made.kind, made.version, made.changed_by) == ("product", 1, "analyst")
    assert rating.rate(made, {"M": 3, "E": 3, "S": 3}).level == 5
    with pytest.raises(errors.BadInputs, match="mes"):
        put("mes", code="mes", definition=whole)
    method_kinds.retire(method=made, at=AT)
    assert "mes" not in [each.code for each in method_kinds.offered("gas")]
    with pytest.raises(errors.Stale):
        method_kinds.retire(method=made, at=AT)
    assert put("mes", code="mes", definition=whole).version == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"code": "Ls 2"}, "code"), ({"code": "new"}, "code"), ({"code": "lec"}, "code"),
     ({"name_zh": " "}, "name_zh"), ({"source": ""}, "source"), ({"sector": "luck"}, "sector"),
     ({"sector": "gas"}, "sector"), ({"kind": "policy"}, "kind")],
)  # fmt: skip
def test_what_is_no_method_is_refused_by_field(town, wrong, field):
    with pytest.raises(errors.BadInputs) as refused:
        put(**wrong)
    assert refused.value.field == field


def test_an_edition_replaces_the_tables_and_the_one_before_keeps_its_digits(town):
    """20 t of chlorine at Q 5 t: S = 4; with Q 40 t it is no major hazard."""
    inputs = {"people": 100, "substances": [{"name": "氯", "amount_t": 20}]}
    first = Method.objects.get(code="gb18218", retired_at=None)
    assert first.definition["edition"] == "GB 18218-2018"
    assert len(first.definition["substances"]) == 85
    bare = Method(code="x", kind=first.kind, definition={"levels": first.definition["levels"]})
    whole, plain = rating.rate(first, inputs), rating.rate(bare, inputs)
    assert (whole, whole.details["s"]) == (plain, 4)
    changed = {**first.definition, "substances": [["氯", "7782-50-5", 40, 4]]}
    second = methods.put_method(
        method=first, definition=changed, source="新版", mark="V", by="analyst", at=AT
    )
    assert rating.rate(second, inputs).details["is_major"] is False
    assert rating.rate(first, inputs) == whole
    for wrong in (
        [["氯", "7782-50-6", 5, 4]],
        [["氯", "", 5, 4], ["氯", "", 6, 4]],
        [["氯", "", 0, 4]],
    ):
        with pytest.raises(errors.BadDefinition):
            methods.check(first.kind, {**changed, "substances": wrong})
    with pytest.raises(errors.BadDefinition, match="人数"):
        methods.check(first.kind, {**changed, "people": {"edges": [1, 1], "factors": [1, 2, 3]}})


def test_an_edition_without_tables_is_given_the_published_ones_once(town):
    first = Method.objects.get(code="gb18218", retired_at=None)
    Method.objects.filter(pk=first.pk).update(definition={"levels": first.definition["levels"]})
    assess.lay(AT)
    assess.lay(AT)
    second = Method.objects.get(code="gb18218", retired_at=None)
    assert (second.version, second.definition) == (2, first.definition)
    assert hazard_tables.plain().items() <= second.definition.items()
