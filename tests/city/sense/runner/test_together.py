"""Streams that move together, and steps, are judged in the city as the same readings in a file."""

from datetime import timedelta

import numpy as np
import pytest

from chengan.city.hub import api as hub
from chengan.city.hub.models import Source
from chengan.city.journal import api as journal
from chengan.city.sense import api as sense
from chengan.city.sense.models import Datastream
from chengan.city.sense.runner.partition import Partition
from chengan.city.sense.runner.registry import Registry
from chengan.city.sense.runner.together import Group, Member, Together
from chengan.city.site.wide.judging import judged
from chengan.city.site.wide.table import Table
from chengan.core.joint.watch import Watch
from chengan.core.stream.events import Kind, Quality
from tests.city.sense.runner.conftest import AT
from tests.core.joint.test_watch import rig

ROWS = 1100
MINUTE = 60_000_000
ASKED = {
    "high": [], "low": [], "joint_group": "object:1", "joint_severity": 3, "release_severity": 0,
}  # fmt: skip


def readings():
    found = rig(ROWS, 6).round(3)
    found[600:640, 1] += 3.0
    found[800:830] += [1.0, -2.0, 1.0]
    return found


@pytest.fixture
def three(stream):
    made = [stream]
    for key in ("ch5", "ch6"):
        fields = {f.name: getattr(stream, f.name) for f in Datastream._meta.concrete_fields}
        made.append(Datastream.objects.create(**{**fields, "id": None, "key": key}))
    sense.set_limits({each.pk: ASKED | {"rule": "odd/1"} for each in made})
    return made


def csv(three, values, begin, end):
    rows = (
        f"{each.key},{(AT + timedelta(minutes=n)).isoformat()},{values[n, k]}"
        for n in range(begin, end)
        for k, each in enumerate(three)
    )
    return "\n".join(["datastream,time,value", *rows]).encode()


def sent(runner, three, values, begin, end, number):
    heard = round((AT + timedelta(minutes=end)).timestamp() * 1e6)
    body = csv(three, values, begin, end)
    runner.take([hub.Message(three[0].source.key, "http", "csv", body, heard)], number)


def facts(cause):
    return [each for each in journal.after(0) if each.data.get("cause") == cause]


def test_the_runner_gives_the_same_numbers_as_the_file(three, lake, tmp_path):
    values = readings()
    for number, (begin, end) in enumerate([(0, 350), (350, 610), (610, ROWS)]):
        runner = Partition(lake)  # taken over anew after each part, as after a crash
        sent(runner, three, values, begin, end, number + 1)
        if number == 1:
            runner.roll()
        runner.close()
    lines = (
        f"{(AT + timedelta(minutes=n)).isoformat()},{a},{b},{c}"
        for n, (a, b, c) in enumerate(values.tolist())
    )
    path = tmp_path / "file.csv"
    path.write_text("\n".join(["time,a,b,c", *lines]))
    parts = list(judged(Table(path, None)))
    alarm = np.concatenate([part.alarm for part in parts])
    score = np.concatenate([part.score for part in parts])
    times = np.concatenate([part.rows.times for part in parts])
    began = np.flatnonzero(np.diff(alarm.astype(int), prepend=0) == 1)
    ended = np.flatnonzero(np.diff(alarm.astype(int), prepend=0) == -1)
    told = facts("joint")
    assert len(began) >= 2
    begun = [each.data for each in told if each.kind == "sense.breach.began"]
    assert [each["time"] for each in begun] == times[began].tolist()
    assert [each["score"] for each in begun] == score[began].round(4).tolist()
    over = [each.data["time"] for each in told if each.kind == "sense.breach.ended"]
    assert over == times[ended].tolist()
    first = begun[0]
    assert first["datastream"] == three[1].pk
    assert (first["who"], first["of"], first["severity"]) == ("alone", 3, 3)
    assert first["most"][0] == [three[1].pk, pytest.approx(0.003, abs=0.001)]
    assert first["value"] - first["expected"] == pytest.approx(0.003, abs=0.001)  # in m
    # A trial of the same rule on what was stored tells the same; twice the limit is reached less.
    (group,) = sense.groups_of({each.pk: ASKED for each in three})
    asked = {each.pk: ASKED for each in three}
    span = (times[0] - MINUTE, times[-1] + MINUTE)
    shares: list[float] = []
    tried = sense.rehearse_group(
        group, asked, *span, (1.0, 2.0, 0.5), lambda share: not shares.append(share)
    )
    once, less, more = tried.raised
    assert [each.onset for each in once] == times[began].tolist()
    assert [each.end for each in once] == times[ended].tolist()
    assert once[0].about["who"] == "alone"
    assert (tried.readings, tried.rows, tried.least) == (3 * ROWS, ROWS, 400)
    assert len(less) <= len(once) <= len(more)
    assert shares == sorted(shares) and 0.99 < shares[-1] <= 1.0
    assert sense.rehearse_group(group, asked, *span, (1.0,), lambda _share: False) is None


