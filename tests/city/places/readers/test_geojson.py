import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.city.places.readers import NotRecognised, Options, Row, RowError, geojson, open_rows
from chengan.city.places.readers.opening import preview

OPTIONS = Options(format="geojson", kind="bridge")


def feature(key, lon=24.9, lat=60.1, **properties):
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {"code": key, **properties},
    }


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)}, indent=1)


def rows(tmp_path, text, options=OPTIONS):
    path = tmp_path / "a.geojson"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(open_rows(path, options))


def test_features_become_rows_with_their_key_names_and_attributes(tmp_path):
    text = collection(feature("b1", name="桥 {1}", 类型="bridge", height_m=4.5))
    (row,) = rows(tmp_path, text)
    assert row == Row(
        1, "b1", "bridge", "桥 {1}", "", {"type": "Point", "coordinates": [24.9, 60.1]},
        {"height_m": 4.5},
    )  # fmt: skip


@pytest.mark.parametrize("separator", ["\n", "\n\x1e"])
def test_one_feature_a_line_reads_the_same(tmp_path, separator):
    text = separator.join(json.dumps(feature(f"b{n}", 引号='"}{')) for n in range(3))
    assert [row.natural_key for row in rows(tmp_path, text)] == ["b0", "b1", "b2"]


def test_a_bare_list_of_features_reads_the_same(tmp_path):
    assert [row.natural_key for row in rows(tmp_path, json.dumps([feature("b1")]))] == ["b1"]


def test_a_bad_feature_is_one_error_and_the_rest_is_read(tmp_path):
    broken = '{"type": "Feature", "geometry": {"type": "Point" "coordinates": [1, 2]}}'
    swapped = feature("b3", lon=39.9, lat=116.4)
    listed = ",".join([json.dumps(feature("b1")), broken, json.dumps(swapped), "null",
                       json.dumps(feature("b5"))])  # fmt: skip
    found = rows(tmp_path, f'{{"type": "FeatureCollection", "features": [{listed}]}}')
    assert [type(row) for row in found] == [Row, RowError, RowError, RowError, Row]
    assert [row.number for row in found] == [1, 2, 3, 4, 5]
    assert found[1].field == "feature"
    assert "swapped" in found[2].expected
    assert found[3].value == "null"


def test_a_torn_file_ends_with_an_error(tmp_path):
    text = collection(feature("b1"), feature("b2"))
    found = rows(tmp_path, text[: text.rindex("b2")])
    assert isinstance(found[0], Row)
    assert isinstance(found[1], RowError)
    assert "complete" in found[1].expected


def test_without_a_key_a_row_is_refused_or_named_by_its_content(tmp_path):
    plain = feature("x")
    del plain["properties"]["code"]
    (error,) = rows(tmp_path, collection(plain))
    assert error.field == "natural_key"
    options = Options(format="geojson", kind="bridge", key_from_content=True)
    (first,) = rows(tmp_path, collection(plain), options)
    (again,) = rows(tmp_path, collection(plain), options)
    assert first.natural_key.startswith("content-")
    assert first == again


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"geometry": None}, "geometry"),
        ({"type": "feature"}, "type"),
        ({"properties": [1]}, "properties"),
        ({"properties": {"code": "x" * 200}}, "natural_key"),
        ({"properties": {"code": "a\u0000b"}}, "natural_key"),
    ],
)
def test_each_wrong_part_is_named(tmp_path, change, field):
    (error,) = rows(tmp_path, collection({**feature("b1"), **change}))
    assert error.field == field


def test_numbers_in_the_wrong_nesting_do_not_end_the_file(tmp_path):
    bad = {**feature("b1"), "geometry": {"type": "Polygon", "coordinates": [[1, 2], 3]}}
    found = rows(tmp_path, collection(bad, feature("b2")), Options(kind="bridge", system="gcj02"))
    assert [type(row) for row in found] == [RowError, Row]


def test_an_old_crs_member_is_pointed_out(tmp_path):
    path = tmp_path / "a.geojson"
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4527"}}
    path.write_text(
        json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature("b")]})
    )
    assert any("epsg:4527" in warning for warning in preview(path, OPTIONS).warnings)


def test_what_is_no_geojson_is_refused(tmp_path):
    with pytest.raises(NotRecognised):
        rows(tmp_path, "hello")


@given(st.lists(st.text(max_size=20), max_size=5), st.integers(1, 40))
def test_pieces_of_any_size_give_the_same_objects(texts, size):
    body = json.dumps([{"t": text} for text in texts], ensure_ascii=False).encode()[1:]
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    found = list(geojson._objects(pieces, in_list=True))
    assert [json.loads(one)["t"] for one in found] == texts


def test_memory_stays_flat_over_a_large_file(tmp_path):
    path = tmp_path / "large.geojson"
    line = json.dumps(feature("b", note="x" * 1000))
    with path.open("w") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        file.write(",".join([line] * 20_000))
        file.write("]}")
    tracemalloc.start()
    count = sum(1 for _ in open_rows(path, OPTIONS))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert path.stat().st_size > 20e6
    assert peak < 10e6
