"""Risks found at objects; duplicates in space and kind; who sees which."""

import pytest

from chengan.city.assess import api as assess
from chengan.city.assess import errors
from chengan.city.assess.services import registering
from tests.city.assess.conftest import AT, hazard

pytestmark = pytest.mark.django_db
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 100


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


def test_the_same_hazard_nearby_is_pointed_out(risk, town):
    """w2 stands 19 m east of w1, w3 eleven kilometres away."""
    near = town.objects["w2"]
    found = registering.alike(hazard_code=risk.hazard_code, lon=near.lon, lat=near.lat)
    assert [(each.risk.pk, round(each.distance_m)) for each in found] == [(risk.pk, 19)]
    assert registering.alike(hazard_code="gas-user", lon=near.lon, lat=near.lat) == []
    far = town.objects["w3"]
    assert registering.alike(hazard_code=risk.hazard_code, lon=far.lon, lat=far.lat) == []


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


def test_only_pictures_are_kept(risk, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path
    made = registering.add_photo(risk=risk, image=JPEG, by="x", at=AT)
    assert made.media_type == "image/jpeg"
    with pytest.raises(errors.BadInputs):
        registering.add_photo(risk=risk, image=b"<svg onload=alert(1)>", by="x", at=AT)


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
