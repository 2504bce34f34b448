from importlib.resources import files

import pytest
import wntr

from chengan.city.places.readers import Options, PlacementNeeded, Row, RowError, open_rows, preview
from chengan.core.geo.distance import Placement, distances_m

NETWORKS = ("Net1", "Net2", "Net3", "Net6", "ky4", "ky10")
ANCHOR = Placement(lon=24.94, lat=60.17, metres_per_unit=20.0, rotation_deg=30.0)
TINY = """[TITLE]
tiny
[RESERVOIRS]
 1  100
[JUNCTIONS]
 1J 10 5
[TANKS]
 T 20 1 0 2 10 0
[PIPES]
 1  1  1J  100  300  130  0  Open
[VALVES]
 V  1J  T  200  TCV  30  0
[OPTIONS]
 Units LPS
 Headloss H-W
[COORDINATES]
 1 0 0
 1J 3 4
 T 3 4
[END]
"""


def network(name):
    return files("wntr.library.networks") / f"{name}.inp"


@pytest.fixture
def tiny(tmp_path):
    path = tmp_path / "tiny.inp"
    path.write_text(TINY)
    return path


@pytest.mark.parametrize("name", NETWORKS)
def test_every_node_and_link_that_wntr_counts_becomes_a_row(name):
    model = wntr.network.WaterNetworkModel(str(network(name)))
    small = Placement(lon=24.94, lat=60.17, metres_per_unit=0.01, x=5e6, y=3.9e6)
    rows = list(open_rows(network(name), Options(placement=small)))
    assert all(isinstance(row, Row) for row in rows)
    assert sum("/node/" in row.natural_key for row in rows) == model.num_nodes
    assert sum("/link/" in row.natural_key for row in rows) == model.num_links
    assert len({row.natural_key for row in rows}) == len(rows)


def test_figures_come_in_si_units(tiny):
    rows = {row.external_id: row for row in open_rows(tiny, Options(placement=ANCHOR))}
    assert rows["tiny/node/1J"].attributes == {"elevation_m": 10.0, "base_demand_m3_s": 0.005}
    assert rows["tiny/node/1"].attributes == {"head_m": 100.0}
    assert rows["tiny/node/T"].attributes["diameter_m"] == 10.0
    pipe = rows["tiny/link/1"].attributes
    assert (pipe["length_m"], pipe["diameter_m"], pipe["roughness"]) == (100.0, 0.3, 130.0)
    assert rows["tiny/link/V"].kind == "water_valve"
    assert rows["tiny/link/V"].attributes["valve_type"] == "TCV"


def test_links_name_their_ends(tiny):
    rows = {row.external_id: row for row in open_rows(tiny, Options(placement=ANCHOR))}
    links = rows["tiny/link/1"].links
    assert links == {"start": "epanet:tiny/node/1", "end": "epanet:tiny/node/1J"}


def test_the_plan_is_laid_on_the_ground(tiny):
    rows = {row.external_id: row for row in open_rows(tiny, Options(placement=ANCHOR))}
    start, end = rows["tiny/link/1"].geometry["coordinates"]
    assert start == pytest.approx([24.94, 60.17])
    assert distances_m(*start, end[0], end[1])[0] == pytest.approx(5 * 20.0, abs=1e-3)
    assert rows["tiny/link/V"].geometry["type"] == "Point"


def test_a_plan_without_a_place_is_refused_and_warned_of(tmp_path):
    with pytest.raises(PlacementNeeded):
        list(open_rows(network("Net3")))
    found = preview(network("Net3"))
    assert (found.estimate, found.is_exact) == (97 + 119, True)
    assert "plan units" in found.warnings[0]


def test_projected_coordinates_are_turned_by_their_system():
    rows = list(open_rows(network("ky4"), Options(system="epsg:3089")))  # Kentucky, feet
    assert all(isinstance(row, Row) for row in rows)
    lon, lat = rows[0].geometry["coordinates"]
    assert -90 < lon < -81
    assert 36 < lat < 40


@pytest.mark.parametrize("text", ["", "[JUNCTIONS]\n 1 x y\n", "[PIPES]\n P A B 1 1 1\n"])
def test_a_broken_network_is_one_error_with_words(tmp_path, text):
    path = tmp_path / "bad.inp"
    path.write_text(text)
    found = list(open_rows(path, Options(placement=ANCHOR)))
    assert [type(row) for row in found] == [RowError]
    assert found[0].expected == "an EPANET 2.2 network"
    assert preview(path).warnings
