import h3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from chengan.core.geo import cells
from chengan.core.geo.errors import BadGeometry, TooManyCells

LON, LAT = 24.945, 60.17


def box(lon, lat, size):
    ring = [[lon, lat], [lon + size, lat], [lon + size, lat + size], [lon, lat + size]]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def test_a_point_lies_in_one_cell_at_each_resolution():
    found = cells.point_cells(LON, LAT)
    assert list(found) == [7, 8, 9, 10]
    assert all(cell < 2**63 for cell in found.values())
    point = {"type": "Point", "coordinates": [LON, LAT]}
    assert cells.cells(point, 9) == {h3.int_to_str(found[9])}


@settings(max_examples=25)
@given(st.floats(-170, 170), st.floats(-70, 70), st.floats(-0.02, 0.02), st.floats(-0.02, 0.02))
def test_every_step_along_a_line_is_in_one_of_its_cells(lon, lat, east, north):
    line = {"type": "LineString", "coordinates": [[lon, lat], [lon + east + 1e-5, lat + north]]}
    found = cells.cells(line, 10)
    made = shape(line)
    for share in range(51):
        point = made.interpolate(share / 50, normalized=True)
        assert h3.latlng_to_cell(point.y, point.x, 10) in found


@settings(max_examples=25)
@given(st.floats(-170, 170), st.floats(-70, 70), st.floats(1e-5, 0.01))
def test_the_cells_of_a_polygon_cover_it(lon, lat, size):
    area = box(lon, lat, size)
    found = cells.cells(area, 9)
    for share in (0.0, 0.3, 0.7, 1.0):
        assert h3.latlng_to_cell(lat + share * size, lon + share * size, 9) in found


def test_a_polygon_smaller_than_a_cell_has_its_cell():
    assert len(cells.cells(box(LON, LAT, 1e-6), 7)) == 1


def test_several_parts_have_the_cells_of_each():
    points = {"type": "MultiPoint", "coordinates": [[LON, LAT], [LON + 1, LAT]]}
    assert len(cells.cells(points, 8)) == 2


def test_a_cell_is_drawn_as_a_closed_ring():
    cell = h3.latlng_to_cell(LAT, LON, 9)
    ring = cells.cell_polygon(cell)["coordinates"][0]
    assert len(ring) == 7
    assert ring[0] == ring[-1]


def test_a_province_at_street_resolution_is_refused_before_it_is_counted():
    with pytest.raises(TooManyCells, match="lower resolution"):
        cells.cells(box(110.0, 30.0, 5.0), 10)


@pytest.mark.parametrize("resolution", [6, 11])
def test_other_resolutions_are_refused(resolution):
    with pytest.raises(BadGeometry):
        cells.cells(box(LON, LAT, 0.001), resolution)


def test_a_name_that_is_no_cell_is_refused():
    with pytest.raises(BadGeometry):
        cells.cell_polygon("8fffffffffffffff")
