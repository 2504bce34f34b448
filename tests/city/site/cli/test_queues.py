"""The worker `jobs` serves long queues beside the others."""

import asyncio
import signal
import threading

import pytest
from procrastinate import App
from procrastinate.testing import InMemoryConnector

from chengan.city.site.cli import queues

LONG_S = 60


@pytest.fixture
def app():
    """An application whose connector is a dictionary."""
    return App(connector=InMemoryConnector())


def serve(app, **options):
    async def opened():
        async with app.open_async():
            await queues.serve(app, ["long"], listen_notify=False, **options)

    asyncio.run(opened())


def test_a_long_job_runs_beside_the_others_and_those_one_after_the_other(app):
    """The long one waits for the second short one: in one row they would never end."""
    both = threading.Barrier(2, timeout=LONG_S)
    told = []

    @app.task(queue="long")
    def take_long():
        both.wait()
        told.append("long")

    @app.task(queue="short")
    def take(name):
        told.append(f"{name} begun")
        if name == "b":
            both.wait()
        told.append(f"{name} done")

    take_long.defer()
    take.defer(name="a")
    take.defer(name="b")
    serve(app, wait=False)
    assert [each for each in told if each != "long"] == ["a begun", "a done", "b begun", "b done"]
    assert {job["status"] for job in app.connector.jobs.values()} == {"succeeded"}


def test_told_to_stop_it_ends_what_runs_and_begins_nothing(app):
    @app.task(queue="long")
    def take_long():
        signal.raise_signal(signal.SIGTERM)

    @app.task(queue="long")
    def never():
        raise AssertionError

    take_long.defer()
    never.defer()
    serve(app)
    assert [job["status"] for job in app.connector.jobs.values()] == ["succeeded", "todo"]


def test_a_look_for_a_likely_pipe_has_a_queue_of_its_own():
    from procrastinate.contrib.django import app

    from chengan.city.warn import api as warn

    named = {task.name: task.queue for task in app.tasks.values()}
    assert [name for name in named if named[name] == warn.PIPES_QUEUE] == ["warn.name_pipes"]
