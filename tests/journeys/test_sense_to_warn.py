"""From a device's message to an officer's judgement, on the sample city."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from chengan.city.hub import api as hub
from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.sense.runner.partition import Partition
from chengan.city.site.sample import seed
from chengan.city.warn import api as warn

START = datetime(2026, 1, 1, tzinfo=UTC)
START_US = round(START.timestamp() * 1e6)
MINUTE = 60_000_000


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is undone at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def sample(django_db_setup, django_db_blocker):
    """The sample city, made once for all tests here."""
    with django_db_blocker.unblock(), undone():
        seed.create(at=START)
        yield


@pytest.fixture
def city(sample, tmp_path, settings):
    settings.LAKE_FOLDER = tmp_path / "lake"
    with undone():
        part = Partition(settings.LAKE_FOLDER)
        yield part
        part.close()


def send(part: Partition, key: str, *values: float, source: str = "gas", first: int = 0) -> None:
    """Let `source` send one reading a minute."""
    lines = [f"{key},{START.timestamp() + 60 * (first + n)},{v},ppm" for n, v in enumerate(values)]
    payload = "\n".join(["datastream,time,value,unit", *lines]).encode()
    received = START_US + (first + len(values)) * MINUTE
    message = hub.Message(source, "http", "csv", payload, received)
    part.take([message], part.point.log_seq + 1)


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(places.User.objects.get(username=name))
    return client


def test_a_rising_well_becomes_one_alarm_that_counts(city):
    send(city, "ch4-w", 2, 12, 2)
    send(city, "ch4-w", *[2] * 11, 14, first=3)
    warn.take_facts(START)
    alarm = warn.Alarm.objects.get()
    assert (alarm.severity, alarm.count, alarm.category) == (2, 2, "safety")
    assert alarm.city_object.external_id == "gas-well-w"


def test_facts_taken_again_raise_nothing_twice(city):
    send(city, "ch4-w", 2, 12)
    assert warn.take_facts(START) > 0
    assert warn.take_facts(START) >= 0
    assert warn.take_facts(START) == 0
    assert warn.Alarm.objects.count() == 1
    assert journal.verify() == []


def test_a_silent_sensor_is_device_trouble_and_never_danger(city):
    send(city, "ch4-w", 2)
    city.tick(START_US + 60 * MINUTE)
    warn.take_facts(START)
    raised = warn.Alarm.objects.filter(datastream__key="ch4-w")
    assert [alarm.category for alarm in raised] == ["device"]
    city.write_latest()
    assert sense.Latest.objects.get(datastream__key="ch4-w").severity == -1


def test_the_officer_confirms_once_and_the_second_is_told(city):
    send(city, "ch4-w", 2, 12)
    warn.take_facts(START)
    alarm = warn.Alarm.objects.get()
    officer = signed_in("duty")
    address = reverse("warn:judge", args=[str(alarm.pk), "confirm"])
    assert officer.post(address).status_code == 302
    again = officer.post(address, headers={"HX-Request": "true"})
    assert "已被他人处理" in again.content.decode()
    alarm.refresh_from_db()
    assert (alarm.status, alarm.judged_by) == ("confirmed", "duty")
    assert journal.after(0, ["warn.alarm.confirmed"])[0].actor == "duty"


def test_a_dismissal_needs_its_reason_and_counts_against_the_rule(city):
    send(city, "ch4-w", 2, 12)
    warn.take_facts(START)
    alarm = warn.Alarm.objects.get()
    with pytest.raises(warn.NeedsReason):
        warn.dismiss(alarm=alarm, reason="", by="duty", at=START)
    warn.dismiss(alarm=alarm, reason="environment", by="duty", at=START)
    assert warn.precision_by_rule()[0]["precision"] == 0.0
    warn.reopen(alarm=alarm, by="duty", at=START)
    assert warn.precision_by_rule()[0]["precision"] is None


def test_who_answers_for_the_ground_sees_the_alarm(city):
    send(city, "ch4-w", 2, 12)
    warn.take_facts(START)
    for name in ("duty", "leader", "west"):
        page = signed_in(name).get("/")
        assert page.status_code == 200, name
        assert "燃气井 W" in page.content.decode(), name


def test_another_enterprise_sees_nothing_of_it_and_may_not_judge(city):
    send(city, "ch4-w", 2, 12)
    warn.take_facts(START)
    alarm = warn.Alarm.objects.get()
    stranger = places.create_account(
        username="neighbour",
        password="a-long-pass-phrase-9",
        role_code="enterprise_manager",
        organisation_code="plant",
        by="test",
        at=START,
    )
    client = Client()
    client.force_login(stranger)
    assert "燃气井 W" not in client.get("/").content.decode()
    assert client.get(reverse("warn:alarm", args=[alarm.pk])).status_code == 404
    judged = client.post(reverse("warn:judge", args=[str(alarm.pk), "confirm"]))
    assert judged.status_code == 404


def test_every_page_opens_in_both_languages(city):
    send(city, "ch4-w", 2, 12)
    warn.take_facts(START)
    city.write_latest()
    stream = sense.Datastream.objects.get(key="ch4-w")
    pages = ["/", "/sense/", "/warn/", "/warn/rules/", "/hub/", "/city/", "/audit/", "/design/"]
    pages += [f"/sense/datastreams/{stream.pk}/", f"/warn/alarms/{warn.Alarm.objects.get().pk}/"]
    for language in ("zh-hans", "en"):
        client = signed_in("admin")
        client.cookies["django_language"] = language
        answers = {page: client.get(page).status_code for page in pages}
        assert set(answers.values()) == {200}, (language, answers)


def test_the_chart_gets_readings_from_the_tail_and_from_segments(city):
    now = time.time()
    lines = [f"ch4-w,{now - 600 + 60 * n},{n},ppm" for n in range(6)]
    payload = "\n".join(["datastream,time,value,unit", *lines[:3]]).encode()
    city.take([hub.Message("gas", "http", "csv", payload, round(now * 1e6))], 1)
    city.roll()
    payload = "\n".join(["datastream,time,value,unit", *lines[3:]]).encode()
    city.take([hub.Message("gas", "http", "csv", payload, round(now * 1e6))], 2)
    stream = sense.Datastream.objects.get(key="ch4-w")
    answer = signed_in("duty").get(f"/sense/datastreams/{stream.pk}/readings?hours=1").json()
    assert answer["values"] == pytest.approx([0, 1, 2, 3, 4, 5])
    assert answer["unit"] == "ppm"
    assert {limit["severity"] for limit in answer["limits"]} == {1, 2, 3, 4, 5}
    assert sense.heard([stream], datetime.fromtimestamp(now - 1, UTC)) == {stream.pk}
    assert sense.heard([stream], datetime.fromtimestamp(now - 601, UTC)) == set()


def test_what_a_source_sent_always_reconciles(city):
    payload = b"datastream,time,value,unit\nch4-w,1767225600,2,ppm\nch4-w,1767225600,2,ppm\nch4-w,1767225600,3,ppm\nnone,1767225600,2,ppm\nch4-w,1767225660,2,kPa\nch4-w,1767225660,x,ppm\n"
    city.take([hub.Message("gas", "http", "csv", payload, START_US + MINUTE)], 1)
    row = hub.Counter.objects.get()
    assert (row.received, row.stored, row.duplicate, row.rejected) == (6, 1, 1, 4)
    reasons = set(hub.Quarantined.objects.values_list("reason", flat=True))
    assert reasons == {"conflict", "unknown_datastream", "wrong_unit", "not_a_number"}
