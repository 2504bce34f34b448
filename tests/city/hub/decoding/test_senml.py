"""SenML packs against a plain reading of RFC 8428, and its rules one by one."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.city.hub.decoding.senml import senml

NOW = 1_700_000_000_000_000
NUMBERS = st.floats(-1e9, 1e9, allow_nan=False)
TIMES = st.one_of(st.integers(-3600, 3600), st.integers(1_500_000_000, 1_900_000_000))
NAMES = st.text("abc/:.-_1", max_size=4)
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "bn": NAMES, "bt": TIMES, "bu": st.sampled_from(["Pa", "kPa", ""]), "bv": NUMBERS,
        "n": NAMES, "t": TIMES, "u": st.sampled_from(["m", ""]), "v": NUMBERS, "s": NUMBERS,
        "vs": st.text(max_size=2), "vb": st.booleans(), "vd": st.just("AAAA"),
        "bver": st.just(10), "ut": st.just(5), "other": st.just(1),
    },
)  # fmt: skip


def reference(pack):
    """Each record is resolved for itself, from all that stand before it (RFC 8428 §4.6)."""
    found, refused = [], 0
    for place, record in enumerate(pack):

        def latest(field, default, upto=place):
            said = [each[field] for each in pack[: upto + 1] if field in each]
            return said[-1] if said else default

        if not {"n", "v", "vs", "vb", "vd", "s"} & set(record):
            continue
        name = latest("bn", "") + record.get("n", "")
        time = latest("bt", 0) + record.get("t", 0)
        if not name or "v" not in record or {"vs", "vb", "vd"} & set(record):
            refused += 1
            continue
        micros = round(time * 1e6) + (NOW if abs(time) < 2**28 else 0)
        value = record["v"] + latest("bv", 0)
        found.append((name, micros, value, record.get("u", latest("bu", ""))))
    return found, refused


@given(st.lists(RECORDS, max_size=6))
def test_a_pack_is_resolved_as_the_reference_does(pack):
    found = senml(json.dumps(pack).encode(), received_us=NOW)
    rows, refused = reference(pack)
    assert found.key.tolist() == [row[0] for row in rows]
    assert found.time.tolist() == [row[1] for row in rows]
    assert found.unit.tolist() == [row[3] for row in rows]
    for value, row in zip(found.value, rows, strict=True):
        assert math.isclose(value, row[2], abs_tol=1e-6)
    assert len(found.bad) == refused


@given(st.lists(RECORDS, max_size=6))
def test_resolved_records_mean_the_same(pack):
    first = senml(json.dumps(pack).encode(), received_us=NOW)
    rows = zip(first.key, first.time, first.value, first.unit, strict=True)
    plain = [{"n": k, "t": int(t) / 1e6, "v": float(v), "u": u} for k, t, v, u in rows]
    again = senml(json.dumps(plain).encode(), received_us=0)
    assert again.key.tolist() == first.key.tolist()
    assert again.time.tolist() == first.time.tolist()
    assert again.value.tolist() == first.value.tolist()
    assert not again.bad


@pytest.mark.parametrize(
    "pack",
    [
        '[{"bver":11,"n":"a","v":1}]',
        '[{"n":"a","v":1},{"bver":"10","n":"a","v":2}]',
        '[{"n":"a","v":1,"strict_":1}]',
        '{"n":"a","v":1}',
    ],
)
def test_what_has_to_be_understood_and_is_not_spoils_the_whole_pack(pack):
    found = senml(pack.encode(), received_us=NOW)
    assert ([bad.reason for bad in found.bad], len(found.key)) == (["torn_payload"], 0)


@pytest.mark.parametrize(
    ("record", "word"),
    [
        ('{"n":"a","vs":"open"}', "vs is text"),
        ('{"n":"a","vb":true}', "vb is true or false"),
        ('{"n":"a","vd":"AA"}', "vd is bytes"),
        ('{"n":"a","s":3}', "s is a sum"),
    ],
)
def test_what_is_no_number_says_what_it_is_and_keeps_its_place(record, word):
    pack = f'[{{"bt":1700000000,"bu":"m"}},{record}]'
    [bad] = senml(pack.encode(), received_us=NOW).bad
    assert (bad.reason, bad.reading["time"], bad.reading["unit"]) == ("not_a_number", 1.7e9, "m")
    assert word in bad.detail


@pytest.mark.parametrize("time", ["true", '"5"', "null", "1e999", "[]"])
def test_a_time_that_is_no_number_is_refused(time):
    found = senml(f'[{{"n":"a","v":1,"t":{time}}}]'.encode(), received_us=NOW)
    assert [bad.reason for bad in found.bad] == ["bad_time"] or "JSON" in found.bad[0].detail


def test_a_sum_beside_a_value_is_left_out():
    found = senml(b'[{"n":"a","v":2,"s":9}]', received_us=NOW)
    assert found.value.tolist() == [2.0]


def test_a_refused_record_keeps_its_whole_value_for_the_correction():
    [bad] = senml(b'[{"bv":20,"n":"a","v":2,"t":"noon"}]', received_us=NOW).bad
    assert (bad.reason, bad.reading["value"]) == ("bad_time", 22.0)
