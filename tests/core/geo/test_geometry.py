import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, shape

from chengan.core.geo import geometry
from chengan.core.geo.errors import BadGeometry

SQUARE = [[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]]
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=20,
)


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def test_a_sound_geometry_has_no_faults_and_needs_no_repair():
    assert geometry.faults(polygon(SQUARE)) == ()
    assert geometry.clean(polygon(SQUARE)).repairs == ()


def test_rings_are_turned_right_handed_and_heights_dropped():
    high = [[x, y, 12.0] for x, y in SQUARE]
    cleaned = geometry.clean(polygon(high)).geometry
    assert shape(cleaned).exterior.is_ccw
    assert cleaned["coordinates"][0][0] == [0.0, 0.0]


def test_an_open_ring_is_closed_and_named():
    cleaned = geometry.clean(polygon(SQUARE[:-1]))
    assert cleaned.repairs == ("ring 1 is not closed",)
    assert cleaned.geometry["coordinates"][0][0] == cleaned.geometry["coordinates"][0][-1]


def test_a_bow_tie_is_untangled_and_named():
    bow = [[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0], [0.0, 0.0]]
    cleaned = geometry.clean(polygon(bow))
    assert cleaned.geometry["type"] == "MultiPolygon"
    assert "Self-intersection" in cleaned.repairs[0]
    assert shape(cleaned.geometry).is_valid


@pytest.mark.parametrize("bad", [SQUARE[:-1], [[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]])
def test_without_repair_the_same_faults_are_refused(bad):
    with pytest.raises(BadGeometry):
        geometry.clean(polygon(bad), repair=False)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (None, "JSON object"),
        ({"type": "Circle"}, "none of"),
        ({"type": "GeometryCollection", "geometries": []}, "split it"),
        ({"type": "Point", "coordinates": []}, "longitude, latitude"),
        ({"type": "Point", "coordinates": ["24.9", 60.1]}, "not a number"),
        ({"type": "Point", "coordinates": [float("nan"), 60.1]}, "not finite"),
        ({"type": "Point", "coordinates": [39.9, 116.4]}, "swapped"),
        ({"type": "Point", "coordinates": [500000.0, 3524000.0]}, "another coordinate system"),
        ({"type": "Point", "coordinates": [10**400, 0]}, "outside"),
        ({"type": "LineString", "coordinates": [[1.0, 1.0], [1.0, 1.0]]}, "1 different"),
        (polygon([[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]]), "2 different"),
        ({"type": "MultiPolygon", "coordinates": [[], [SQUARE]]}, "0 different"),
        ({"type": "LineString", "coordinates": []}, "no positions"),
    ],
)
def test_each_fault_says_what_is_wrong(bad, words):
    assert words in "; ".join(geometry.faults(bad))
    with pytest.raises(BadGeometry):
        geometry.clean(bad)


@given(st.sampled_from([*geometry.DEPTH, "Nothing"]), JSON)
def test_whatever_comes_is_judged_and_never_crashes(kind, coordinates):
    given_geometry = {"type": kind, "coordinates": coordinates}
    try:
        cleaned = geometry.clean(given_geometry)
    except BadGeometry as error:
        assert error.faults
    else:
        assert geometry.faults(cleaned.geometry) == ()


MICRODEGREES = st.tuples(
    st.integers(-179_000_000, 179_000_000).map(lambda n: n / 1e6),
    st.integers(-89_000_000, 89_000_000).map(lambda n: n / 1e6),
)


@given(st.lists(MICRODEGREES, min_size=3, max_size=8))
def test_the_box_holds_the_representative_point(corners):
    try:
        cleaned = geometry.clean(polygon([list(corner) for corner in corners])).geometry
    except BadGeometry:
        return
    west, south, east, north = geometry.bbox(cleaned)
    lon, lat = geometry.representative_point(cleaned)
    assert west <= lon <= east
    assert south <= lat <= north


def test_a_polygon_with_a_hole_is_shown_inside_it_and_not_in_the_hole():
    hole = [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6], [0.4, 0.4]]
    holed = polygon(SQUARE, hole)
    point = Point(geometry.representative_point(holed))
    assert shape(holed).contains(point)


def test_a_line_is_shown_at_its_middle():
    line = {"type": "LineString", "coordinates": [[0.0, 0.0], [1.0, 0.0], [1.0, 3.0]]}
    assert geometry.representative_point(line) == (1.0, 1.0)
