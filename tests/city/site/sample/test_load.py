import json

import h3
import numpy as np
import pyarrow.parquet as pq
import pytest

from chengan.city.site.foundation import limits as defaults
from chengan.city.site.sample import load
from chengan.core.events import plume, release
from chengan.core.geo.distance import distances_m
from chengan.core.geo.geometry import faults
from chengan.core.geo.local import LocalPlan
from chengan.core.tables import units

TEN_MEGABYTES = 10_000_000


@pytest.fixture(scope="module")
def sample():
    return load.load()


@pytest.fixture(scope="module")
def tables():
    return {path.stem: pq.read_table(path) for path in load.RECORDINGS.glob("*.parquet")}


def stream(table, key):
    """Times (s) and values of one datastream."""
    mine = np.asarray(table["datastream"]) == key
    return table["time"].to_numpy()[mine] / 1e6, table["value"].to_numpy()[mine]


def first_held(times, breaks, seconds=0.0):
    """The first time at which a run of breaks has lasted `seconds`; NaN if none does."""
    begun = None
    for time, broken in zip(times, breaks, strict=True):
        begun = (begun if begun is not None else time) if broken else None
        if begun is not None and time - begun >= seconds:
            return float(begun)
    return float("nan")


def test_every_reference_leads_somewhere(sample):
    organisations = {item.code for item in sample.organisations}
    areas = {item.code for item in sample.areas}
    people = {item.code for item in sample.people}
    posts = {item.code for item in sample.posts}
    objects = {f"{item.namespace}/{item.external_id}" for item in sample.objects}
    networks = {item.code for item in sample.networks}
    kinds = {item.code for item in sample.kinds}
    targets = {"object": objects, "network": networks, "area": areas}
    assert {item.owner for item in sample.objects} <= organisations
    assert {item.kind for item in sample.objects} <= kinds
    assert {item.network for item in sample.objects} <= networks | {""}
    assert {item.parent for item in sample.organisations} <= organisations | {""}
    assert {item.area for item in sample.organisations} <= areas | {""}
    assert {item.parent for item in sample.areas} <= areas | {""}
    assert {code for post in sample.posts for code in post.holders} <= people
    assert {code for duty in sample.duties for code in duty.substitutes} <= people
    assert {item.post for item in (*sample.duties, *sample.shifts)} <= posts
    assert {item.person for item in sample.shifts} <= people
    assert {item.object for item in sample.datastreams} <= objects
    assert {item.source for item in sample.datastreams} == {item.key for item in sample.sources}
    assert {item.property for item in sample.datastreams} <= {p.code for p in sample.properties}
    assert all(duty.target in targets[duty.target_kind] for duty in sample.duties)


def test_every_kind_of_organisation_is_there(sample):
    assert {item.kind for item in sample.organisations} == {
        "city", "department", "district", "street", "grid_team", "enterprise", "third_party",
    }  # fmt: skip


def test_every_hour_of_the_roster_has_one_person_at_each_post(sample):
    hours = [
        (shift.post, shift.day * 24 + shift.from_hour + hour)
        for shift in sample.shifts
        for hour in range(shift.hours)
    ]
    assert len(hours) == len(set(hours)) == 2 * 28 * 24


def test_objects_have_sound_geometries_that_their_kind_allows_and_keys_of_their_own(sample):
    allowed = {kind.code: kind.geometry_types for kind in sample.kinds}
    keys = [(item.namespace, item.external_id) for item in sample.objects]
    assert len(keys) == len(set(keys))
    for item in sample.objects:
        assert faults(item.geometry) == ()
        assert item.geometry["type"] in allowed[item.kind]


def test_datastreams_stand_in_the_city(sample):
    city = next(area for area in sample.areas if area.kind == "city").geometry["coordinates"][0]
    for item in sample.datastreams:
        assert min(x for x, _ in city) < item.lon < max(x for x, _ in city)
        assert min(y for _, y in city) < item.lat < max(y for _, y in city)


