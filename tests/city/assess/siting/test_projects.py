import json

import pytest

from chengan.city.assess import errors
from chengan.city.assess.selectors import siting as selectors
from chengan.city.assess.services.siting import projects, steps
from tests.city.assess.conftest import AT, box

SHAPE = box(100.05, 30.05, 100.06, 30.06)
FEATURE = {"type": "Feature", "properties": {}, "geometry": SHAPE}


@pytest.mark.parametrize(
    "given", [SHAPE, FEATURE, {"type": "FeatureCollection", "features": [FEATURE]}]
)
def test_one_shape_is_read_however_it_is_wrapped(given):
    assert projects.read_geometry(json.dumps(given))["type"] == "Polygon"


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[" * 100_000,
        json.dumps({"type": "FeatureCollection", "features": [FEATURE, FEATURE]}),
        json.dumps({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]}),
        json.dumps({"type": "Point", "coordinates": [500, 30]}),
        " " * (2 << 20),
    ],
)
def test_what_is_no_single_sound_shape_is_refused(text):
    with pytest.raises(errors.BadInputs):
        projects.read_geometry(text)


def test_a_project_knows_its_district(school, town):
    assert school.area_path.startswith("/")
    assert town.organisations["west"].area.path in school.area_path


def test_only_a_draft_changes(school):
    steps.submit(project=school, by="planner", at=AT)
    with pytest.raises(errors.NotWaiting):
        projects.change(project=school, draft=_draft(school), by="planner", at=AT)


def _draft(school):
    return projects.Draft(
        name_zh="别名", kind="school", geometry=SHAPE, organisation=school.organisation
    )


def test_the_district_sees_its_project_and_its_neighbour_does_not(school, town):
    west = town.user("w-analyst", "analyst", "west")
    east = town.user("e-analyst", "analyst", "east")
    assert list(selectors.visible_projects(west)) == [school]
    assert list(selectors.visible_projects(east)) == []
