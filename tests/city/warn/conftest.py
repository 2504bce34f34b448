"""A small city of wells, and a runner's facts about them."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chengan.city.hub import api as hub
from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.places.models import (
    CityObject,
    Duty,
    Holding,
    Person,
    Post,
    Shift,
    Substitute,
)
from chengan.city.sense import api as sense
from chengan.city.site.measuring import ground
from chengan.city.warn import api as warn

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
SECOND = 1_000_000
START = int(AT.timestamp()) * SECOND


@pytest.fixture
def wells(db):
    """Four streams: w0 and w1 stand in the same well, w2 and w3 in their own."""
    sample = ground.wells(4)
    streams = list(sample.datastreams)
    streams[1] = replace(streams[1], object=streams[0].object)
    sample = replace(sample, datastreams=streams)
    for stage in (places, hub, sense, warn):
        stage.load_sample(sample, AT)
    return {each.key: each for each in sense.all_datastreams()}


@pytest.fixture
def say(wells):
    """Write a fact as the runner does, and let warn take it in."""

    def write(kind, key, *, cause="high", severity=3, onset=0, at=None, value=2e-2, **more):
        data = {
            "datastream": wells[key].pk,
            "cause": cause,
            "severity": severity,
            "onset": START + onset * SECOND,
            "time": START + (onset if at is None else at) * SECOND,
            "value": value,
            "limit": 1e-2,
            "rule": "bench/1",
            **more,
        }
        subject = f"datastream:{wells[key].pk}"
        fact = journal.Fact(kind=f"sense.{kind}", subject=subject, at=AT, actor="runner", data=data)
        journal.append([fact])
        warn.take_facts(AT)

    return write


def officer(role="duty_officer", organisation="city", name="", person=""):
    """An account; for a person when one is named."""
    return places.create_account(
        username=name or f"{role}-{organisation}", password="a-long-pass-phrase-9",
        role_code=role, organisation_code=organisation, by="test", at=AT, person_code=person,
    )  # fmt: skip


@dataclass
class Staff:
    """The gas company below its department, and who answers for w0's well."""

    first: Person
    stand_in: Person
    chief: Person
    duty: Person


@pytest.fixture
def staff(wells):
    """A firm owns well-0: its fitter and her substitute, a chief in the department above, and
    somebody on the duty room's roster."""
    well = wells["w0"].thing.city_object
    bureau = places.put_organisation(
        code="zjj", kind="department", name_zh="住建局", parent=places.organisation_by_code("city")
    )
    firm = places.put_organisation(code="gas", kind="enterprise", name_zh="燃气公司", parent=bureau)
    CityObject.objects.filter(pk=well.pk).update(owner=firm)

    def person(code, organisation):
        return Person.objects.create(
            code=code, name_zh=code, organisation=organisation, phone=f"1{code}",
            email=f"{code}@example.org",
        )  # fmt: skip

    def post(code, organisation, holder):
        made = Post.objects.create(code=code, name_zh=code, organisation=organisation)
        Holding.objects.create(post=made, person=holder, from_date=date(2020, 1, 1))
        return made

    first, stand_in = person("fitter", firm), person("standin", firm)
    duty = Duty.objects.create(post=post("repair", firm, first), city_object=well)
    Substitute.objects.create(duty=duty, person=stand_in, rank=1)
    chief = person("chief", bureau)
    post("chief", bureau, chief)
    city = places.organisation_by_code("city")
    guard = person("guard", city)
    seat = Post.objects.create(code="seat", name_zh="值班", organisation=city)
    Shift.objects.create(
        post=seat,
        person=guard,
        starts_at=AT - timedelta(hours=4),
        ends_at=datetime(2100, 1, 1, tzinfo=UTC),
    )
    return Staff(first, stand_in, chief, guard)


@pytest.fixture
def release(say):
    """Release a warning of w0's well at AT, with level `severity`; gives it and who released it."""

    def write(severity=3, key="w0"):
        say("breach.began", key, severity=severity)
        duty = officer(name=f"duty-{key}")
        alarm = warn.Alarm.objects.get(datastream__key=key)
        made = warn.confirm(alarm=alarm, by="a", at=AT)
        warn.level(warning=made, severity=severity, by=duty, at=AT)
        warn.release(warning=made, by=duty, at=AT)
        return made, duty

    return write
