"""Every open page hears of a change, by one connection to the database."""

import asyncio
from datetime import UTC, datetime

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test import AsyncClient

from chengan.city.journal import api as journal
from chengan.city.portals import broadcast
from chengan.city.portals.broadcast import Broadcast
from chengan.city.portals.views import live

pytestmark = pytest.mark.django_db(transaction=True)
COUNT = (
    "select count(*) from pg_stat_activity"
    " where application_name = 'chengan alarms' and datname = current_database()"
)
PAGES = 200


@pytest.fixture
def database():
    with psycopg.connect(broadcast.place(), autocommit=True) as made:
        yield made


@sync_to_async
def state_something():
    """State a fact and tell of it, as a service does, in a connection of its own."""
    fact = journal.Fact("test.said", "test:1", {}, datetime(2026, 1, 1, tzinfo=UTC))
    journal.append([fact])
    with connection.cursor() as sql:
        sql.execute("select pg_notify('alarms', '1')")
    connection.close()


async def skip_first(stream):
    """The opening beat, and the news that the listener has begun."""
    await anext(stream)
    assert "alarms" in await anext(stream)


def test_many_pages_share_one_connection_and_all_hear(database):
    async def many():
        shared = Broadcast("alarms")
        streams = [live.events(shared) for _ in range(PAGES)]
        await asyncio.gather(*map(skip_first, streams))
        assert database.execute(COUNT).fetchone()[0] == 1
        database.execute("select pg_notify('alarms', '1')")
        heard = await asyncio.gather(*map(anext, streams))
        assert all("event: alarms" in each for each in heard)
        for stream in streams:
            await stream.aclose()
        await asyncio.sleep(0.1)
        return database.execute(COUNT).fetchone()[0]

    assert asyncio.run(many()) == 0


def test_news_of_a_slow_page_is_kept_for_it(database):
    async def slow():
        stream = live.events(Broadcast("alarms"))
        await skip_first(stream)
        for _ in range(5):
            database.execute("select pg_notify('alarms', '1')")
        await asyncio.sleep(0.2)
        first = await anext(stream)
        await stream.aclose()
        return first

    assert "event: alarms" in asyncio.run(slow())


def test_a_lost_connection_is_opened_again_and_counts_as_news(database, monkeypatch):
    monkeypatch.setattr(broadcast, "AGAIN_S", 0.05)

    async def lost():
        stream = live.events(Broadcast("alarms"))
        await skip_first(stream)
        database.execute(f"select pg_terminate_backend(pid) {COUNT[COUNT.index('from') :]}")
        found = await anext(stream)
        await stream.aclose()
        return found

    assert "event: alarms" in asyncio.run(lost())


def test_without_news_it_beats_and_after_its_life_it_ends(monkeypatch):
    monkeypatch.setattr(live, "BEAT_S", 0.05)
    monkeypatch.setattr(live, "LIFE_S", 0.5)

    async def quiet():
        return [each async for each in live.events(Broadcast("nothing_comes_here"))]

    found = asyncio.run(quiet())
    assert sum("beat" in each for each in found) >= 3


def id_of(event):
    return event.split("\n")[0].removeprefix("id: ")


def test_who_comes_back_hears_at_once_what_happened_meanwhile():
    async def away():
        shared = Broadcast("alarms")
        stays, leaves = live.events(shared), live.events(shared)
        await anext(stays)
        await anext(leaves)
        reached = id_of(await anext(leaves))
        await anext(stays)
        await leaves.aclose()
        await state_something()
        assert id_of(await anext(stays)) != reached  # the others hear it as it happens
        back = live.events(shared, last=reached)
        await anext(back)
        heard = await asyncio.wait_for(anext(back), 2)
        await back.aclose()
        await stays.aclose()
        return reached, heard

    reached, heard = asyncio.run(away())
    assert "event: alarms" in heard
    assert id_of(heard) != reached


def test_who_comes_back_to_nothing_new_hears_only_the_heartbeat(monkeypatch):
    async def away():
        shared = Broadcast("alarms")
        stays = live.events(shared)
        await anext(stays)
        reached = id_of(await anext(stays))
        monkeypatch.setattr(live, "BEAT_S", 0.05)
        back = live.events(shared, last=reached)
        await anext(back)
        heard = await anext(back)
        await back.aclose()
        await stays.aclose()
        return heard

    assert "event: beat" in asyncio.run(away())


def test_news_told_while_the_point_is_read_is_not_lost(monkeypatch):
    read = Broadcast._read_point

    async def slowly(self, listening):
        await read(self, listening)
        if not self.point.startswith("0-"):
            return
        await state_something()

    monkeypatch.setattr(Broadcast, "_read_point", slowly)

    async def busy():
        stream = live.events(Broadcast("alarms"))
        await anext(stream)
        ids = [id_of(await asyncio.wait_for(anext(stream), 5)) for _ in range(2)]
        await stream.aclose()
        return ids

    first, second = asyncio.run(busy())
    assert first != second


def test_nobody_listens_without_signing_in():
    async def stranger():
        return (await AsyncClient().get("/live/")).status_code

    assert asyncio.run(stranger()) == 403