def test_gas_wells_keep_the_distances_of_the_recorded_site(sample):
    places = {item.key: (item.lon, item.lat) for item in sample.datastreams if "ch4" in item.key}
    recorded = distances_m(-105.1405673, 40.5957826, [-105.13914], [40.59571])[0]  # W to E
    ours = distances_m(*places["ch4-w"], *places["ch4-e"])[0]
    assert ours == pytest.approx(recorded, abs=1.0)


def test_every_recorded_datastream_is_registered_with_its_unit_and_rate(sample):
    known = {(item.source, item.key): item for item in sample.datastreams}
    recorded = {
        (source, part.key): part
        for source, origin in load.origins().items()
        for part in origin.streams
    }
    assert known.keys() == recorded.keys()
    for key, part in recorded.items():
        assert known[key].unit == part.unit
        assert known[key].interval_s == pytest.approx(part.interval_s, rel=0.01)


def test_recordings_are_as_their_manifest_says(sample, tables):
    for part in sample.recordings:
        origin, table = load.origins()[part.source], tables[part.source]
        time = table["time"].to_numpy()
        assert (np.diff(time) >= 0).all()
        assert time[0] == 0
        assert table.num_rows == origin.readings == sum(one.readings for one in origin.streams)
        assert time[-1] / 1e6 == pytest.approx(origin.length_s, abs=1e-3)
        assert np.isfinite(table["value"].to_numpy()).all()
        assert part.start_s < origin.length_s
        assert all(event.from_s < event.to_s for event in origin.interesting)


def test_readings_are_plausible_by_the_datastreams_own_range(sample, tables):
    for item in sample.datastreams:
        _, values = stream(tables[item.source], item.key)
        assert values.min() >= item.plausible_low
        assert values.max() <= item.plausible_high


def test_the_water_network_has_all_of_net3(sample):
    kinds = [item.kind for item in sample.objects if item.namespace == "net3"]
    nodes = [kinds.count(f"water_{kind}") for kind in ("junction", "tank", "reservoir")]
    links = [kinds.count(f"water_{kind}") for kind in ("pipe", "pump", "valve")]
    assert (nodes, links) == ([92, 3, 2], [117, 2, 0])  # WNTR: 97 nodes, 119 links


def test_the_bridge_is_a_real_one_of_the_extract(sample):
    bridge = next(item for item in sample.objects if item.external_id == "way/34140075")
    assert (bridge.kind, bridge.name_zh) == ("bridge", "样例 3 号桥")
    streams = [item for item in sample.datastreams if item.source == "bridge"]
    assert {item.object for item in streams} == {"osm/way/34140075"}
    cells = {h3.latlng_to_cell(item.lat, item.lon, 10) for item in streams}
    assert len(cells) == 1


def test_the_reference_load_test_and_the_settlement_are_as_published(tables):
    times, strain = stream(tables["bridge"], "strain-cn")
    assert strain[times < 720].max() < 9  # the moving load: 8 µm/m
    after = (times > 2860) & (times < 2980)
    assert np.median(strain[times > 2620]) == pytest.approx(34.5, abs=0.5)
    assert after.any()
    times, force = stream(tables["bridge"], "force-2")
    assert force[0] == pytest.approx(234.0, abs=0.1)
    assert force[times > 2620][0] == pytest.approx(190.4, abs=0.1)
    assert np.median(np.diff(times)) == pytest.approx(0.01)


def test_the_day_of_the_settlement_is_the_day_in_the_files_names():
    assert load.origins()["bridge"].original_start.startswith("2022-04-11T06:36:24.897")


@pytest.mark.parametrize(
    ("source", "key", "limit_set", "level", "hold_s", "crossed_s"),
    [
        ("gas", "ch4-w", "methane-trace", 2, 0, 220_260),
        ("bridge", "strain-cn", "strain-sample", 3, 5, 2620.478),
        ("bridge", "force-2", "force-sample", 3, 5, 2620.478),
        ("water", "pressure-141", "pressure-sample", 3, 0, 259_200),
        ("road", "speed-t4013", "speed-sample", 1, 0, 5_937_660),
        ("plant", "machine-temperature", "machine-temperature", 1, 0, 14_266_500),
    ],
)
def test_the_live_replay_crosses_a_limit_within_a_minute(
    sample, tables, source, key, limit_set, level, hold_s, crossed_s
):
    part = next(item for item in sample.recordings if item.source == source)
    limits = next(item for item in sample.limit_sets if item.code == limit_set)
    unit = next(item.unit for item in sample.datastreams if item.key == key)
    times, values = stream(tables[source], key)
    si = units.to_si(values, unit)
    if level in limits.high:
        breaks = si > units.to_si(limits.high[level], limits.unit)
    else:
        breaks = si < units.to_si(limits.low[level], limits.unit)
    soon = times >= part.start_s
    assert first_held(times[soon], breaks[soon], hold_s) == pytest.approx(crossed_s, abs=0.001)
    assert 0 < crossed_s - part.start_s < 60
    assert limits.hold_s == hold_s


