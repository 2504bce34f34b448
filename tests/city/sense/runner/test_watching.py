"""A watched stream gives in the city what the same readings give as a file."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from chengan.city.hub import api as hub
from chengan.city.journal import api as journal
from chengan.city.sense import api as sense
from chengan.city.sense.lake import history
from chengan.city.sense.runner.partition import Partition
from chengan.city.site.wide.judging import judged
from chengan.city.site.wide.table import Table
from chengan.core.stream.anomaly import Reason
from tests.city.sense.runner.conftest import AT


def values():
    found = np.random.default_rng(8).normal(50.0, 1.0, 900).round(3)
    found[[700, 701, 850]] = 95.0, 94.0, 12.0
    return found


def csv(key, seen, first):
    rows = (
        f"{key},{(AT + timedelta(minutes=first + n)).isoformat()},{each}"
        for n, each in enumerate(seen)
    )
    return "\n".join(["datastream,time,value", *rows]).encode()


def ask(stream, **fields):
    sense.set_limits({stream.pk: {"high": [], "low": [], "rule": "odd/1", **fields}})


def facts():
    return [each for each in journal.after(0) if each.data.get("cause") == "anomaly"]


@pytest.mark.parametrize("cuts", [(900,), (300, 640, 701, 900)])
def test_the_runner_gives_the_same_numbers_as_the_file(stream, lake, tmp_path, cuts):
    # 12 a day of a reading a minute put the limit at its least: that of a file.
    ask(stream, anomaly_severity=2, anomaly_a_year=4380.0)
    begin = 0
    for number, end in enumerate(cuts):
        runner = Partition(lake)  # taken over anew after each part, as after a crash
        source = stream.source.key
        body = csv(stream.key, values()[begin:end], begin)
        heard = round((AT + timedelta(minutes=end)).timestamp() * 1e6)
        runner.take([hub.Message(source, "http", "csv", body, heard)], number + 1)
        begin = end
        runner.close()
    path = tmp_path / "file.csv"
    path.write_bytes(csv(stream.key, values(), 0).replace(f"{stream.key},".encode(), b"")
                     .replace(b"datastream,", b""))  # fmt: skip
    (part,) = judged(Table(path, None))
    began = np.flatnonzero(np.diff(part.alarm.astype(int), prepend=0) == 1)
    told = [each for each in facts() if each.kind == "sense.breach.began"]
    assert len(began) >= 2
    assert [each.data["time"] for each in told] == part.rows.times[began].tolist()
    assert [each.data["score"] for each in told] == part.score[began].round(4).tolist()
    expected = part.expected[began, 0] / 1000  # the file is in mm
    np.testing.assert_allclose([each.data["expected"] for each in told], expected, rtol=1e-6)
    assert told[0].data["reason"] in {each.name.lower() for each in Reason if each >= 0}
    assert {"severity": 2, "limit": None, "false_a_year": 4380.0}.items() <= told[0].data.items()
    assert len(history.readings(stream.pk, 0, 2**62).time) == 900


def test_what_nobody_asked_for_is_not_watched_and_what_is_asked_no_more_is_forgotten(stream, lake):
    ask(stream)
    runner = Partition(lake)
    assert len(runner.memory.watching.slots) == 0
    ask(stream, anomaly_severity=3)
    runner.roll()
    assert runner.memory.watching.slots.tolist() == [stream.pk]
    assert runner.memory.watching.profiles.nbytes <= 1200
    ask(stream, anomaly_severity=0)
    runner.roll()
    runner.close()
    assert len(runner.memory.watching.slots) == 0
    assert facts() == []


def test_history_tried_with_the_unusual_gives_the_runners_episodes(stream, monkeypatch):
    time = round(AT.timestamp() * 1e6) + 60_000_000 * np.arange(900)
    none = np.zeros(900)
    kept = history.Readings(time, values() / 1000, none, none, time, none > 0)
    monkeypatch.setattr(history, "readings", lambda *_asked: kept)
    fields = {"high": [], "low": [], "anomaly_severity": 2}
    end = int(datetime(2026, 3, 3, tzinfo=UTC).timestamp() * 1e6)
    asked = [fields | {"anomaly_a_year": each} for each in (4380.0, 0.01)]
    count, (many, few) = sense.would_raise(stream, asked, int(time[0]), end)
    assert count == 900
    assert [each.cause for each in many] == ["anomaly"] * len(many)
    assert time[700] in {each.onset for each in many}
    assert len(few) <= len(many)


def test_an_alarm_that_is_no_longer_asked_for_ends_once_and_says_why(stream, lake):
    ask(stream, anomaly_severity=2, anomaly_a_year=4380.0)
    source, seen = stream.source.key, values()[:701]  # 95 at the last reading: the alarm is on
    for number, (begin, end) in enumerate([(0, 701), (701, 702), (702, 703)]):
        runner = Partition(lake)  # a crash before the runner could see that the rule has changed
        heard = round((AT + timedelta(minutes=end)).timestamp() * 1e6)
        body = csv(stream.key, seen if not begin else [50.0], begin)
        runner.take([hub.Message(source, "http", "csv", body, heard)], number + 1)
        runner.close()
        if not begin:
            ask(stream, anomaly_severity=0)
    began, ended = facts()
    assert (began.kind, ended.kind) == ("sense.breach.began", "sense.breach.ended")
    assert ended.data["onset"] == began.data["onset"]
    assert (ended.data["why_over"], ended.data["value"]) == ("withdrawn", None)


@pytest.mark.parametrize("is_kept", [True, False])
def test_an_alarm_told_by_profiles_of_another_form_ends_once_and_says_why(stream, lake, is_kept):
    ask(stream, anomaly_severity=2, anomaly_a_year=4380.0)
    source, seen = stream.source.key, [*values()[:701].tolist(), *[50.0] * 20]
    for number, (begin, end) in enumerate([(0, 690), (690, 701), (701, 702), (702, 721)]):
        runner = Partition(lake)
        heard = round((AT + timedelta(minutes=end)).timestamp() * 1e6)
        body = csv(stream.key, seen[begin:end], begin)
        runner.take([hub.Message(source, "http", "csv", body, heard)], number + 1)
        if number == 0 or (number == 1 and is_kept):
            runner.roll()  # else the alarm begins in a tail that can't be judged again
        runner.close()
        if number == 1:
            of_another_form(lake)
    began, ended = facts()
    assert (began.kind, ended.kind) == ("sense.breach.began", "sense.breach.ended")
    assert ended.data["onset"] == began.data["onset"]
    assert (ended.data["why_over"], ended.data["value"]) == ("renewed", None)


def of_another_form(lake):
    """Take a field out of the profiles on disk."""
    for path in lake.rglob("*.newest.npz"):
        with np.load(path) as kept:
            parts = {name: kept[name] for name in kept}
        names = [name for name in parts["profiles"].dtype.names if name != "turn"]
        np.savez(path, **parts | {"profiles": parts["profiles"][names].copy()})
