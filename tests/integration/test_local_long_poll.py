"""`python -m local --token`: updates from long polling reach the webhook; tested with the fake Bot API."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import ClientSession, web

from local.long_poll import CannotPollError, LongPoll
from local.telegram.fake_telegram import FakeTelegram
from local.telegram.server import application

SECRET = "webhook-secret"


class PollHarness:
    """A fake Telegram, and a webhook that rejects the first `rejections` deliveries.

    `consent` is the answer to the question whether a foreign webhook may be deleted. `received` are the accepted
    updates, `messages` the lines that the poll has printed.
    """

    def __init__(self, consent: bool = False) -> None:
        self.telegram = FakeTelegram(lambda: datetime.now(UTC))
        self.consent = consent
        self.rejections = 0
        self.received: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.questions: list[str] = []
        self.messages: list[str] = []
        self.base = ""

    async def webhook(self, request: web.Request) -> web.Response:
        if self.rejections:
            self.rejections -= 1
            return web.Response(status=503, headers={"Retry-After": "0"})
        update = await request.json()
        self.received.append(update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        if "callback_query" in update:
            reply = {
                "method": "answerCallbackQuery",
                "callback_query_id": update["callback_query"]["id"],
                "text": "yes",
            }
            return web.json_response(reply)
        return web.Response()

    def confirm(self, question: str) -> bool:
        self.questions.append(question)
        return self.consent

    def poll(self, token: str | None = None) -> LongPoll:
        allowed = ("message", "callback_query")
        hook = f"{self.base}/hook"
        return LongPoll(
            self.base, token or self.telegram.token, hook, SECRET, allowed, self.confirm, self.messages.append
        )

    async def call(self, session: ClientSession, method: str, **parameters: Any) -> Any:
        async with session.post(f"{self.base}/bot{self.telegram.token}/{method}", json=parameters) as response:
            return await response.json()


def run_scenario(harness: PollHarness, scenario: Callable[[ClientSession], Awaitable[None]]) -> None:
    async def run() -> None:
        app = application(harness.telegram)
        app.router.add_post("/hook", harness.webhook)
        runner = web.AppRunner(app, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        harness.base = f"http://{host}:{port}"
        try:
            async with ClientSession() as session:
                await scenario(session)
        finally:
            await runner.cleanup()

    asyncio.run(run())


def test_updates_reach_the_webhook_with_its_secret_and_replies_reach_telegram() -> None:
    harness = PollHarness()

    async def scenario(session: ClientSession) -> None:
        anna = harness.telegram.person("Anna")
        poll = harness.poll()
        await poll.prepare(session)
        await anna.sends("/start", wait=False)
        assert await poll.poll_once(session, 1) == 1
        keyboard = {"inline_keyboard": [[{"text": "Tap me", "callback_data": "x"}]]}
        await harness.call(session, "sendMessage", chat_id=anna.user_id, text="hello", reply_markup=keyboard)
        await anna.taps("Tap me", wait=False)
        assert await poll.poll_once(session, 1) == 1
        assert anna.answers == ["yes"]
        assert await poll.poll_once(session, 0) == 0, "confirmed updates are not returned again"

    run_scenario(harness, scenario)
    assert [next(iter(update.keys() - {"update_id"})) for update in harness.received] == ["message", "callback_query"]
    assert harness.secrets == [SECRET, SECRET]


def test_an_update_that_the_webhook_rejects_is_delivered_again() -> None:
    harness = PollHarness()
    harness.rejections = 2

    async def scenario(session: ClientSession) -> None:
        await harness.telegram.person("Anna").sends("/start", wait=False)
        assert await harness.poll().poll_once(session, 1) == 1

    run_scenario(harness, scenario)
    assert len(harness.received) == 1


def test_a_foreign_webhook_is_not_deleted_without_consent() -> None:
    harness = PollHarness(consent=False)

    async def scenario(session: ClientSession) -> None:
        await harness.call(session, "setWebhook", url=f"{harness.base}/foreign")
        with pytest.raises(CannotPollError, match="left alone"):
            await harness.poll().prepare(session)
        assert (await harness.call(session, "getWebhookInfo"))["result"]["url"].endswith("/foreign")

    run_scenario(harness, scenario)
    assert "foreign" in harness.questions[0]


def test_a_foreign_webhook_is_deleted_with_consent() -> None:
    harness = PollHarness(consent=True)

    async def scenario(session: ClientSession) -> None:
        await harness.call(session, "setWebhook", url=f"{harness.base}/foreign")
        await harness.poll().prepare(session)
        assert (await harness.call(session, "getWebhookInfo"))["result"]["url"] == ""

    run_scenario(harness, scenario)


def test_the_error_explains_that_another_process_polls() -> None:
    harness = PollHarness()

    async def scenario(session: ClientSession) -> None:
        polls = [asyncio.create_task(harness.poll().poll_once(session, 20)) for _ in range(2)]
        (rejected,), (other,) = await asyncio.wait(polls, return_when=asyncio.FIRST_COMPLETED)
        other.cancel()
        with pytest.raises(CannotPollError, match="Another process polls this bot"):
            rejected.result()

    run_scenario(harness, scenario)


def test_the_error_explains_that_a_webhook_was_set() -> None:
    harness = PollHarness()

    async def scenario(session: ClientSession) -> None:
        await harness.call(session, "setWebhook", url=f"{harness.base}/foreign")
        with pytest.raises(CannotPollError, match="A webhook was set"):
            await harness.poll().poll_once(session, 0)

    run_scenario(harness, scenario)


def test_the_error_explains_that_the_token_is_wrong() -> None:
    harness = PollHarness()

    async def scenario(session: ClientSession) -> None:
        with pytest.raises(CannotPollError, match="BotFather"):
            await harness.poll("1:wrong").prepare(session)

    run_scenario(harness, scenario)