def test_no_strain_limit_is_crossed_before_the_second_load_test(sample, tables):
    limits = next(item for item in sample.limit_sets if item.code == "strain-sample")
    times, strain = stream(tables["bridge"], "strain-cn")
    before = times < 2600
    held = first_held(times[before], strain[before] > limits.high[3], limits.hold_s)
    assert np.isnan(held)


def test_unverified_figures_are_bound_to_nothing(sample):
    sets = [*sample.limit_sets, *defaults.LIMIT_SETS]
    unverified = {item.code for item in sets if item.mark == "R"}
    assert unverified == {"pressure-end", "heated-room"}
    assert not unverified & {rule.limit_set for rule in [*sample.rules, *defaults.RULES]}
    assert all(item.source for item in sets)


def test_an_override_keeps_the_danger_level(sample):  # 1 %VOL = 10 000 ppm = 20 %LEL
    trace = next(item for item in sample.limit_sets if item.code == "methane-trace")
    assert units.to_si(trace.high[5], trace.unit) == pytest.approx(units.to_si(1.0, "%VOL"))


def test_limits_grow_with_their_level(sample):
    for item in sample.limit_sets:
        assert list(item.high.values()) == sorted(item.high.values())
        assert list(item.low.values()) == sorted(item.low.values(), reverse=True)


def test_every_file_names_its_source_and_licence(sample):
    page = (load.FOLDER / "README.md").read_text(encoding="utf-8")
    notices = {path.name for path in (load.FOLDER / "licences").iterdir()}
    assert all(part.file in page for part in sample.recordings)
    assert all(name in page for name in notices)
    assert "© OpenStreetMap contributors" in page
    assert all(source.licence for source in sample.sources)
    assert [item.key for item in sample.sources if item.is_simulated] == ["water"]


def test_the_package_stays_small():
    files = [path for path in load.FOLDER.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < TEN_MEGABYTES


def test_the_manifest_is_plain_json():
    assert json.loads((load.FOLDER / "recordings.json").read_text(encoding="utf-8"))


def test_the_gas_sample_begins_in_a_release_whose_source_is_told(sample, tables):
    places = {item.external_id: item.geometry["coordinates"] for item in sample.objects}
    sensors = [item for item in sample.datastreams if item.key.startswith("ch4-")]
    sources = [item for item in sample.objects if item.kind == "gas_facility"]
    plan = LocalPlan(sensors[0].lon, sensors[0].lat)
    begin = round(next(part.start_s for part in sample.recordings if part.source == "gas"))
    minutes = np.arange(begin // 60 + 1, begin // 60 + 120)
    table = tables["gas"].to_pandas()
    wide = table.pivot(index="time", columns="datastream", values="value").reindex(
        minutes * 60_000_000
    )

    def ground(lonlat):
        east, north = plan.to_metres(*np.array(lonlat).T)
        return np.stack([east, north, np.full(len(east), 2.0)], axis=1)

    views = plume.sensitivities(
        ground([places[item.external_id] for item in sources]),
        ground([(item.lon, item.lat) for item in sensors]),
        plume.blown_towards(wide["wind-direction"].to_numpy()), wide["wind-speed"].to_numpy(),
    )  # fmt: skip
    readings = wide[[item.key for item in sensors]].to_numpy()
    (event,) = release.releases(readings, views * plume.PPM_PER_KG_M3 / 3600.0)
    assert sources[event.source].external_id == "gas-wellhead-west"
    assert event.begin <= 10
