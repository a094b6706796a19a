"""Runs panels for blocking code: in an event loop in a thread."""

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

from local.three_x_ui.panel import FakePanel


class PanelsInBackground:
    """Runs panels in a background thread; a context manager."""

    def __init__(self, *panels: FakePanel) -> None:
        self.panels = panels
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="panels", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        for panel in self.panels:
            self.run(panel.start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for panel in self.panels:
            self.run(panel.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run[T](self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the panels' loop and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)
