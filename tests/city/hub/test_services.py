"""Quarantined data is sent again once, or stays open."""

import msgspec
import pytest

from chengan.city.hub import services
from chengan.city.hub.errors import AlreadyHandled, LogUnreachable, NothingToReplay
from chengan.city.hub.models import Quarantined

from .conftest import AT


class Door:
    def __init__(self):
        self.sent = []

    def send(self, message):
        self.sent.append(message)
        return 7


@pytest.fixture
def log(monkeypatch):
    made = Door()
    monkeypatch.setattr(services.door, "shared", lambda: made)
    return made


@pytest.fixture
def item(gas):
    readings = [{"datastream": "typo", "time": 1.7e9, "value": 2.0, "unit": "kPa"}]
    return Quarantined.objects.create(
        source=gas, road="mqtt", reason="unknown_datastream", readings=readings, received_at=AT
    )


def test_a_corrected_item_goes_by_its_own_road_and_only_once(log, item):
    assert services.replay(item=item, changes={"datastream": "ch4"}, by="li", at=AT) == 7
    [sent] = log.sent
    assert (sent.subject, sent.replay_of) == ("readings.0.quarantine.gas", item.pk)
    assert msgspec.json.decode(sent.payload) == [{"n": "ch4", "v": 2.0, "u": "kPa", "t": 1.7e9}]
    with pytest.raises(AlreadyHandled):
        services.replay(item=item, changes={}, by="wang", at=AT)
    assert len(log.sent) == 1


def test_an_item_stays_open_when_the_log_is_away(log, item, monkeypatch):
    def away(_message):
        raise LogUnreachable("away")

    monkeypatch.setattr(log, "send", away)
    with pytest.raises(LogUnreachable):
        services.replay(item=item, changes={}, by="li", at=AT)
    item.refresh_from_db()
    assert item.status == "open"


def test_an_item_without_readings_is_not_sent(log, item):
    item.readings = None
    with pytest.raises(NothingToReplay):
        services.replay(item=item, changes={}, by="li", at=AT)
