import osmium
import pytest

from chengan.city.places.readers import Options, ReaderError, Row, RowError, open_rows, preview

NODES = {1: (24.94, 60.17), 2: (24.941, 60.17), 3: (24.941, 60.171), 4: (24.94, 60.171)}
WAYS = [
    (10, [1, 2, 3], {"highway": "residential", "name": "Katu", "name:zh": "街"}),
    (11, [1, 2, 3, 4, 1], {"building": "yes", "amenity": "school", "name": "Koulu"}),
    (12, [1, 2, 99], {"highway": "primary"}),
    (13, [1, 2, 99, 1], {"building": "yes"}),
    (14, [1, 2], {"highway": "secondary", "bridge": "yes"}),
    (15, [1, 2, 3, 1], {"highway": "pedestrian"}),
    (16, [1, 2], {"highway": "footway"}),
]


@pytest.fixture
def extract(tmp_path):
    path = tmp_path / "a.osm.pbf"
    with osmium.SimpleWriter(str(path)) as out:
        for key, place in NODES.items():
            tags = {"emergency": "fire_hydrant"} if key == 4 else {}
            out.add_node(osmium.osm.mutable.Node(id=key, location=place, tags=tags))
        for key, nodes, tags in WAYS:
            out.add_way(osmium.osm.mutable.Way(id=key, nodes=nodes, tags=tags))
        members = [("w", 404, "outer")]
        tags = {"type": "multipolygon", "building": "yes"}
        out.add_relation(osmium.osm.mutable.Relation(id=20, members=members, tags=tags))
    return path


def by_key(path, options=None):
    return {row.external_id: row for row in open_rows(path, options) if isinstance(row, Row)}


def test_tags_give_the_kind_and_the_key_says_what_osm_calls_it(extract):
    found = by_key(extract)
    kinds = {key: row.kind for key, row in found.items()}
    assert kinds == {
        "node/4": "hydrant", "way/10": "road", "way/11": "school", "way/12": "road",
        "way/14": "bridge", "way/15": "road",
    }  # fmt: skip
    assert found["way/10"].natural_key == "osm:way/10"


def test_names_are_chinese_where_there_are_any(extract):
    assert (by_key(extract)["way/10"].name_zh, by_key(extract)["way/11"].name_zh) == ("街", "Koulu")


def test_a_building_is_one_area_and_a_closed_road_one_line(extract):
    found = by_key(extract)
    assert found["way/11"].geometry["type"] == "Polygon"
    assert found["way/15"].geometry["type"] == "LineString"


def test_a_road_that_leaves_the_extract_is_cut_and_says_so(extract):
    road = by_key(extract)["way/12"]
    assert len(road.geometry["coordinates"]) == 2
    assert "2 of 3 nodes" in road.repairs[0]


def test_areas_that_leave_the_extract_are_named_not_dropped(extract):
    errors = [row for row in open_rows(extract) if isinstance(row, RowError)]
    assert ["way/13" in errors[0].value, "relation/20" in errors[1].value] == [True, True]
    numbers = [row.number for row in open_rows(extract)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_only_the_kinds_wanted_are_given(extract):
    assert set(by_key(extract, Options(kinds=frozenset({"school"})))) == {"way/11"}


def test_a_preview_asks_for_the_attribution(extract):
    found = preview(extract)
    assert found.format == "osm"
    assert "OpenStreetMap contributors" in found.warnings[0]


def test_a_torn_extract_is_refused_with_words(extract):
    extract.write_bytes(extract.read_bytes()[:-40])
    with pytest.raises(ReaderError, match=r"a\.osm\.pbf"):
        list(open_rows(extract))
