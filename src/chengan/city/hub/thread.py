"""An event loop on a thread of its own, for code that waits for the log without being async."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError
from typing import Any, TypeVar

from nats.errors import Error as NatsError

from chengan.city.hub.errors import LogUnreachable

Result = TypeVar("Result")


class LoopThread:
    """Runs coroutines elsewhere and waits for what they give."""

    def __init__(self, name: str) -> None:
        self.runner, self.ending = asyncio.Runner(), asyncio.Event()
        self.loop = self.runner.get_loop()
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.thread.start()

    def wait(self, work: Coroutine[Any, Any, Result], seconds: float) -> Result:
        """Run `work` and give its result.

        Raises
        ------
        LogUnreachable
            If the log does not answer in `seconds`, or the client gives up.
        """
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        try:
            return future.result(seconds)
        except (NatsError, TimeoutError, OSError, CancelledError) as error:
            future.cancel()
            raise LogUnreachable(f"the log does not answer ({error!r}): try again") from error

    @property
    def is_closed(self) -> bool:
        """Say whether the thread has been ended."""
        return self.loop.is_closed()

    def close(self) -> None:
        """End the thread, and before it all that still runs there, as a reconnection."""
        self.loop.call_soon_threadsafe(self.ending.set)
        self.thread.join(timeout=5)

    def _run(self) -> None:
        with self.runner:
            self.runner.run(self.ending.wait())
