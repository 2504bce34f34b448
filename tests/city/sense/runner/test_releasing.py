"""Gas sensors of a site and their wind are followed in the city as the same readings in a file."""

from datetime import timedelta

import numpy as np
import pytest

from chengan.city.hub import api as hub
from chengan.city.journal import api as journal
from chengan.city.places.models import CityObject, ObjectKind
from chengan.city.sense import api as sense
from chengan.city.sense.models import Datastream, ObservedProperty, Thing
from chengan.city.sense.runner.gathering import Member
from chengan.city.sense.runner.partition import Partition
from chengan.city.sense.runner.releasing import Releasing
from chengan.city.sense.runner.sites import Site
from chengan.core.arrays import NEVER
from chengan.core.events import plume, release
from chengan.core.geo.local import LocalPlan
from tests.city.sense.runner.conftest import AT

ROWS = 320
PLAN = LocalPlan(117.2, 31.8)
SENSORS = ((30.0, 0.0), (30.0, 40.0), (-30.0, 20.0))
ASKED = {
    "high": [], "low": [], "release_severity": 3, "release_group": "g", "joint_severity": 0,
}  # fmt: skip
SOURCES = ((0.0, 0.0), (0.0, 40.0))


def stands(first, kind, key, east, north):
    lon, lat = (float(each) for each in PLAN.to_degrees(east, north))
    return CityObject.objects.create(
        namespace="t", external_id=key, kind=kind, owner=first.owner, name_zh=key,
        geometry={"type": "Point", "coordinates": [lon, lat]}, lon=lon, lat=lat,
        h3_7=0, h3_8=0, h3_9=0, h3_10=0,
    )  # fmt: skip


@pytest.fixture
def site(stream):
    """Three sensors of methane, a mast, and two valves that may leak; all of one source."""
    first = stream.thing.city_object
    gas = ObjectKind.objects.create(code="gas_valve", name_zh="阀", name_en="Valve")
    units = {"methane": ("1", "ppm"), "wind-direction": ("rad", "deg"), "wind-speed": ("m/s",) * 2}
    made = []
    for k, (code, (si, shown)) in enumerate(units.items()):
        observed = ObservedProperty.objects.create(
            code=code, name_zh=code, name_en=code, si_unit=si, shown_unit=shown
        )
        posts = SENSORS if code == "methane" else [(5.0, 5.0)]
        for n, (east, north) in enumerate(posts):
            place = (
                stands(first, first.kind, f"{code}-{n}", east, north)
                if k < 2
                else made[-1].thing.city_object
            )
            thing = Thing.objects.create(
                key=f"{code}-{n}", name_zh="x", city_object=place, owner=first.owner,
                lon=place.lon, lat=place.lat,
            )  # fmt: skip
            made.append(
                Datastream.objects.create(
                    source=stream.source,
                    key=f"{code}-{n}",
                    thing=thing,
                    name_zh="x",
                    observed_property=observed,
                    unit={"methane": "ppm", "wind-direction": "rad"}.get(code, "m/s"),
                    expected_interval_s=60,
                    created_at=AT,
                )
            )
    valves = [stands(first, gas, f"valve-{n}", *at) for n, at in enumerate(SOURCES)]
    sense.set_limits({each.pk: ASKED | {"rule": "gas/1"} for each in made[:3]})
    return made, valves


def air():
    """Whence the wind blows and how fast; 3 kg/h from the second source in rows 100 to 200."""
    rng = np.random.default_rng(4)
    blows_from = (1.5 * np.pi - rng.normal(0.0, 0.3, ROWS)).round(4)
    speed = np.full(ROWS, 2.0)
    sources = np.array([(*at, 2.0) for at in SOURCES])
    sensors = np.array([(*at, 2.0) for at in SENSORS])
    towards = plume.blown_towards(blows_from)
    views = plume.sensitivities(sources, sensors, towards, speed) * plume.PPM_PER_KG_M3 / 3600.0
    seen = 2.0 + 0.03 * rng.normal(size=(ROWS, 3))
    seen[100:200] += 3.0 * views[100:200, 1]
    return seen.round(4), blows_from, speed, views


def sent(runner, columns, begin, end, number):
    made, values = columns
    rows = (
        f"{each.key},{(AT + timedelta(minutes=n)).isoformat()},{values[n, k]}"
        for n in range(begin, end)
        for k, each in enumerate(made)
    )
    body = "\n".join(["datastream,time,value", *rows]).encode()
    heard = round((AT + timedelta(minutes=end)).timestamp() * 1e6)
    runner.take([hub.Message(made[0].source.key, "http", "csv", body, heard)], number)


