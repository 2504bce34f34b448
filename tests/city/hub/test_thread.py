"""The loop on a thread of its own ends all that runs on it."""

import asyncio

from chengan.city.hub.thread import LoopThread


def test_what_still_runs_is_ended_before_the_thread_goes() -> None:
    thread, ended = LoopThread("test"), []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def begin() -> asyncio.Task[None]:
        task = asyncio.create_task(work())
        await asyncio.sleep(0)
        return task

    task = thread.wait(begin(), 5)
    thread.close()
    assert (ended, task.cancelled(), thread.is_closed) == ([True], True, True)
