"""Runs fake servers for blocking code: in an event loop in a thread."""

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Protocol, Self


class FakeServer(Protocol):
    """A server that runs in an event loop."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class InBackground:
    """Runs servers in a background thread; a context manager."""

    def __init__(self, *servers: FakeServer) -> None:
        self._servers = servers
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake servers", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        for server in self._servers:
            self.run(server.start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            self.run(server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run[T](self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the loop of the servers and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)
