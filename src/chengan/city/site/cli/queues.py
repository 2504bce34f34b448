"""The worker `jobs`: runs what was queued, and what takes long beside all else.

A worker runs its jobs one after the other, in a thread. Queues of long jobs have a worker of their
own in the same process, so that imports, and what takes up the work of the dead, never wait for
them.
"""

import asyncio
import signal
from collections.abc import Collection
from typing import Any, cast

from procrastinate import App


def run() -> None:
    """Serve all queues until told to stop (SIGTERM, SIGINT); jobs that run are ended first."""
    from procrastinate.contrib.django import app

    from chengan.city.warn import api as warn

    with app.replace_connector(cast(Any, app.connector).get_worker_connector()):
        asyncio.run(_opened(app, [warn.PIPES_QUEUE]))


async def _opened(app: App, apart: Collection[str]) -> None:
    async with app.open_async():
        await serve(app, apart)


async def serve(app: App, apart: Collection[str], **options: Any) -> None:
    """Run a worker for all queues of `app` but those in `apart`, and one for each of these.

    Where one ends (told to, or in trouble), the others end too. `options` are a worker's.
    """
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    known = {task.queue for task in app.tasks.values()}
    workers = [
        asyncio.create_task(
            app.run_worker_async(queues=queues, install_signal_handlers=False, **options)
        )
        for queues in (sorted(known - set(apart)), *([queue] for queue in apart))
    ]
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    for worker in workers:
        worker.add_done_callback(lambda _ended: stop.set())
    await stop.wait()
    for worker in workers:  # once only: told twice, a worker leaves its job in the middle
        worker.cancel()
    for ended in await asyncio.gather(*workers, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended
