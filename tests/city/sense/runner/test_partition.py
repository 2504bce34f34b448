"""A partition stores every reading once, wherever it is stopped."""

import json
from datetime import UTC, datetime

import pytest
from django.db.models import Sum

from chengan.city.hub import api as hub
from chengan.city.hub.decoding.pack import packed
from chengan.city.hub.models import Counter, Quarantined
from chengan.city.journal import api as journal
from chengan.city.sense import api as sense
from chengan.city.sense.lake import history
from chengan.city.sense.lake.tail import Damaged
from chengan.city.sense.models import (
    Checkpoint,
    Datastream,
    Segment,
    StreamLimit,
)
from chengan.city.sense.runner.partition import Partition

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
START = int(AT.timestamp()) * 1_000_000
SECOND = 1_000_000
PLACES = ("durable", "committed")


class StoppedError(Exception):
    """What a crash looks like from within."""


def message(stream: Datastream, first: int, values: list[float], unit: str = "") -> hub.Message:
    lines = ["datastream,time,value,unit"]
    for n, value in enumerate(values):
        moment = datetime.fromtimestamp(START // SECOND + first + n, UTC).isoformat()
        lines.append(f"{stream.key},{moment},{value},{unit or stream.unit}")
    return hub.Message(
        stream.source.key, "http", "csv", "\n".join(lines).encode(), START + (first + 99) * SECOND
    )


def held(stream: Datastream) -> list[int]:
    found = history.readings(stream.pk, START, START + 3600 * SECOND)
    return [(int(time) - START) // SECOND for time in found.time]


def faults() -> int:
    return len(journal.after(0, ["sense.fault.began"]))


def stop_at(place: str):
    def hook(reached: str) -> None:
        if reached == place:
            raise StoppedError(place)

    return hook


@pytest.mark.parametrize("place", PLACES)
def test_a_crash_loses_nothing_and_doubles_nothing(stream, lake, place):
    begun = Partition(lake)
    begun.take([message(stream, 0, [1.0, 1.1, 1.2])], 1)
    begun.hook = stop_at(place)
    with pytest.raises(StoppedError):
        begun.take([message(stream, 10, [1.3, 1.4])], 2)
    begun.close()
    again = Partition(lake)
    assert again.point.log_seq == (2 if place == "committed" else 1)
    if again.point.log_seq == 1:
        again.take([message(stream, 10, [1.3, 1.4])], 2)
    again.roll()
    again.close()
    assert held(stream) == [0, 1, 2, 10, 11]
    assert Counter.objects.aggregate(all=Sum("stored"))["all"] == 5
    assert Checkpoint.objects.get().log_seq == 2


def test_a_message_sent_twice_is_counted_as_duplicate_in_tail_and_segment(stream, lake):
    work = Partition(lake)
    sent = message(stream, 0, [1.0, 1.1])
    work.take([sent], 1)
    work.take([sent], 2)
    work.roll()
    work.take([sent], 3)
    work.close()
    assert held(stream) == [0, 1]
    sums = Counter.objects.aggregate(stored=Sum("stored"), duplicate=Sum("duplicate"))
    assert sums == {"stored": 2, "duplicate": 4}


def test_contradicting_values_and_wrong_units_reach_quarantine(stream, lake):
    work = Partition(lake)
    work.take([message(stream, 0, [1.0])], 1)
    work.take([message(stream, 0, [2.0]), message(stream, 5, [1.0], unit="furlong")], 2)
    work.close()
    assert held(stream) == [0]
    assert set(Quarantined.objects.values_list("reason", flat=True)) == {"conflict", "wrong_unit"}
    kept = Quarantined.objects.get(reason="conflict")
    assert (kept.road, kept.readings[0]["value"], kept.readings[0]["unit"]) == ("http", 2.0, "mm")


def test_a_contradiction_by_mqtt_names_its_road_and_what_cannot_be_read_keeps_its_bytes(
    stream, lake
):
    work = Partition(lake)
    work.take([message(stream, 0, [1.0])], 1)
    said = {"t": START // SECOND, "v": 2}
    told = [
        ("chengan/gas/ch4", json.dumps(said).encode(), START),
        ("chengan/gas/ch4", b"broken", START),
        ("chengan/gas/senml", b"[{", START),
    ]
    work.take([hub.Message("gas", "mqtt", "mqtt-pack", packed(told), START)], 2)
    work.close()
    found = {kept.reason: kept for kept in Quarantined.objects.all()}
    assert {kept.road for kept in found.values()} == {"mqtt"}
    assert found["conflict"].readings == [
        {"datastream": "ch4", "time": START / 1e6, "value": 2.0, "unit": "mm"}
    ]
    assert bytes(found["not_a_number"].payload) == b"broken"
    assert bytes(found["torn_payload"].payload) == b"[{"
    assert found["torn_payload"].payload_format == "senml"


NUL = [
    ("ch4", b'{"v":"a\\u0000"}', {"datastream": "ch4", "time": None, "value": "a␀"}),
    ("ch4", b"12.5\0", {"datastream": "ch4", "time": None, "value": "12.5␀"}),
    ("ch4", b'{"v":1,"u":"\\u0000"}', {"datastream": "ch4", "value": 1.0, "unit": "␀"}),
    ("senml", b'[{"n":"a\\u0000","v":1}]', {"datastream": "a␀", "value": 1.0, "unit": ""}),
    ("senml", b'[{"n":"b","vs":"\\u0000"}]', {"datastream": "b", "value": "␀"}),
]
DEEP = [(topic, b"[" * 100_000) for topic in ("ch4", "senml")]


def test_no_device_can_stop_the_work_by_what_it_sends(stream, lake):
    work = Partition(lake)
    said = [*[(topic, sent) for topic, sent, _expected in NUL], *DEEP, ("ch4", b"1")]
    told = [(f"chengan/gas/{topic}", sent, START) for topic, sent in said]
    work.take([hub.Message("gas", "mqtt", "mqtt-pack", packed(told), START)], 1)
    work.close()
    assert held(stream) == [0]
    kept = [each for found in Quarantined.objects.all() for each in found.readings or ["torn"]]
    for _topic, _sent, expected in NUL:
        assert [each for each in kept if each != "torn" and expected.items() <= each.items()]
    assert kept.count("torn") == len(DEEP)
    assert len(kept) == len(NUL) + len(DEEP)


def test_a_nul_in_a_table_spares_the_rows_behind_it(stream, lake):
    work = Partition(lake)
    rows = b"datastream,time,value\nch4,1772424000,1.5\0\nno\0such,1772424000,1\nch4,1772424000,1\n"
    work.take([hub.Message("gas", "http", "csv", rows, START)], 1)
    work.close()
    assert held(stream) == [0]
    values = {kept.reason: kept.readings[0] for kept in Quarantined.objects.all()}
    assert values["not_a_number"]["value"] == "1.5␀"
    assert values["unknown_datastream"]["datastream"] == "no␀such"


def test_a_file_of_its_own_that_no_row_names_is_removed(stream, lake):
    orphan, others = lake / "segments" / "0-0.parquet", lake / "segments" / "10-0.parquet"
    for file in (orphan, others):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"never committed")
    Partition(lake).close()
    assert not orphan.exists()
    assert others.exists()
    assert not Segment.objects.exists()


def test_the_newest_reading_is_given_with_all_others(stream, lake):
    work = Partition(lake)
    work.take([message(stream, 0, [1.0, 1.1])], 1)
    work.write_latest()
    work.close()
    newest = sense.latest_all()
    assert newest["datastream"].tolist() == [stream.pk]
    assert newest["time"].tolist() == [START + SECOND]


def test_what_was_sent_is_kept_beside_si_in_tail_and_segment(stream, lake):
    work = Partition(lake)
    work.take([message(stream, 10, [1.5])], 1)
    work.take([message(stream, 0, [0.2], unit="cm")], 2)
    for _ in range(2):
        found = history.readings(stream.pk, START, START + 60 * SECOND)
        assert found.given.tolist() == [0.2, 1.5]
        assert found.unit.tolist() == ["cm", "mm"]
        assert found.value.tolist() == pytest.approx([0.002, 0.0015])
        assert found.late.tolist() == [True, False]
        assert found.arrival.tolist() == [START + 99 * SECOND, START + 109 * SECOND]
        work.roll()
    work.close()


def test_a_damaged_tail_stops_the_runner_instead_of_losing_readings(stream, lake, monkeypatch):
    monkeypatch.setattr(history, "PATIENCE_S", 0.1)
    work = Partition(lake)
    work.take([message(stream, 0, [1.0])], 1)
    work.close()
    path = lake / work.point.tail_file
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Damaged, match=path.name):
        Partition(lake)
    with pytest.raises(Damaged):
        held(stream)


def test_a_night_without_a_runner_makes_nobody_silent(stream, lake):
    StreamLimit.objects.create(datastream=stream, silent_s=120, version=1)
    work = Partition(lake)
    work.listen(START)
    work.take([message(stream, 0, [1.0])], 1)
    work.heard(START + 100 * SECOND)
    work.close()
    night = 8 * 3600
    work = Partition(lake)
    work.listen(START + night * SECOND)
    work.tick(START + (night + 119) * SECOND)
    assert faults() == 0
    work.tick(START + (night + 121) * SECOND)
    assert faults() == 1
    work.close()
    again = Partition(lake)
    assert again.memory.state.same_as(work.memory.state)
    again.close()


def test_a_short_stop_does_not_begin_the_waiting_anew(stream, lake):
    StreamLimit.objects.create(datastream=stream, silent_s=120, version=1)
    work = Partition(lake)
    work.listen(START)
    work.take([message(stream, -99, [1.0])], 1)
    work.heard(START + 90 * SECOND)
    work.listen(START + 110 * SECOND)
    work.tick(START + 125 * SECOND)
    assert faults() == 1
    work.close()


def test_only_the_partition_of_a_source_misses_what_it_does_not_hear(stream, lake, settings):
    settings.PARTITIONS = 2
    StreamLimit.objects.create(datastream=stream, silent_s=120, version=1)
    own = hub.partition_of(stream.source.key, 2)
    for number, found in ((1 - own, 0), (own, 1)):
        work = Partition(lake, number)
        work.listen(START)
        work.tick(START + 130 * SECOND)
        work.close()
        assert faults() == found


def test_what_went_on_in_a_retired_stream_ends_once_and_says_why(stream, lake):
    StreamLimit.objects.create(datastream=stream, high=[None, None, 5e-3, None, None], version=1)
    work = Partition(lake)
    work.take([message(stream, 0, [9.0])], 1)
    work.tick(START + 10 * SECOND)
    Datastream.objects.filter(pk=stream.pk).update(is_active=False)
    work.roll()
    work.tick(START + 20 * SECOND)
    work.close()
    for _again in range(2):
        work = Partition(lake)
        work.tick(START + 30 * SECOND)
        work.close()
    began, ended = [each for each in journal.after(0) if each.data.get("cause") == "high"]
    assert (began.kind, ended.kind) == ("sense.breach.began", "sense.breach.ended")
    assert ended.data["onset"] == began.data["onset"]
    assert ended.data["why_over"] == "retired"


def test_limits_that_contradict_themselves_do_not_stop_the_others(stream, lake, caplog):
    StreamLimit.objects.create(datastream=stream, high=[None, 5.0, 2.0, None, None], version=1)
    work = Partition(lake)
    work.take([message(stream, 0, [1.0])], 1)
    work.close()
    assert held(stream) == [0]
    assert "not in force" in caplog.text


def test_one_can_ask_whether_the_runner_knows_what_changed(stream, lake):
    assert not sense.is_in_force()
    work = Partition(lake)
    assert sense.is_in_force()
    sense.set_limits({stream.pk: {"silent_s": 120.0}})
    assert not sense.is_in_force()
    work.roll()
    assert sense.is_in_force()
    work.close()


@pytest.mark.parametrize("place", PLACES)
def test_a_danger_that_comes_late_is_stated_once_wherever_it_is_stopped(stream, lake, place):
    StreamLimit.objects.create(datastream=stream, high=[None, 0.01, 0.02, None, None], version=1)
    work = Partition(lake)
    work.take([message(stream, 60, [1.0])], 1)
    work.hook = stop_at(place)
    with pytest.raises(StoppedError):
        work.take([message(stream, 10, [2.0, 25.0, 12.0])], 2)
    work.close()
    again = Partition(lake)
    if again.point.log_seq == 1:
        again.take([message(stream, 10, [2.0, 25.0, 12.0])], 2)
    again.take([message(stream, 11, [25.0])], 3)
    again.close()
    (fact,) = journal.after(0, ["sense.breach.late"])
    assert (fact.data["severity"], fact.data["value"], fact.data["limit"]) == (3, 0.025, 0.02)
    assert fact.data["time"] == fact.data["onset"] == START + 11 * SECOND
    assert journal.after(0, ["sense.breach.began"]) == []
    assert again.memory.state.worst()[stream.pk] == 0
