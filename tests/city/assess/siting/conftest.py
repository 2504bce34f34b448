"""A school planned in the western district, and the people who decide on it."""

import pytest

from chengan.city.assess.models import SitingReview
from chengan.city.assess.services.siting import projects
from tests.city.assess.conftest import AT, box


@pytest.fixture
def school(town):
    draft = projects.Draft(
        name_zh="样例小学",
        name_en="Sample school",
        kind="school",
        geometry=box(100.05, 30.05, 100.052, 30.052),
        organisation=town.organisations["west"],
        people_day=900,
    )
    return projects.create(draft=draft, by="planner", at=AT)


@pytest.fixture
def reviewed(school):
    """The school with a review that fails."""

    def make(verdict="fails", number=1):
        return SitingReview.objects.create(
            project=school,
            number=number,
            inputs={},
            result={},
            receipt={"result_sha256": "0" * 64},
            verdict=verdict,
            made_by="consultant",
            made_at=AT,
        )

    return make
