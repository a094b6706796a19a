"""A wake-up call for everyone who waits for something to change."""

import asyncio


class Signal:
    """Tells waiters that something changed; they look for themselves what it was."""

    def __init__(self) -> None:
        """Start without waiters."""
        self._event = asyncio.Event()

    def notify(self) -> None:
        """Wake everyone who waits now."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, timeout_seconds: float | None = None) -> None:
        """Return at the next change, or when the time is up."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._event.wait()
        except TimeoutError:
            return
