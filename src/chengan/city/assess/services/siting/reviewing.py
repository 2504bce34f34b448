"""Making a review, making it again, and what a form may offer of equipment and substances."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chengan.city.assess import messages
from chengan.city.assess.errors import BadInputs, NotWaiting
from chengan.city.assess.models import SitingProject, SitingReview
from chengan.city.assess.services.siting import calculating, gathering
from chengan.city.assess.services.siting.steps import OPEN, record
from chengan.core import errors as science
from chengan.core.physics import substances
from chengan.core.risk import installation as plants


def review(*, project: SitingProject, by: str, at: datetime) -> SitingReview:
    """Calculate a review of the project as it and the city are now, and keep it.

    Raises
    ------
    NotWaiting
        If the project is decided or withdrawn.
    BadInputs
        If a hazard is planned without an installation, or a figure is outside a law's range;
        says which.
    """
    if project.status not in OPEN:
        raise NotWaiting(_("It is decided: a new review would change nothing."))
    inputs = gathering.gather(project)
    if inputs["project"]["is_hazard"] and not any(i["is_own"] for i in inputs["installations"]):
        raise BadInputs("installations", _("Enter what the project will hold first."))
    try:
        result = calculating.calculate(inputs)
    except science.CoreError as error:
        raise BadInputs("installations", messages.of(error)) from error
    with transaction.atomic():
        SitingProject.objects.select_for_update().get(pk=project.pk)
        newest = project.reviews.order_by("-number").first()
        made = SitingReview.objects.create(
            project=project,
            number=newest.number + 1 if newest else 1,
            inputs=inputs,
            result=result,
            receipt=calculating.receipt(inputs, result),
            verdict=result["verdict"],
            made_by=by,
            made_at=at,
        )
        said = {"number": made.number, "verdict": made.verdict, **made.receipt}
        record("assess.siting.reviewed", project, by, at, said)
    return made


def again(found: SitingReview) -> dict[str, Any]:
    """Calculate a kept review again from its inputs; say whether its digits are the same."""
    result = calculating.calculate(found.inputs)
    now = calculating.receipt(found.inputs, result)
    return {
        "is_same": now["result_sha256"] == found.receipt["result_sha256"],
        "versions": {**now["libraries"], "chengan": now["software"]},
        "changed": [
            name
            for name, known in found.receipt["libraries"].items()
            if now["libraries"][name] != known
        ],
    }


EQUIPMENT = {
    "pressure_vessel": ("压力储罐", "Pressure vessel"),
    "process_vessel": ("工艺容器", "Process vessel"),
    "atmospheric_tank": ("常压储罐", "Atmospheric tank"),
    "tank_car": ("槽车", "Tank car"),
}


def choices() -> dict[str, list[tuple[str, str]]]:
    """What a form may offer: equipment, substances and barriers, in the page's language."""
    place = 0 if (get_language() or "zh").startswith("zh") else 1
    return {
        "equipment": [(code, EQUIPMENT[code][place]) for code in plants.EQUIPMENT],
        "cas": [(cas, f"{(zh, en)[place]} ({cas})") for cas, zh, en in substances.OFFERED],
        "barriers": [
            (code, (each.zh, each.en)[place]) for code, each in plants.KNOWN_BARRIERS.items()
        ],
    }
