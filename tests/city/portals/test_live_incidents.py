"""A page of one incident hears of that incident only, and only who may see it hears at all."""

import asyncio

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test import AsyncClient

from chengan.city.places import api as places
from chengan.city.places.models import Grant, Role, User
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


def test_an_open_stream_holds_no_connection_of_the_database():
    places.seed_roles()
    city = places.put_organisation(code="city", kind="city", name_zh="城")
    user = User.objects.create_user("officer", password="a-long-pass-phrase-9")
    Grant.objects.create(user=user, role=Role.objects.get(code="duty_officer"), organisation=city)

    async def ask():
        client = AsyncClient()
        await client.aforce_login(user)
        answer = await client.get("/live/")
        held = await sync_to_async(lambda: connection.connection)()
        answer.close()
        return answer.status_code, held

    assert asyncio.run(ask()) == (200, None)
