"""Quarantined data is corrected and sent once, discarded with a reason, or stays open."""

import msgspec
import pytest

from chengan.city.hub import quarantine
from chengan.city.hub.errors import AlreadyHandled, LogUnreachable, NothingToReplay, ReasonMissing
from chengan.city.hub.models import Quarantined
from chengan.city.hub.quarantine import Change

from .conftest import AT

TYPO = {"datastream": "typo", "time": 1.7e9, "value": 2.0, "unit": "kPa"}
OTHER = {"datastream": "other", "time": 1.7e9, "value": 3.0}


class Door:
    def __init__(self):
        self.sent = []

    def send(self, message):
        self.sent.append(message)
        return 7


@pytest.fixture
def log(monkeypatch):
    made = Door()
    monkeypatch.setattr(quarantine.door, "shared", lambda: made)
    return made


@pytest.fixture
def item(gas):
    return Quarantined.objects.create(
        source=gas, road="mqtt", reason="unknown_datastream", readings=[TYPO], received_at=AT
    )


def test_a_corrected_item_goes_by_its_own_road_and_only_once(log, item):
    change = Change({"datastream": "ch4"})
    assert quarantine.replay(item=item, change=change, by="li", at=AT) == 7
    [sent] = log.sent
    assert (sent.subject, sent.replay_of) == ("readings.0.quarantine.gas", item.pk)
    assert msgspec.json.decode(sent.payload) == [{"n": "ch4", "v": 2.0, "u": "kPa", "t": 1.7e9}]
    with pytest.raises(AlreadyHandled):
        quarantine.replay(item=item, change=Change(), by="wang", at=AT)
    assert len(log.sent) == 1


def test_one_reading_or_one_datastream_is_changed_and_no_other():
    made = Change({"unit": "Pa"}, was="typo", rows={1: {"value": "9"}}).of([TYPO, OTHER])
    assert made == [{**TYPO, "unit": "Pa"}, {**OTHER, "value": "9"}]


def test_an_item_stays_open_when_the_log_is_away(log, item, monkeypatch):
    def away(_message):
        raise LogUnreachable("away")

    monkeypatch.setattr(log, "send", away)
    with pytest.raises(LogUnreachable):
        quarantine.replay(item=item, change=Change(), by="li", at=AT)
    item.refresh_from_db()
    assert item.status == "open"


def test_an_item_without_readings_is_not_sent(log, item):
    item.readings = None
    with pytest.raises(NothingToReplay):
        quarantine.replay(item=item, change=Change(), by="li", at=AT)


def test_a_discarded_item_says_why_and_can_be_opened_again(log, item):
    with pytest.raises(ReasonMissing):
        quarantine.discard(item=item, why=" ", by="li", at=AT)
    quarantine.discard(item=item, why="test rig", by="li", at=AT)
    item.refresh_from_db()
    assert (item.status, item.handled_why, item.handled_by) == ("discarded", "test rig", "li")
    quarantine.reopen(item=item, by="wang", at=AT)
    item.refresh_from_db()
    assert (item.status, item.handled_why) == ("open", "")
    with pytest.raises(AlreadyHandled):
        quarantine.reopen(item=item, by="wang", at=AT)


def test_another_correction_after_reopening_is_not_taken_for_the_first(log, item):
    quarantine.replay(item=item, change=Change({"unit": "Pa"}), by="li", at=AT)
    quarantine.reopen(item=item, by="li", at=AT)
    quarantine.replay(item=item, change=Change({"unit": "MPa"}), by="li", at=AT)
    assert len({sent.name for sent in log.sent}) == 2


def test_one_failure_among_many_stops_no_other(log, item, gas):
    raw = Quarantined.objects.create(
        source=gas, road="http", reason="torn_payload", payload=b"x", received_at=AT
    )
    made = quarantine.settle_many([raw, item], act="replay", by="li", at=AT, change=Change())
    assert (made.done, made.failed) == (1, 1)
    assert "no readings" in made.why


def test_a_log_that_is_away_ends_the_many_at_its_first(log, item, gas, monkeypatch):
    tried = []

    def away(message):
        tried.append(message)
        raise LogUnreachable("away")

    monkeypatch.setattr(log, "send", away)
    other = Quarantined.objects.create(
        source=gas, road="http", reason="wrong_unit", readings=[TYPO], received_at=AT
    )
    made = quarantine.settle_many([item, other], act="replay", by="li", at=AT)
    assert (made.done, made.failed, len(tried)) == (0, 2, 1)
    assert Quarantined.objects.filter(status="open").count() == 2


def test_an_act_that_is_none_is_refused(item):
    with pytest.raises(ValueError, match="act"):
        quarantine.settle_many([item], act="burn", by="li", at=AT)
