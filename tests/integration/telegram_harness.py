"""A harness for tests of the fake Telegram: its server on loopback, a clock, and a webhook that answers as told."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

import aiohttp
from aiohttp import web

from local.telegram.fake_telegram import FakeTelegram
from local.telegram.server import application

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WEBHOOK_SECRET = "a-secret_of-the-test"


@dataclass(slots=True)
class Answer:
    """What the webhook answers next."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, object] | None = None


@dataclass(slots=True)
class Called:
    """What the Bot API answered."""

    status: int
    body: dict[str, object]

    @property
    def result(self) -> dict[str, object]:
        assert self.status == 200, self.body
        return cast("dict[str, object]", self.body["result"])

    @property
    def description(self) -> str:
        return str(self.body.get("description"))


class Harness:
    """One fake Telegram and one bot, on loopback."""

    def __init__(self, retry_delay_factor: float) -> None:
        self.now = NOON
        self.telegram = FakeTelegram(lambda: self.now, retry_delay_factor=retry_delay_factor)
        self.received: list[dict[str, object]] = []
        self.secrets: list[str | None] = []
        self.answers: deque[Answer] = deque()
        self.gates: dict[str, asyncio.Event] = {}
        self.most_at_once = 0
        self._at_once = 0
        self._runner: web.AppRunner | None = None
        self.base = ""
        self.http: aiohttp.ClientSession

    async def open(self) -> None:
        app = application(self.telegram)
        app.router.add_post("/hook", self._on_update)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.http = aiohttp.ClientSession()

    async def close(self) -> None:
        await self.http.close()
        assert self._runner is not None
        await self._runner.cleanup()

    async def call(self, method: str, **arguments: object) -> Called:
        url = f"{self.base}/bot{self.telegram.token}/{method}"
        async with self.http.post(url, json=arguments) as response:
            return Called(response.status, await response.json())

    async def set_webhook(self, **more: object) -> None:
        called = await self.call("setWebhook", url=f"{self.base}/hook", secret_token=WEBHOOK_SECRET, **more)
        assert called.status == 200, called.body

    def move(self, by: timedelta) -> None:
        self.now += by
        self.telegram.time_moved()

    def hold(self, kind: str) -> asyncio.Event:
        """Let updates of this kind wait in the webhook until the event is set."""
        self.gates[kind] = asyncio.Event()
        return self.gates[kind]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return as soon as the condition holds."""
        while not condition():
            await self.telegram.feed.changed.wait(0.005)

    async def _on_update(self, request: web.Request) -> web.Response:
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        update = await request.json()
        self.received.append(update)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        for kind, gate in self.gates.items():
            if kind in update:
                await gate.wait()
        self._at_once -= 1
        answer = self.answers.popleft() if self.answers else Answer()
        if answer.body is not None:
            return web.json_response(answer.body, status=answer.status, headers=answer.headers)
        return web.Response(status=answer.status, headers=answer.headers)


def in_harness(
    play: Callable[[Harness], Awaitable[None]], *, retry_delay_factor: float = 0.0, timeout_seconds: float = 20
) -> None:
    """Run one scenario on a fresh harness."""

    async def run() -> None:
        harness = Harness(retry_delay_factor)
        await harness.open()
        try:
            async with asyncio.timeout(timeout_seconds):
                await play(harness)
        finally:
            await harness.close()

    asyncio.run(run())
