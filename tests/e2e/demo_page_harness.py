"""The whole system in a thread of its own, for a browser to look at the control panel beside the chat."""

import asyncio
import threading
from types import TracebackType
from typing import Self

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from local.options import Options
from local.system import System

CHROMIUM = "/usr/bin/chromium"
PATIENCE_MS = 30_000
DESKTOP = (1280, 860)
NARROW = (360, 640)
SLOWEST_START_SECONDS = 120


class DemoPageHarness:
    """Runs everything while it is entered."""

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
        """The page's."""
        return self.system.base

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with System(Options()) as self.system:
            self._ready.set()
            await self._stop.wait()


class Visitor:
    """Opens the page in windows of some size, and keeps what the browser complains about."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def opens(
        self, size: tuple[int, int] = DESKTOP, language: str = "en", *, dark: bool = False, query: str = ""
    ) -> Page:
        """Open the page as somebody whom the bot has never seen."""
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            timezone_id="Europe/Moscow",
        )
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.goto(f"{self._address}/?lang={language}{query}")
        expect(page.locator(".key").first).to_be_visible()
        if not query:
            shown = page.locator('.person[aria-pressed="true"]').get_attribute("data-person")
            page.locator(".person.add").click()
            expect(page.locator(f'[data-person="{shown}"]')).to_have_attribute("aria-pressed", "false")
            expect(key(page, "🎁")).to_be_visible()
        return page

    def leaves(self) -> None:
        """Close every window."""
        for context in self._contexts:
            context.close()


def key(page: Page, mark: str) -> Locator:
    """Return the newest key whose label holds this mark."""
    return page.locator(".key", has_text=mark).last


def fault(page: Page, name: str) -> Locator:
    """Return the row of a fault."""
    return page.locator(f".fault-{name}")


def takes_the_trial(page: Page) -> None:
    """Tap Try free and wait for the key."""
    key(page, "🎁").click()
    expect(key(page, "Android")).to_be_visible()
