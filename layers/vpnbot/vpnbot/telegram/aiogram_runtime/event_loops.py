"""Event loops that are reused, because to create one for each update takes more time than the update.

A coroutine starts at once, and nearly every update ends without waiting for the loop: calls block on purpose, see
`bot_session`. Only one that waits needs a turn of the loop, with its look for events of sockets.
"""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any


class _Loop(asyncio.SelectorEventLoop):
    """A loop that can start a coroutine outside of its turns, as a task does that starts eagerly in one."""

    _starts = False

    def is_running(self) -> bool:
        """Tell whether it makes turns, or starts a coroutine."""
        return self._starts or super().is_running()

    def start[T](self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run a coroutine until it ends or waits for the loop, and return its task.

        Raises:
            RuntimeError: a loop is running in this thread.
        """
        if (running := asyncio._get_running_loop()) is not None:
            coroutine.close()
            raise RuntimeError(f"{running} is running in this thread")
        asyncio._set_running_loop(self)
        self._starts = True
        try:
            return asyncio.Task(coroutine, loop=self, eager_start=True)
        finally:
            self._starts = False
            asyncio._set_running_loop(None)


class EventLoops:
    """One loop per thread, created at its first update and reused until `close`."""

    def __init__(self) -> None:
        self._local = threading.local()
        self._all: list[_Loop] = []

    def run[T](self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in this thread's loop, and return its result.

        Raises:
            Exception: what the coroutine raised.
        """
        loop: _Loop | None = getattr(self._local, "loop", None)
        if loop is None or loop.is_closed():
            loop = self._local.loop = _Loop()
            self._all.append(loop)
        task = loop.start(coroutine)
        return task.result() if task.done() else loop.run_until_complete(task)

    def close(self) -> None:
        """Close the loops of all threads; none may be running."""
        while self._all:
            self._all.pop().close()
