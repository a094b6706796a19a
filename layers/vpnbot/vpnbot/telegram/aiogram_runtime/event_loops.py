"""Event loops that are kept: a new one per update would cost more than the update."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any


class EventLoops:
    """One loop per thread, made at its first update and kept until `close`."""

    def __init__(self) -> None:
        self._mine = threading.local()
        self._all: list[asyncio.AbstractEventLoop] = []

    def run[T](self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end in this thread's loop and return what it returns."""
        loop: asyncio.AbstractEventLoop | None = getattr(self._mine, "loop", None)
        if loop is None or loop.is_closed():
            loop = self._mine.loop = asyncio.new_event_loop()
            self._all.append(loop)
        return loop.run_until_complete(coroutine)

    def close(self) -> None:
        """Close the loops of all threads; none may be running."""
        while self._all:
            self._all.pop().close()
