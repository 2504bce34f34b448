"""The door says how far the log's readers are behind, from a real log."""

import time

import pytest

from chengan.city.hub import door, log, turns
from chengan.city.hub.errors import TooFarBehind
from chengan.city.hub.log import Message
from chengan.city.hub.reader import Reader


def message(number):
    return Message("behind", "http", "csv", b"", number, partition=77, name=f"behind-{number}")


@pytest.fixture
def opened(settings, monkeypatch):
    made = door.Door(settings.NATS_URL)
    monkeypatch.setattr(door, "ASK_S", 0.0)
    yield made
    made.close()


def test_room_is_what_the_reader_has_not_taken(opened, settings, monkeypatch):
    first = opened.send(message(time.time_ns()))
    reader = Reader(settings.NATS_URL, partition=77)
    reader.open(after=first)
    try:
        for _each in range(6):
            opened.send(message(time.time_ns()))
        monkeypatch.setattr(door, "MOST_BEHIND", 5)
        with pytest.raises(TooFarBehind, match="6 messages"):
            opened.check_room()
        assert reader.wait_turn(lambda: False)
        reader.begin(first)
        taken = []
        while len(taken) < 6:
            taken += reader.fetch(6, 5.0)
        opened.check_room()
    finally:
        name = turns.consumer_name(77)
        gone = turns.ask(reader.client, f"CONSUMER.DELETE.{log.STREAM}.{name}", None)
        reader.thread.wait(gone, 5)
        reader.close()


def test_where_nobody_reads_a_nearly_full_log_takes_no_more(opened, monkeypatch):
    opened.send(message(time.time_ns()))
    monkeypatch.setattr(log, "reader_mark", lambda partition: f"nobody-{partition}")
    opened.check_room()
    monkeypatch.setattr(log, "FULL_SHARE", -1.0)
    monkeypatch.setattr(door, "MOST_BEHIND", 0)
    with pytest.raises(TooFarBehind):
        opened.check_room()
