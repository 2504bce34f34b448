"""Risks found at objects; duplicates in space and kind; who sees which."""

import io
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from chengan.city.assess import api as assess
from chengan.city.assess import errors
from chengan.city.assess.models import Risk
from chengan.city.assess.selectors import register
from chengan.city.assess.services import registering
from chengan.city.places import api as places
from tests.city.assess.conftest import AT, hazard, picture

pytestmark = pytest.mark.django_db


def test_a_risk_takes_name_place_and_cells_from_its_object(risk, town):
    assert risk.name_zh == "井 w1·燃气泄漏窜入相邻地下空间"
    assert (risk.lon, risk.lat) == (100.05, 30.05)
    assert risk.rating.h3_9 == town.objects["w1"].h3_9
    assert risk.rating.owner_path == town.organisations["gas"].path
    assert risk.rating.current is None


def test_the_same_hazard_at_the_same_place_is_refused_once_more(risk, town):
    with pytest.raises(errors.Duplicate):
        assess.register(city_object=town.objects["w1"], hazard=hazard(), by="x", at=AT)
    other = assess.register(
        city_object=town.objects["w1"], hazard=hazard(), by="x", at=AT, place_note="北侧井室"
    )
    assert other.pk != risk.pk


def test_others_risks_nearby_are_not_told(risk, neighbour_officer, duty_officer, anonymous):
    def told(user):
        seen = register.visible_risks(user)
        place = {"lon": risk.lon, "lat": risk.lat, "hazard_code": risk.hazard_code}
        return [each.risk for each in registering.alike(among=seen, **place)]

    assert (told(duty_officer), told(neighbour_officer), told(anonymous)) == ([risk], [], [])


def test_the_same_hazard_nearby_is_pointed_out(risk, town):
    """w2 stands 19 m east of w1, w3 eleven kilometres away."""
    near = town.objects["w2"]
    found = registering.alike(
        among=Risk.objects.all(), hazard_code=risk.hazard_code, lon=near.lon, lat=near.lat
    )
    assert [(each.risk.pk, round(each.distance_m)) for each in found] == [(risk.pk, 19)]
    assert (
        registering.alike(
            among=Risk.objects.all(), hazard_code="gas-user", lon=near.lon, lat=near.lat
        )
        == []
    )
    far = town.objects["w3"]
    assert (
        registering.alike(
            among=Risk.objects.all(), hazard_code=risk.hazard_code, lon=far.lon, lat=far.lat
        )
        == []
    )


def test_closing_needs_a_reason_and_keeps_the_history(rated):
    with pytest.raises(errors.BadInputs):
        registering.close(risk=rated, reason="", by="x", at=AT)
    registering.close(risk=rated, reason="管道已迁改", by="x", at=AT)
    rated.rating.refresh_from_db()
    assert rated.rating.is_open is False
    assert rated.level_changes.order_by("-id").first().why == "closed"
    assert not rated.dues.filter(done_at=None).exists()
    with pytest.raises(errors.NotWaiting):
        registering.close(risk=rated, reason="再次", by="x", at=AT)


def found(**about):
    given = {"client_id": uuid.UUID(int=1), "hazard_code": "gas-user", "city_object": None,
             "lon": 100.0501, "lat": 30.05}  # fmt: skip
    return registering.Found(**(given | about))


def test_what_is_found_in_the_field_is_at_the_nearest_object_and_there_once(
    town, enterprise_manager, settings, tmp_path
):
    """w1 and w2 both stand 9.6 m from 100.0501, w3 far away; the device kept it for an hour."""
    settings.UPLOAD_FOLDER = tmp_path
    photo = places.clean_picture([picture()], "a.jpg")
    told = found(lon=100.05001, age=timedelta(hours=1), photo=photo, description="气味")
    risk = registering.take_found(found=told, by=enterprise_manager, at=AT)
    assert risk.city_object == town.objects["w1"]
    assert (risk.lon, risk.description) == (100.05001, "气味")
    assert risk.found_at == AT - timedelta(hours=1)
    assert registering.take_found(found=told, by=enterprise_manager, at=AT).pk == risk.pk
    kept = Path(risk.photos.get().file).read_bytes()
    with Image.open(io.BytesIO(kept)) as opened:
        assert not opened.getexif()
    assert b"Camera" not in kept


def test_what_stands_near_nothing_of_the_finders_is_refused(
    town, enterprise_manager, neighbour_officer
):
    for given in (found(lon=100.12), found(lon=None), found(lon=100.3, lat=30.1)):
        with pytest.raises(errors.BadInputs):
            registering.take_found(found=given, by=enterprise_manager, at=AT)
    with pytest.raises(errors.BadInputs):
        registering.take_found(found=found(), by=neighbour_officer, at=AT)
    with pytest.raises(errors.BadInputs):
        registering.take_found(found=found(hazard_code="luck"), by=enterprise_manager, at=AT)


def test_who_sees_which_risk(risk, duty_officer, neighbour_officer, enterprise_manager, anonymous):
    def sees(user):
        return assess.visible_risks(user).filter(pk=risk.pk).exists()

    assert [sees(duty_officer), sees(enterprise_manager)] == [True, True]
    assert [sees(neighbour_officer), sees(anonymous)] == [False, False]
    assert assess.counts(duty_officer) == {None: 1}
    assert assess.counts(neighbour_officer) == {}


def test_pages_go_on_behind_the_last_row_worst_first(town, analyst):
    from tests.city.assess.conftest import HIGH, LOW, MIDDLE, approved

    for name, inputs in (("w1", LOW), ("w2", HIGH), ("w3", MIDDLE)):
        made = assess.register(city_object=town.objects[name], hazard=hazard(), by="x", at=AT)
        approved(made, HIGH, inputs)
    assess.register(city_object=town.objects["e1"], hazard=hazard(), by="x", at=AT)
    seen, after = [], ""
    for _turn in range(4):
        found = assess.page(analyst, {}, after, most=1)
        seen += [each.current for each in found.ratings]
        after = found.after
    assert seen == [5, 3, 2, None]
    assert after == ""
