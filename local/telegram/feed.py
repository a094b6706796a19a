"""What happens, as it happens, for everyone who watches: the chat page, the control panel, tests."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from local.telegram.change_signal import Signal


class Feed:
    """Hands every event to every watcher; an event is a small JSON object with its `kind`."""

    def __init__(self) -> None:
        """Start without subscribers."""
        self.changed = Signal()
        self._watchers: set[asyncio.Queue[dict[str, object]]] = set()

    def publish(self, kind: str, **details: object) -> None:
        """Tell everyone that something happened."""
        for watcher in self._watchers:
            watcher.put_nowait({"kind": kind, **details})
        self.changed.notify()

    @contextmanager
    def watch(self) -> Iterator[asyncio.Queue[dict[str, object]]]:
        """Watch from now on, for as long as the block runs."""
        watcher: asyncio.Queue[dict[str, object]] = asyncio.Queue()
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)
