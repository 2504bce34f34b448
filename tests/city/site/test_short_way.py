"""What devices send, past the pages' middleware: the same answers, no more read than may come."""

import asyncio
import json
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.http import JsonResponse

from chengan.city.site import short_way

ADDRESS = "/api/v1/sources/met/readings"


def scope(path=ADDRESS, method="POST"):
    return {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}


def ask(pieces, view=None, last="http.request", **more):
    """Send pieces of a body; give the events that come back and how many pieces were read."""
    events = [{"type": last, "body": piece, "more_body": True} for piece in pieces]
    events[-1] |= {"more_body": False}
    waiting, said = list(events), []

    async def receive():
        return waiting.pop(0)

    async def send(event):
        said.append(event)

    match = short_way.match_of(scope(**more))
    if view is not None:
        match = SimpleNamespace(func=view, args=(), kwargs=match.kwargs)
    asyncio.run(short_way.answer(scope(**more), receive, send, match))
    return said, len(events) - len(waiting)


def test_only_what_devices_send_goes_the_short_way():
    assert short_way.match_of(scope()).kwargs == {"source_key": "met"}
    others = (ADDRESS + "/", "/api/v1/sources/a/b/readings", "/hub/", "/api/v1/")
    assert not any(short_way.match_of(scope(path)) for path in others)
    assert short_way.match_of({"type": "lifespan", "path": ADDRESS}) is None


def test_an_answer_has_the_views_status_headers_and_length():
    start, body = ask([b""], method="GET")[0]
    head = dict(start["headers"])
    assert (start["status"], head[b"allow"]) == (405, b"POST")
    assert int(head[b"content-length"]) == len(body["body"])
    assert head[b"x-content-type-options"] == b"nosniff"


def test_no_more_is_read_than_a_body_may_have(settings):
    settings.MAX_BODY_BYTES = 100
    seen = []

    def view(request, source_key):
        seen.append(len(request.body))
        return JsonResponse({"source": source_key}, status=413)

    (start, body), read = ask([b"x" * 60] * 5, view)
    assert (start["status"], read, seen) == (413, 2, [101])
    assert json.loads(body["body"]) == {"source": "met"}


def test_who_goes_away_in_the_middle_sends_nothing():
    assert ask([b"half"], lambda **_given: pytest.fail("half"), last="http.disconnect") == ([], 1)


def test_a_connection_that_was_closed_is_opened_again_and_a_fault_is_told(monkeypatch):
    turns = iter([OperationalError("gone"), None, ValueError("broken")])

    def view(_request, source_key):
        if error := next(turns):
            raise error
        return JsonResponse({"source": source_key}, status=202)

    monkeypatch.setattr(short_way.connection, "close", lambda: None)
    assert ask([b"a"], view)[0][0]["status"] == 202
    assert ask([b"a"], view)[0][0]["status"] == 500
