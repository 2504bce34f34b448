"""From an alarm or a warning to an incident: nothing is typed twice, nothing opened twice."""

from datetime import timedelta

import pytest

from chengan.city.command.models import Incident
from chengan.city.hub import api as hub
from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.site.measuring import ground
from chengan.city.warn import api as warn

from .conftest import AT


@pytest.fixture
def alarm(db):
    sample = ground.wells(1)
    for stage in (places, hub, sense, warn):
        stage.load_sample(sample, AT)
    warn.ensure_tables(AT)
    stream = next(iter(sense.all_datastreams()))
    onset = int((AT - timedelta(minutes=1)).timestamp()) * 1_000_000
    data = {
        "datastream": stream.pk, "cause": "high", "severity": 4, "onset": onset, "time": onset,
        "value": 2e-2, "limit": 1e-2, "rule": "bench/1",
    }  # fmt: skip
    journal.append(
        [journal.Fact(kind="sense.breach.began", subject="datastream:w0", at=AT, data=data)]
    )
    warn.take_facts(AT)
    found = warn.Alarm.objects.get()
    warn.confirm(alarm=found, by="duty", at=AT)
    return found


@pytest.fixture
def officer(alarm, client):
    places.seed_roles()
    user = places.create_account(
        username="officer-1", password="a-long-pass-word-1", display_name="o",
        role_code="duty_officer", organisation_code="city", is_sample=True, by="t", at=AT,
    )  # fmt: skip
    client.force_login(user)
    return client


def test_what_the_alarm_knows_comes_along(officer, alarm):
    page = officer.get(f"/command/new/?alarm={alarm.pk}")
    form = page.context["form"]
    assert (form.initial["kind"], form.initial["level"]) == ("gas_leak", 4)
    lead = form.fields["lead"].initial.pk
    values = {"kind": "gas_leak", "title": form.initial["title"], "level": 4, "lead": lead}
    answer = officer.post(f"/command/new/?alarm={alarm.pk}", values)
    made = Incident.objects.get()
    assert answer.url == f"/command/incidents/{made.pk}/"
    assert (made.origin, made.origin_ref) == ("alarm", f"alarm:{alarm.pk}")
    assert (made.city_object, made.is_sample) == (alarm.city_object, True)


def test_the_same_event_leads_to_the_incident_that_is_open(officer, alarm):
    lead = places.organisation_by_code("city").pk
    values = {"kind": "gas_leak", "title": "一", "level": 4, "lead": lead}
    warning = warn.Warning.objects.get(alarm=alarm)
    officer.post(f"/command/new/?alarm={alarm.pk}", values)
    made = Incident.objects.get()
    assert officer.get(f"/command/new/?alarm={alarm.pk}").url == f"/command/incidents/{made.pk}/"
    answer = officer.get(f"/command/new/?warning={warning.pk}")
    assert answer.url == f"/command/incidents/{made.pk}/"
    assert Incident.objects.count() == 1


def test_an_origin_that_does_not_exist_is_not_found(officer):
    assert officer.get("/command/new/?alarm=nonsense").status_code == 404
    assert (
        officer.get(f"/command/new/?alarm={'0' * 8}-0000-4000-8000-{'0' * 12}").status_code == 404
    )
