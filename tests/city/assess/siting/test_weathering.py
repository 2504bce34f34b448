from datetime import timedelta

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from chengan.city.assess import errors
from chengan.city.assess.models import WeatherYear
from chengan.city.assess.selectors.siting import weather_in_use
from chengan.city.assess.services.siting import weathering
from tests.city.assess.conftest import AT

HEAD = "time,wind_m_s,direction_deg,cloud\n"
WHO = {"code": "airport", "name": "机场站", "source": "test", "lon": 100.0, "lat": 30.0}


def hours(count, wind=5.0, direction=0.0):
    rows = (f"{(AT + timedelta(hours=n)).isoformat()},{wind},{direction},8" for n in range(count))
    return HEAD + "\n".join(rows)


def load(text):
    return weathering.load(text=text, by="analyst", at=AT, **WHO)


def test_a_wind_from_the_north_blows_to_the_south(db):  # by hand: cloudy, 5 m/s: class D5, 180°
    share = np.array(load(hours(48)).rose["share"])
    assert share.sum() == pytest.approx(1)
    assert share[:, 8].sum() == pytest.approx(1)
    assert share[2, 8] == pytest.approx(1)


def test_day_and_night_have_their_own_winds(db):
    kept = load(hours(72)).rose
    assert np.array(kept["day"]).sum() == pytest.approx(1)
    assert np.array(kept["night"]).sum() == pytest.approx(1)
    assert "day" not in load(hours(30)).rose  # fewer than 24 hours of day are no climate


def test_the_newest_version_is_in_use(db):
    load(hours(48))
    assert load(hours(72)).version == 2
    assert weather_in_use().hours == 72


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("time,wind_m_s\n", "direction_deg"),
        (HEAD + "2026-01-01T00:00,-1,0,8\n", "2"),
        (HEAD + "yesterday,1,0,8\n", "2"),
        (HEAD + "2026-01-01T00:00,1,0\n", "2"),
        (hours(3), "24"),
    ],
)
def test_what_is_wrong_with_a_table_is_said_by_row(db, text, said):
    with pytest.raises(errors.BadInputs, match=said):
        load(text)
    assert not WeatherYear.objects.exists()


def test_the_safety_office_loads_a_table_and_a_planner_can_not(town, client):
    given = {**WHO, "file": SimpleUploadedFile("w.csv", hours(30).encode())}
    client.force_login(town.user("w-planner", "planner", "west"))
    assert client.post(reverse("assess:weather"), given).status_code == 403
    given["file"] = SimpleUploadedFile("w.csv", hours(30).encode())
    client.force_login(town.user("c-analyst", "analyst", "city"))
    assert client.post(reverse("assess:weather"), given).status_code == 302
    assert weather_in_use().code == "airport"