def test_a_row_waits_for_its_members_and_no_longer_than_two_rows():
    group = Group(tuple(Member(slot, 2, 60.0) for slot in (4, 7)), Watch(2))

    def rows(slots, minutes, seen):
        time = np.array(minutes) * MINUTE
        return group.rows(np.array(slots), time, np.array(seen, dtype=np.float64))

    assert rows([4], [0], [1.0]) == []
    ((at, row),) = rows([7], [0], [2.0])
    assert (at, row.tolist()) == (0, [1.0, 2.0])
    assert rows([4, 4], [1, 2], [1.0, 1.0]) == []  # 7 is late, and may come yet
    ((at, row),) = rows([4], [3], [1.0])
    assert at == MINUTE
    np.testing.assert_array_equal(row, [1.0, np.nan])
    assert rows([7], [1], [9.0]) == []  # its row has been judged
    assert [at for at, _row in rows([7], [500], [9.0])] == [2 * MINUTE, 3 * MINUTE]
    assert rows([4], [4], [1.0]) == []  # one clock that is ahead hurries nobody else
    ((at, row),) = rows([7], [4], [2.0])
    assert (at, row.tolist()) == (4 * MINUTE, [1.0, 2.0])


def test_one_alone_is_no_group_and_other_members_are_another_group():
    member = [Member(slot, 2, 60.0) for slot in (1, 2, 3)]
    begun = Together().under({"a": tuple(member[:2]), "b": (member[2],)})
    assert list(begun.groups) == ["a"]
    watch = begun.groups["a"].watch
    assert begun.under({"a": tuple(member[:2])}).groups["a"].watch is watch
    assert begun.under({"a": tuple(member)}).groups["a"].watch is not watch


@pytest.mark.parametrize("minutes", [1, 5])
def test_a_group_that_reports_at_another_pace_begins_anew_and_hears_all_the_same(minutes):
    def members(interval_s):
        return {"a": tuple(Member(slot, 3, interval_s) for slot in (1, 2))}

    def rows(groups, first, step, count):
        time = np.repeat(first + step * MINUTE * np.arange(count), 2)
        heard = []
        groups.heard = lambda at, _score: heard.append(at)
        good = np.full(2 * count, Quality.GOOD)
        found = groups.take(np.tile([1, 2], count), time, np.zeros(2 * count), good)
        return heard, [(each.kind, each.onset, each.time) for each in found.rows()]

    start = 10_000 * 60 * MINUTE
    before = Together().under(members(60.0))
    assert len(rows(before, start, 1, 100)[0]) == 100
    before.groups["a"].on = (2, start)
    after = before.under(members(60.0 * minutes))
    assert before.groups["a"].interval_us == MINUTE  # what is replayed is as it was
    heard, events = rows(after, start + 100 * MINUTE, minutes, 20)
    assert len(heard) == 20
    is_other = minutes > 1
    assert (after.groups["a"].watch is before.groups["a"].watch) is not is_other
    over = [(Kind.BREACH_ENDED, start, start + 100 * MINUTE)]
    assert events == over if is_other else after.groups["a"].on is None


