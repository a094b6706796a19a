"""A harness for tests of the fake Telegram: its server on loopback, a clock, and a webhook with planned responses."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import aiohttp
from aiohttp import web

from local.telegram.fake_telegram import FakeTelegram
from local.telegram.person import Person
from local.telegram.server import application

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WEBHOOK_SECRET = "a-secret_of-the-test"
KEYBOARD = {
    "inline_keyboard": [
        [{"text": "🎁 Try free", "callback_data": "trial", "style": "primary"}],
        [
            {"text": "Terms", "url": "https://example.org/terms"},
            {"text": "📋 Copy", "copy_text": {"text": "vless://key"}},
        ],
    ]
}


@dataclass(slots=True)
class WebhookResponse:
    """A planned response of the webhook to one delivery."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, object] | None = None


@dataclass(slots=True)
class BotApiResponse:
    """A response of the Bot API."""

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
    """One fake Telegram and one bot, on loopback.

    `responses` are sent to deliveries in order, then 200. `received` are the updates that were delivered, and
    `max_concurrent` is the largest number of deliveries that were open at one time. `checkout` is the answer to each
    pre-checkout query, in the webhook's response; without one the bot does not answer.
    """

    def __init__(self, retry_delay_factor: float) -> None:
        self.now = NOON
        self.telegram = FakeTelegram(lambda: self.now, retry_delay_factor=retry_delay_factor)
        self.received: list[dict[str, object]] = []
        self.secrets: list[str | None] = []
        self.responses: deque[WebhookResponse] = deque()
        self.gates: dict[str, asyncio.Event] = {}
        self.checkout: dict[str, object] = {}
        self.max_concurrent = 0
        self._concurrent = 0
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

    async def call(self, method: str, **arguments: object) -> BotApiResponse:
        url = f"{self.base}/bot{self.telegram.token}/{method}"
        async with self.http.post(url, json=arguments) as response:
            return BotApiResponse(response.status, await response.json())

    async def set_webhook(self, **more: object) -> None:
        response = await self.call("setWebhook", url=f"{self.base}/hook", secret_token=WEBHOOK_SECRET, **more)
        assert response.status == 200, response.body

    def advance(self, by: timedelta) -> None:
        self.now += by
        self.telegram.time_moved()

    def hold(self, kind: str) -> asyncio.Event:
        """Make the webhook hold updates of this kind until the returned event is set."""
        self.gates[kind] = asyncio.Event()
        return self.gates[kind]

    async def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait until the condition holds."""
        while not condition():
            await self.telegram.feed.changed.wait(0.005)

    def _usual_response(self, update: dict[str, Any]) -> WebhookResponse:
        if "pre_checkout_query" not in update or not self.checkout:
            return WebhookResponse()
        query_id = update["pre_checkout_query"]["id"]
        return WebhookResponse(
            body={"method": "answerPreCheckoutQuery", "pre_checkout_query_id": query_id, **self.checkout}
        )

    async def _on_update(self, request: web.Request) -> web.Response:
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        update = await request.json()
        self.received.append(update)
        self._concurrent += 1
        self.max_concurrent = max(self.max_concurrent, self._concurrent)
        for kind, gate in self.gates.items():
            if kind in update:
                await gate.wait()
        self._concurrent -= 1
        response = self.responses.popleft() if self.responses else self._usual_response(update)
        if response.body is not None:
            return web.json_response(response.body, status=response.status, headers=response.headers)
        return web.Response(status=response.status, headers=response.headers)


def delivered(harness: Harness, kind: str) -> list[dict[str, Any]]:
    """Return the contents of all delivered updates of a kind, or of messages with this field."""
    found: list[dict[str, Any]] = []
    for update in harness.received:
        message = update.get("message")
        content = message if isinstance(message, dict) and kind in message else update.get(kind)
        if isinstance(content, dict):
            found.append(content)
    return found


async def person_with_chat(harness: Harness) -> Person:
    """Return a person who has started the chat, so that the bot may send messages."""
    anna = harness.telegram.person("Anna")
    await anna.sends("/start", wait=False)
    return anna


async def bot_sends(harness: Harness, person: Person, text: str = "Welcome", **arguments: object) -> int:
    """Make the bot send a message; return the id of the message."""
    response = await harness.call("sendMessage", chat_id=person.user_id, text=text, **arguments)
    return int(str(response.result["message_id"]))


def run_scenario(
    scenario: Callable[[Harness], Awaitable[None]], *, retry_delay_factor: float = 0.0, timeout_seconds: float = 20
) -> None:
    """Run one scenario on a new harness."""

    async def run() -> None:
        harness = Harness(retry_delay_factor)
        await harness.open()
        try:
            async with asyncio.timeout(timeout_seconds):
                await scenario(harness)
        finally:
            await harness.close()

    asyncio.run(run())
