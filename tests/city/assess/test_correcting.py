"""A registered risk is corrected: the map follows, nobody is overwritten, strangers are kept out."""

import pytest
from django.test import Client
from django.urls import reverse

from chengan.city.assess import api as assess
from chengan.city.assess.models import Risk
from chengan.city.assess.services import correcting, registering
from chengan.city.journal import api as journal
from chengan.city.places import api as places
from tests.city.assess.conftest import AT, hazard

pytestmark = pytest.mark.django_db


def client(user):
    made = Client()
    made.force_login(user)
    return made


def posted(risk, **changes):
    form = {name: getattr(risk, name) for name in correcting.FIELDS}
    given = form | {"seen": places.fingerprint(Risk.objects.get(pk=risk.pk))} | changes
    return {name: "" if value is None else value for name, value in given.items()}


def test_what_is_corrected_stands_in_the_register_and_on_the_map(rated, enterprise_manager):
    address = reverse("assess:risk_edit", args=[rated.pk])
    cell = rated.rating.h3_10
    firm = client(enterprise_manager)
    assert firm.get(address).context["form"].initial["seen"]
    answer = firm.post(
        address, posted(rated, name_zh="改名", lon=100.06, area_m2=80, loss_per_year=2.5)
    )
    assert answer.url == reverse("assess:risk", args=[rated.pk])
    found = Risk.objects.select_related("rating").get(pk=rated.pk)
    assert (found.name_zh, found.lon, found.area_m2) == ("改名", 100.06, 80)
    assert (found.rating.weight, found.rating.loss) == (80, 2.5)
    assert found.rating.h3_10 != cell
    assert found.rating.current == rated.rating.current
    change = found.level_changes.order_by("-id").first()
    assert (change.why, change.current) == ("corrected", rated.rating.current)
    fact = next(
        each for each in journal.about(f"risk:{rated.pk}") if each.kind == "assess.risk.corrected"
    )
    assert fact.data["fields"] == ["name_zh", "loss_per_year", "area_m2", "lon"]
    assert fact.actor == "enterprise_manager"


def test_who_opened_it_before_somebody_else_saved_overwrites_nothing(rated, enterprise_manager):
    address = reverse("assess:risk_edit", args=[rated.pk])
    stale = posted(rated, name_zh="甲")
    firm = client(enterprise_manager)
    assert firm.post(address, stale).status_code == 302
    late = firm.post(address, stale | {"name_zh": "乙"})
    assert late.status_code == 409
    assert "乙" in late.content.decode()  # what was typed is not lost
    assert Risk.objects.get(pk=rated.pk).name_zh == "甲"


def test_a_place_that_is_taken_and_figures_out_of_range_are_refused(
    rated, town, enterprise_manager
):
    assess.register(
        city_object=town.objects["w1"], hazard=hazard(), by="x", at=AT, place_note="北侧"
    )
    firm, address = client(enterprise_manager), reverse("assess:risk_edit", args=[rated.pk])
    taken = firm.post(address, posted(rated, place_note="北侧"))
    assert (taken.status_code, list(taken.context["form"].errors)) == (409, ["place_note"])
    wrong = firm.post(address, posted(rated, exposed_people="3000000000", lat="91"))
    assert set(wrong.context["form"].errors) == {"exposed_people", "lat"}


def test_who_may_correct_a_risk(rated, duty_officer, neighbour_officer, enterprise_manager, leader):
    address = reverse("assess:risk_edit", args=[rated.pk])
    assert client(enterprise_manager).get(address).status_code == 200
    for user in (duty_officer, neighbour_officer, leader):
        assert client(user).get(address).status_code == 403  # who sees risks does not edit them
    assert Client().get(address).status_code == 302
    registering.close(risk=rated, reason="已拆除", by="x", at=AT)
    assert client(enterprise_manager).post(address, posted(rated, name_zh="x")).status_code == 403