def test_the_runner_tells_the_same_release_as_the_file(site, lake):
    made, valves = site
    seen, blows_from, speed, views = air()
    values = np.column_stack([seen, blows_from, speed])
    for number, (begin, end) in enumerate([(0, 104), (104, 150), (150, ROWS)]):
        runner = Partition(lake)  # taken over anew after each part, as after a crash
        sent(runner, (made, values), begin, end, number + 1)
        if number == 1:
            runner.roll()
        runner.close()
    (event,) = release.releases(seen, views)
    told = [each for each in journal.after(0) if each.data.get("cause") == "release"]
    began, *_changes, ended = told
    assert [each.kind.rsplit(".", 1)[1] for each in (began, ended)] == ["began", "ended"]
    minutes = [(each.data["time"] / 1e6 - AT.timestamp()) / 60 for each in (began, ended)]
    assert minutes == [event.begin, event.end - 1]
    assert (event.source, event.rate) == (1, pytest.approx(3.0, rel=0.15))
    assert ended.data["rate_kg_s"] * 3600 == pytest.approx(event.rate, rel=1e-3)
    assert ended.data["share"] == pytest.approx(event.share, rel=1e-3)
    for each in told:
        assert (each.data["source"], each.data["second"]) == (valves[1].pk, valves[0].pk)
        assert each.data["onset"] == began.data["onset"]
    assert (began.data["severity"], ended.data["severity"]) == (3, 0)
    assert began.data["datastream"] == made[1].pk
    assert began.data["limit"] is None
    assert began.data["expected"] == pytest.approx(2e-6, rel=0.05)
    # A trial of the same rule on what was stored tells the same; 1,000 ppm above clean air never.
    asked = {each.pk: ASKED for each in made[:3]}
    (group,) = sense.groups_of(asked)
    span = [round((AT + timedelta(minutes=at)).timestamp() * 1e6) for at in (0, ROWS)]
    tried = sense.rehearse_group(group, asked, *span, (1.0, 1000.0), lambda _share: True)
    ((once,), none) = tried.raised
    assert (once.onset, once.end) == (began.data["time"], ended.data["time"])
    assert (once.datastream, once.about["source"]) == (began.data["datastream"], valves[1].pk)
    assert once.about["rate_kg_s"] == pytest.approx(ended.data["rate_kg_s"])
    assert (none, tried.rows, tried.readings) == ([], ROWS, 5 * ROWS)
    CityObject.objects.filter(pk__in=[each.pk for each in valves]).delete()
    missing = sense.rehearse_group(group, asked, *span, (1.0,), lambda _share: True)
    assert missing.why_not == "no_site"


def test_without_a_wind_the_order_in_which_sensors_rise_tells_the_source(site, lake):
    made, valves = site
    Datastream.objects.filter(pk=made[4].pk).update(is_active=False)
    seen = np.full((40, 3), 2.0)
    seen[20:, 1] += 5.0
    seen[24:, 0] += 5.0
    for number, (begin, end) in enumerate([(0, 23), (23, 40)]):
        runner = Partition(lake)
        sent(runner, (made[:3], seen), begin, end, number + 1)
        if number == 0:
            runner.roll()
        runner.close()
    told = [each.data for each in journal.after(0) if each.data.get("cause") == "release"]
    assert told[0]["datastream"] == made[1].pk
    # The well that rose first is as good a source as any: gas may come from the well itself.
    assert told[0]["source"] in {made[1].thing.city_object_id, valves[1].pk}
    assert (told[0]["by"], told[0]["rate_kg_s"], told[0]["share"]) == ("rise", None, 1.0)
    assert told[0]["value"] == pytest.approx(7e-6)


def test_a_site_that_reports_at_another_pace_begins_anew():
    def site(interval_s):
        sensors = tuple((slot, (10.0 * slot, 0.0, 2.0)) for slot in (1, 2))
        members = tuple(Member(slot, 3, interval_s) for slot in (1, 2))
        return {"a": Site(members, None, sensors, ((9, (5.0, 5.0, 2.0)),))}

    before = Releasing().under(site(60.0))
    known = before.sites["a"]
    known.judged, known.on = 100, (1, 60_000_000)
    same, other = (before.under(site(each)) for each in (60.0, 300.0))
    assert (same.sites["a"].judged, same.ending) == (100, [])
    assert known.site.members[0].interval_s == 60.0  # what is replayed is as it was
    assert (other.sites["a"].judged, other.sites["a"].on) == (NEVER, None)
    assert [(each.slot, each.why) for each in other.ending] == [(1, "regrouped")]


def test_who_asks_for_no_release_pays_for_none():
    none = Releasing().take(*(np.zeros(1, np.int64),) * 4)
    assert len(none) == 0
