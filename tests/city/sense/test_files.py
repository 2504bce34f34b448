"""What one takes away holds what one may see, as shown and as sent."""

import csv
import io
import time
from datetime import UTC, datetime

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from chengan.city.hub import api as hub
from chengan.city.places import api as places
from chengan.city.sense.models import Datastream
from chengan.city.sense.runner.partition import Partition
from chengan.city.site.measuring import ground

NOW = datetime(2026, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def officer(tmp_path, settings):
    settings.LAKE_FOLDER = tmp_path
    ground.lay(3, NOW)
    lines = [f"w0,{time.time() - 60:.3f},1.5,%VOL", f"w0,{time.time() - 120:.3f},7,ppm"]
    work = Partition(tmp_path)
    for number, line in enumerate(lines, start=1):
        payload = f"datastream,time,value,unit\n{line}".encode()
        work.take([hub.Message("bench", "http", "csv", payload, time.time_ns() // 1000)], number)
    work.write_latest()
    work.close()
    return signed_in(ground.OFFICER)


def signed_in(name):
    made = Client()
    made.force_login(places.User.objects.get(username=name))
    return made


def table(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_readings_come_as_shown_and_as_sent(officer):
    stream = Datastream.objects.get(key="w0")
    rows = table(officer.get(reverse("sense:readings_file", args=[stream.pk, "csv"])))
    assert rows[0][:5] == ["时间", "数值", "单位", "上报值", "上报单位"]
    assert [(float(row[1]), row[2], float(row[3]), row[4], row[6]) for row in rows[1:]] == [
        (pytest.approx(7), "ppm", 7, "ppm", "是"),
        (pytest.approx(15_000), "ppm", 1.5, "%VOL", ""),
    ]
    answer = officer.get(reverse("sense:readings_file", args=[stream.pk, "xlsx"]))
    assert (
        openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.max_row == 3
    )


def test_the_list_goes_with_its_filters(officer):
    rows = table(officer.get(reverse("sense:list_file", args=["csv"])))
    assert [row[1] for row in rows[1:]] == ["w0", "w1", "w2"]
    assert float(rows[1][5]) == pytest.approx(15_000)
    rows = table(officer.get(reverse("sense:list_file", args=["csv"]) + "?q=w2"))
    assert [row[1] for row in rows[1:]] == ["w2"]


def test_a_stranger_takes_nothing_away(officer):
    places.put_organisation(code="other", kind="enterprise", name_zh="别家")
    places.create_account(
        username="stranger", password="a-long-pass-phrase-9", role_code="enterprise_manager",
        organisation_code="other", by="test", at=NOW,
    )  # fmt: skip
    stranger = signed_in("stranger")
    assert len(table(stranger.get(reverse("sense:list_file", args=["csv"])))) == 1
    stream = Datastream.objects.get(key="w0")
    address = reverse("sense:readings_file", args=[stream.pk, "csv"])
    assert stranger.get(address).status_code == 404
    assert Client().get(address).status_code == 302
