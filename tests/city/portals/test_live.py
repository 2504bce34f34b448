"""Every open page hears of a change, by one connection to the database."""

import asyncio

import psycopg
import pytest
from django.test import AsyncClient

from chengan.city.portals import broadcast
from chengan.city.portals.broadcast import Broadcast
from chengan.city.portals.views import live

pytestmark = pytest.mark.django_db(transaction=True)
COUNT = (
    "select count(*) from pg_stat_activity"
    " where query ilike 'listen %%alarms' and datname = current_database()"
)
PAGES = 200


@pytest.fixture
def database():
    with psycopg.connect(broadcast.place(), autocommit=True) as made:
        yield made


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


def test_nobody_listens_without_signing_in():
    async def stranger():
        return (await AsyncClient().get("/live/")).status_code

    assert asyncio.run(stranger()) == 403
