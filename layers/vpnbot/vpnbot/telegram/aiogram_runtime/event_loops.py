"""Event loops that are reused, because to create one for each update takes more time than the update."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any


class EventLoops:
    """One loop per thread, created at its first update and reused until `close`."""

    def __init__(self) -> None:
        self._local = threading.local()
        self._all: list[asyncio.AbstractEventLoop] = []

    def run[T](self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in this thread's loop, and return its result.

        Raises:
            Exception: what the coroutine raised.
        """
        loop: asyncio.AbstractEventLoop | None = getattr(self._local, "loop", None)
        if loop is None or loop.is_closed():
            loop = self._local.loop = asyncio.new_event_loop()
            self._all.append(loop)
        return loop.run_until_complete(coroutine)

    def close(self) -> None:
        """Close the loops of all threads; none may be running."""
        while self._all:
            self._all.pop().close()
