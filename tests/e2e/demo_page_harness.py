"""The whole system in a thread of its own, for tests of the demo page in a browser."""

import asyncio
import threading
from types import TracebackType
from typing import Self

from playwright.sync_api import Locator, Page, expect

from local.options import Options
from local.system import System
from tests.e2e.browser_windows import DESKTOP, BrowserWindows, Size

LONG_TIMEOUT_MS = 30_000
SLOWEST_START_SECONDS = 120
SLOWEST_SETTLING_SECONDS = 120


class DemoPageHarness:
    """Runs the system inside a `with` block."""

    def __init__(self) -> None:
        self.system: System
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop
        self._stop: asyncio.Event
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(SLOWEST_START_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)

    @property
    def address(self) -> str:
        """The address of the page."""
        return self.system.base

    def settle(self) -> None:
        """Wait until no jump of virtual time runs and no work is due, so that time stands for the next test."""
        asyncio.run_coroutine_threadsafe(self.system.settle(), self._loop).result(SLOWEST_SETTLING_SECONDS)

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with System(Options()) as self.system:
            self._ready.set()
            await self._stop.wait()


class Visitor:
    """Opens the demo page in windows of their own."""

    def __init__(self, windows: BrowserWindows, address: str) -> None:
        self._windows = windows
        self._address = address

    def opens(
        self, size: Size = DESKTOP, language: str = "en", *, dark: bool = False, query: str = "", script: str = ""
    ) -> Page:
        """Open the page and, without a query, become a person whom the bot does not know yet.

        `script` runs in the page before its own scripts.
        """
        page = self._windows.open(f"{self._address}/?lang={language}{query}", size, dark=dark, script=script)
        expect(page.locator(".key").first).to_be_visible()
        if not query:
            shown = page.locator('.person[aria-pressed="true"]').get_attribute("data-person")
            page.locator(".person.add").click()
            expect(page.locator(f'[data-person="{shown}"]')).to_have_attribute("aria-pressed", "false")
            expect(key(page, "🎁")).to_be_visible()
        return page


def key(page: Page, mark: str) -> Locator:
    """Return the newest button of the chat whose label contains `mark`."""
    return page.locator(".key", has_text=mark).last


def fault(page: Page, name: str) -> Locator:
    """Return the row of a fault in the control panel."""
    return page.locator(f".fault-{name}")


def takes_the_trial(page: Page) -> None:
    """Tap "Try free" and wait for the key."""
    key(page, "🎁").click()
    expect(key(page, "Android")).to_be_visible()
