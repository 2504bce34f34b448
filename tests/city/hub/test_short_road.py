"""Bulk readings past the pages' middleware: the same answers, no more read than may come."""

import asyncio
import json

import pytest
from django.db import OperationalError

from chengan.city.hub import short_road
from chengan.city.hub.views import road

ADDRESS = "/api/v1/sources/met/readings"


def scope(path=ADDRESS, method="POST", **headers):
    return {
        "type": "http", "method": method, "path": path, "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode())
                    for name, value in headers.items()],
    }  # fmt: skip


def ask(pieces, last="http.request", **more):
    """Send pieces of a body; give the events that come back and how many pieces were read."""
    events = [{"type": last, "body": piece, "more_body": True} for piece in pieces]
    events[-1] |= {"more_body": False}
    waiting, said = iter(events), []
    left = len(events)

    async def receive():
        nonlocal left
        left -= 1
        return next(waiting)

    async def send(event):
        said.append(event)

    asyncio.run(short_road.answer(scope(**more), receive, send, "met"))
    return said, len(events) - left


def test_only_the_road_of_a_source_goes_the_short_way():
    assert short_road.source_of(scope()) == "met"
    others = (ADDRESS + "/", "/api/v1/sources/a/b/readings", "/hub/", ADDRESS + "\n")
    assert not any(short_road.source_of(scope(path)) for path in others)
    assert short_road.source_of({"type": "lifespan", "path": ADDRESS}) == ""


def test_an_answer_has_the_views_status_headers_and_length(monkeypatch):
    monkeypatch.setattr(road.tokens, "opened_by", lambda *_given, **_more: refuse())

    def refuse():
        raise road.NotAuthentic("send a valid token")

    (start, body), _read = ask([b"x"])
    head = dict(start["headers"])
    assert (start["status"], head[b"www-authenticate"]) == (401, b"Bearer")
    assert int(head[b"content-length"]) == len(body["body"])
    assert json.loads(body["body"]) == {"error": "send a valid token"}
    assert ask([b""], method="GET")[0][0]["status"] == 405


def test_no_more_is_read_than_a_body_may_have(monkeypatch, settings):
    settings.MAX_BODY_BYTES = 100
    seen = []
    monkeypatch.setattr(road, "readings", lambda request, key: seen.append(request.body) or gone())

    def gone():
        return road.refusal(road.TooLarge("too large"))

    (start, _body), read = ask([b"x" * 60] * 5)
    assert (start["status"], read, [len(each) for each in seen]) == (413, 2, [101])


def test_who_goes_away_in_the_middle_sends_nothing(monkeypatch):
    monkeypatch.setattr(road, "readings", lambda *_given: pytest.fail("half a body"))
    assert ask([b"half"], last="http.disconnect") == ([], 1)


def test_a_connection_that_was_closed_is_opened_again_and_a_fault_is_told(monkeypatch):
    turns = iter([OperationalError("gone"), None, ValueError("broken")])

    def work(_request, key):
        if error := next(turns):
            raise error
        return road.JsonResponse({"key": key}, status=202)

    monkeypatch.setattr(road, "readings", work)
    monkeypatch.setattr(short_road.connection, "close", lambda: None)
    assert ask([b"a"])[0][0]["status"] == 202
    assert ask([b"a"])[0][0]["status"] == 500
