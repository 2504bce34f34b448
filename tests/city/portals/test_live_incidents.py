"""A page of one incident hears of that incident only, and only who may see it hears at all."""

import asyncio

import psycopg
import pytest
from django.test import AsyncClient

from chengan.city.portals import broadcast
from chengan.city.portals.broadcast import Topics
from chengan.city.portals.views import live

pytestmark = pytest.mark.django_db(transaction=True)
ONE, TWO = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"


async def skip_first(stream):
    """The opening beat, and the news that the listener has begun."""
    await anext(stream)
    assert "incidents" in await anext(stream)


def test_news_of_one_incident_reaches_its_pages_alone(monkeypatch):
    async def heard():
        shared = Topics("incidents")
        streams = [live.events(shared, topic) for topic in (ONE, ONE, TWO)]
        await asyncio.gather(*map(skip_first, streams))
        with psycopg.connect(broadcast.place(), autocommit=True) as database:
            database.execute("select pg_notify('incidents', %s)", [ONE])
        told = await asyncio.gather(*map(anext, streams[:2]))
        assert all("event: incidents\ndata: 2" in each for each in told)
        monkeypatch.setattr(live, "BEAT_S", 0.2)
        assert "event: beat" in await anext(streams[2])
        for stream in streams:
            await stream.aclose()
        assert shared.audience(ONE) == 0

    asyncio.run(heard())


def test_who_may_not_see_an_incident_hears_nothing():
    async def ask():
        return await AsyncClient().get(f"/live/incidents/{ONE}/")

    assert asyncio.run(ask()).status_code == 403
