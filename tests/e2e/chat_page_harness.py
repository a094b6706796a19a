"""The fake Telegram, its chat page and the sample bot in a thread of their own, for tests in a browser."""

import asyncio
import threading
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web

from local.telegram.fake_telegram import FakeTelegram
from local.telegram.person import Person
from local.telegram.server import application
from tests.e2e.sample_bot import SampleBot


class ChatPageHarness:
    """Runs the servers inside a `with` block; `address` is the address of the page."""

    def __init__(self) -> None:
        self.offset = timedelta()
        self.address = ""
        self.telegram: FakeTelegram
        self.bot: SampleBot
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop
        self._stop: asyncio.Event
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> "ChatPageHarness":
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)

    def move(self, by: timedelta) -> None:
        """Move virtual time forward."""
        self.offset += by
        self._loop.call_soon_threadsafe(self.telegram.time_moved)

    def people(self) -> list[Person]:
        """Return the people that the page has created."""
        return self.telegram.people()

    def run[Result](self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do something in the loop of the servers; return its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _on_update(self, request: web.Request) -> web.Response:
        return await self.bot.on_update(request)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self.telegram = FakeTelegram(lambda: datetime.now(UTC) + self.offset)
        app = application(self.telegram)
        runner = web.AppRunner(app)
        app.router.add_post("/hook", self._on_update)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self.bot = SampleBot(self.address, self.telegram.token)
        async with aiohttp.ClientSession() as http:
            self.bot.http = http
            url = f"{self.address}/bot{self.telegram.token}/setWebhook"
            async with http.post(url, json={"url": f"{self.address}/hook"}) as response:
                assert response.status == 200
            self._ready.set()
            await self._stop.wait()
        await runner.cleanup()
