import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.city.hub import decoding
from chengan.city.hub.decoding import pack

NOW = 1_700_000_000_000_000


def read(payload: bytes, format: str):
    return decoding.decode(payload, format=format, received_us=NOW)


def arrow(**columns) -> bytes:
    table = pa.table(columns)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def test_senml_base_fields_are_resolved_as_in_rfc_8428():
    payload = b"""[{"bn":"well-1/","bt":1.7e9,"bu":"ppm","n":"ch4","v":2.5},
                   {"n":"ch4","t":60,"v":3},{"n":"h2s","u":"ppb","t":61,"v":1}]"""
    found = read(payload, "senml")
    assert found.key.tolist() == ["well-1/ch4", "well-1/ch4", "well-1/h2s"]
    assert found.time.tolist() == [NOW, NOW + 60_000_000, NOW + 61_000_000]
    assert found.unit.tolist() == ["ppm", "ppm", "ppb"]
    assert found.value.tolist() == [2.5, 3.0, 1.0]


def test_a_small_senml_time_counts_from_now():
    assert read(b'[{"n":"a","t":-5,"v":1}]', "senml").time.tolist() == [NOW - 5_000_000]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ('{"n":"a","vs":"open"}', "not_a_number"),
        ('{"n":"a","v":"x"}', "not_a_number"),
        ('{"v":1}', "unknown_datastream"),
        ('{"n":"a","v":1,"t":"yesterday"}', "bad_time"),
        ('{"n":"a","v":1,"u":7}', "wrong_unit"),
        ("17", "torn_payload"),
    ],
)
def test_a_bad_senml_record_says_why_and_spares_its_neighbours(record, reason):
    found = read(f'[{record},{{"n":"b","v":1}}]'.encode(), "senml")
    assert [bad.reason for bad in found.bad] == [reason]
    assert found.key.tolist() == ["b"]


def test_csv_names_the_row_and_what_was_expected():
    found = read(
        b"datastream,time,value,unit\na,2023-11-14T22:13:20Z,1.5,ppm\na,1700000000,x,\n", "csv"
    )
    assert found.time.tolist() == [NOW]
    assert found.bad[0].reason == "not_a_number"
    assert "row 3" in found.bad[0].detail
    assert found.bad[0].reading["value"] == "x"


def test_a_csv_time_without_a_zone_is_refused():
    found = read(b"datastream,time,value\na,2023-11-14 22:13:20,1\n", "csv")
    assert [bad.reason for bad in found.bad] == ["bad_time"]


def test_csv_without_a_needed_column_says_which():
    assert "value" in read(b"datastream,time\na,1\n", "csv").bad[0].detail


def test_arrow_rows_without_number_time_or_key_are_told_apart():
    payload = arrow(
        datastream=["a", "b", "c", None],
        time=pa.array([NOW, None, NOW, NOW], pa.timestamp("us", tz="UTC")),
        value=[1.0, 2.0, float("nan"), 3.0],
    )
    found = read(payload, "arrow")
    assert found.key.tolist() == ["a"]
    assert [bad.reason for bad in found.bad] == ["bad_time", "not_a_number", "unknown_datastream"]
    assert found.received == 4


def test_a_torn_arrow_stream_is_one_bad_message():
    whole = arrow(datastream=["a"], time=pa.array([NOW]), value=[1.0])
    assert [bad.reason for bad in read(whole[: len(whole) // 2], "arrow").bad] == ["torn_payload"]


def test_single_readings_come_bare_or_as_json_and_have_the_time_received():
    payload = pack.packed(
        [
            ("chengan/gas/ch4-1", b"2.5", NOW),
            ("chengan/gas/ch4/2", b'{"t":1700000060,"v":3,"u":"ppm"}', NOW),
            ("chengan/gas/senml", b'[{"n":"ch4-3","v":4}]', NOW),
            ("chengan/gas/ch4-4", b"broken", NOW),
            ("chengan/gas", b"1", NOW),
        ]
    )
    found = read(payload, "mqtt-pack")
    assert found.key.tolist() == ["ch4-1", "ch4/2", "ch4-3"]
    assert found.time.tolist() == [NOW, NOW + 60_000_000, NOW]
    assert [bad.reason for bad in found.bad] == ["not_a_number", "unknown_datastream"]


def test_an_unknown_format_is_refused_by_name():
    assert "xml" in read(b"", "xml").bad[0].detail


@given(st.binary(max_size=200), st.sampled_from(decoding.FORMATS))
def test_no_bytes_whatever_make_decoding_fail(payload, format):
    found = read(payload, format)
    assert found.received == len(found.value) + len(found.bad)
    assert np.isfinite(found.value).all()


@given(st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=40)), max_size=8))
def test_every_packed_message_is_a_reading_or_says_why_not(messages):
    made = pack.packed(
        (f"chengan/s/{key}", payload, NOW) for key, payload in messages if key != "senml"
    )
    count = sum(key != "senml" for key, _payload in messages)
    assert read(made, "mqtt-pack").received == count