@pytest.mark.parametrize("is_crash", [False, True])
@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"joint_severity": 0}, "withdrawn"),
        ({"joint_group": "owner:1"}, "regrouped"),
        ({"is_active": False}, "regrouped"),
    ],
)
def test_an_alarm_of_a_group_that_changes_ends_once_and_says_why(three, lake, is_crash, more, why):
    values = readings()
    runner = Partition(lake)
    sent(runner, three, values, 0, 620, 1)  # the second one left the others at row 600
    if "is_active" in more:
        Datastream.objects.filter(pk=three[2].pk).update(is_active=False)
    else:
        sense.set_limits({each.pk: ASKED | {"rule": "odd/2"} | more for each in three})
    if not is_crash:
        runner.roll()
    runner.close()
    for number, begin in enumerate([620, 622, 624]):
        runner = Partition(lake)  # taken over anew each time, once with what was to be told
        sent(runner, three[:2], values, begin, begin + 2, number + 2)
        runner.close()
    began, ended = facts("joint")
    assert (began.kind, ended.kind) == ("sense.breach.began", "sense.breach.ended")
    assert (ended.data["onset"], ended.data["datastream"]) == (began.data["onset"], three[1].pk)
    assert ended.data["why_over"] == why
    assert ended.data["time"] == round((AT + timedelta(minutes=620)).timestamp() * 1e6)


def test_those_of_other_sources_may_come_elsewhere_and_are_judged_apart(three, settings):
    about = {"owner": three[0].source.owner, "expected_per_hour": 60}
    other = Source.objects.create(key="other-3", name_zh="x", **about)
    Datastream.objects.filter(pk=three[2].pk).update(source=other)
    assert len(Registry(0).groups["object:1"]) == 3
    settings.PARTITIONS = 2
    parts = [hub.partition_of(key, 2) for key in (three[0].source.key, other.key)]
    assert parts[0] != parts[1]
    groups = [Registry(part).groups.get("object:1", ()) for part in parts]
    assert [[each.slot for each in mine] for mine in groups] == [
        [three[0].pk, three[1].pk], [three[2].pk],
    ]  # fmt: skip


def test_a_step_is_told_once_with_its_size_and_a_spike_is_not(stream, lake):
    fields = {"high": [], "low": [], "rule": "sink/1", "step_severity": 4, "step_window_s": 60.0}
    sense.set_limits({stream.pk: fields | {"step_usual": 0.001}})
    level = np.random.default_rng(2).normal(20.0, 0.1, (60, 1)).round(3)
    level[20:23] += 6.0
    level[33:] += 5.0
    for number, (begin, end) in enumerate([(0, 36), (36, 60)]):
        runner = Partition(lake)
        sent(runner, [stream], level, begin, end, number + 1)
        runner.close()
    began, ended = facts("step")
    assert (began.kind, ended.kind) == ("sense.breach.began", "sense.breach.ended")
    assert began.data["onset"] == round((AT + timedelta(minutes=33)).timestamp() * 1e6)
    assert (began.data["severity"], began.data["limit"]) == (4, None)
    assert began.data["size"] == pytest.approx(0.005, abs=0.0002)  # the level is in mm
    assert began.data["least"] == pytest.approx(0.00125, abs=0.0005)
    assert began.data["value"] - began.data["expected"] == pytest.approx(began.data["size"])


def test_what_is_asked_no_more_is_forgotten(three, lake):
    runner = Partition(lake)
    assert [len(each.members) for each in runner.memory.together.groups.values()] == [3]
    sense.set_limits({each.pk: {"high": [], "low": [], "joint_group": ""} for each in three})
    runner.roll()
    runner.close()
    none = runner.memory.together.take(*(np.zeros(1, np.int64),) * 3, np.array([Quality.GOOD]))
    assert (runner.memory.together.groups, len(none)) == ({}, 0)
