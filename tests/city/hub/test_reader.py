"""One reader a partition has the turn, and whoever has it next leaves nothing out."""

import itertools
from types import SimpleNamespace

import pytest

from chengan.city.hub import door, log, turns
from chengan.city.hub.errors import LogUnreachable
from chengan.city.hub.log import Message, partition_of
from chengan.city.hub.reader import Reader

NUMBERS = itertools.count(100)


@pytest.fixture
def sender(settings):
    made = door.Door(settings.NATS_URL)
    yield made
    made.close()


@pytest.fixture
def partition(settings):
    number = next(NUMBERS)
    yield number
    reader = Reader(settings.NATS_URL, partition=number)
    reader.open()
    name = turns.consumer_name(number)
    reader.thread.wait(turns.ask(reader.client, f"CONSUMER.DELETE.{log.STREAM}.{name}", None), 5)
    reader.close()


@pytest.fixture
def readers(settings, partition):
    made = []

    def another():
        made.append(Reader(settings.NATS_URL, partition=partition))
        made[-1].open()
        return made[-1]

    yield another
    for each in made:
        each.close()


def put(sender, partition, count):
    return [
        sender.send(Message("turns", "http", "csv", b"", n, partition=partition))
        for n in range(count)
    ]


def read(reader, count):
    found = []
    while len(found) < count:
        found += [one.seq for one in reader.fetch(10, 1.0)]
    return found


def never():
    return False


def test_where_nothing_comes_somebody_has_the_turn_all_the_same(readers):
    first = readers()
    assert first.wait_turn(never)
    first.begin(0)
    assert first.fetch(10, 0.1) == []


def test_only_one_has_the_turn_and_the_next_reads_what_was_not_committed(
    readers, sender, partition
):
    sent = put(sender, partition, 5)
    first, second = readers(), readers()
    assert first.wait_turn(never)
    first.begin(0)
    assert read(first, 5) == sent
    assert not second.wait_turn(iter([False, True]).__next__)
    first.close()
    sent += put(sender, partition, 3)
    assert second.wait_turn(never)
    second.begin(sent[1])
    assert read(second, 6) == sent[2:]


def test_what_was_sent_and_came_late_is_not_taken_for_nothing(
    readers, sender, partition, monkeypatch
):
    sent = put(sender, partition, 5)
    reader = readers()
    assert reader.wait_turn(never)
    reader.earlier_until, reader.first = sent[-1], []  # as if the others went to one before
    reader.begin(0)
    plain, late = reader.earlier.fetch, iter([True])

    async def fetch(*given, **named):
        if next(late, False):
            raise TimeoutError
        return await plain(*given, **named)

    async def nothing_left():
        return SimpleNamespace(num_pending=0)

    monkeypatch.setattr(reader.earlier, "fetch", fetch)
    monkeypatch.setattr(reader.earlier, "consumer_info", nothing_left)
    found = []
    while len(found) < len(sent):
        found += [one.seq for one in reader.fetch(10, 0.2)]
    assert found == sent


def test_nothing_behind_a_message_that_was_lost_on_its_way_is_given_out(
    readers, sender, partition, monkeypatch
):
    sent = put(sender, partition, 4)
    plain = Reader._came

    async def came(self, message):
        is_word = "Status" in (message.headers or {})
        if is_word or message.metadata.sequence.stream != sent[2]:
            await plain(self, message)

    monkeypatch.setattr(Reader, "_came", came)
    reader, found = readers(), []
    assert reader.wait_turn(never)
    reader.begin(0)
    with pytest.raises(LogUnreachable, match="a message is missing"):
        while True:
            found += [one.seq for one in reader.fetch(10, 0.2)]
    assert found == sent[:2]


def test_who_asks_no_more_loses_the_turn_and_is_told(readers, sender, partition, monkeypatch):
    sent = put(sender, partition, 2)
    first, second = readers(), readers()
    assert first.wait_turn(never)
    first.begin(0)
    first.thread.loop.call_soon_threadsafe(first.keeper.cancel)
    assert second.wait_turn(never)
    second.begin(0)
    assert read(second, 2) == sent
    with pytest.raises(LogUnreachable, match="another worker"):
        for _each in range(50):
            first.fetch(1, 0.2)


def test_a_cursor_beyond_the_log_means_that_the_log_is_new(readers, sender, partition):
    sent = put(sender, partition, 2)
    reader = readers()
    assert reader.wait_turn(never)
    reader.begin(sent[-1] + 10**9)
    assert read(reader, 2) == sent


def test_a_leader_that_is_behind_does_not_make_the_log_new(readers, sender, partition, monkeypatch):
    sent = put(sender, partition, 2)
    reader = readers()
    assert reader.wait_turn(never)
    ends = iter([0, 0, sent[-1]])

    class Behind:
        async def stream_info(self, _name):
            return SimpleNamespace(state=SimpleNamespace(last_seq=next(ends)))

    monkeypatch.setattr("chengan.city.hub.reader.LOOK_S", 0.0)
    assert not reader.thread.wait(reader._is_new(Behind(), sent[-1]), 5)


def test_a_source_stays_in_its_partition():
    assert [partition_of("gas", count) for count in (1, 3, 8)] == [0, 2, 5]
    spread = {partition_of(f"bridge-{n}", 8) for n in range(200)}
    assert spread == set(range(8))
