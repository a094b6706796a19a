"""A stream of events for its subscribers: the chat page, the control panel, tests."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from local.telegram.change_signal import Signal


class Feed:
    """Sends each event to each subscriber; an event is a small JSON object with its `kind`."""

    def __init__(self) -> None:
        """Start without subscribers."""
        self.changed = Signal()
        self._subscribers: set[asyncio.Queue[dict[str, object]]] = set()

    def publish(self, kind: str, **details: object) -> None:
        """Send an event to all subscribers."""
        for subscriber in self._subscribers:
            subscriber.put_nowait({"kind": kind, **details})
        self.changed.notify()

    @contextmanager
    def watch(self) -> Iterator[asyncio.Queue[dict[str, object]]]:
        """Subscribe while the block runs; yield the queue of events."""
        subscriber: asyncio.Queue[dict[str, object]] = asyncio.Queue()
        self._subscribers.add(subscriber)
        try:
            yield subscriber
        finally:
            self._subscribers.discard(subscriber)
