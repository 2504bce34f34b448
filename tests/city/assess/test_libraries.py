"""Thirteen sectors' libraries as data; a city edits its own."""

import pytest

from chengan.city.assess import errors
from chengan.city.assess.models import Control, Hazard, HazardLibrary
from chengan.city.assess.services import libraries
from chengan.city.places import api as places
from tests.city.assess.conftest import AT

pytestmark = pytest.mark.django_db
SECTORS = {"gas", "water", "drainage", "bridge", "heat", "gallery", "crowd", "highrise", "chemicals",
           "construction", "lift", "transport", "natural"}  # fmt: skip


def test_every_sector_has_hazards_with_guide_words_causes_and_controls(town):
    assert set(HazardLibrary.objects.values_list("code", flat=True)) == SECTORS
    kinds = set(places.kinds().values_list("code", flat=True))
    for each in Hazard.objects.all():
        assert each.guide_words, each.code
        assert each.causes, each.code
        assert each.controls, each.code
        assert set(each.object_kinds) <= kinds, each.code
        assert {control["kind"] for control in each.controls} <= set(Control.Kind.values)
        assert each.name_en, each.code
        assert each.accident_en, each.code
    codes = list(Hazard.objects.values_list("code", flat=True))
    assert len(codes) == len(set(codes))


def test_laying_again_changes_nothing(town):
    assert libraries.lay(AT) == 0


def test_an_edition_goes_out_and_comes_back_as_the_same_file(town):
    gas = HazardLibrary.objects.get(code="gas")
    content = libraries.parse(libraries.as_yaml(gas))
    assert libraries.put(content=content, by="a", at=AT).pk == gas.pk


def test_a_city_puts_its_own_edition_in_force(town):
    content = libraries.as_content(HazardLibrary.objects.get(code="gas"))
    content["hazards"] = content["hazards"][:1]
    made = libraries.put(content=content, by="analyst", at=AT)
    assert (made.version, made.is_own, made.changed_by) == (2, True, "analyst")
    assert HazardLibrary.objects.get(code="gas", version=1).retired_at == AT
    assert made.hazards.count() == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[", "YAML"),
        ("code: x", "缺少"),
        ("code: X\nname: [a]\nsource: s\nmark: D\nhazards: []", "hazards"),
        ("!!python/object/apply:os.system ['true']", "YAML"),
    ],
)
def test_a_file_that_is_none_is_refused_with_the_place(town, text, why):
    with pytest.raises(errors.BadDefinition, match=why):
        libraries.parse(text)


def test_the_same_code_twice_is_refused(town):
    content = libraries.as_content(HazardLibrary.objects.get(code="gas"))
    content["hazards"].append(content["hazards"][0])
    import yaml

    with pytest.raises(errors.BadDefinition, match="gas-underground-space"):
        libraries.parse(yaml.safe_dump(content, allow_unicode=True))
