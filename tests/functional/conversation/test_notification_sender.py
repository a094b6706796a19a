"""The sender of notifications: which errors it raises when a notification cannot be sent."""

import asyncio
from datetime import timedelta

import pytest
from aiogram.exceptions import ClientDecodeError

from tests.functional.conversation import situations
from tests.functional.conversation.bot_session import Refusal
from tests.functional.conversation.harness import ChatUser
from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.errors import MessageRefused, TelegramUnavailable, Unreachable
from vpnbot.telegram.customer.notifications import TelegramNotificationSender, run_to_completion
from vpnbot.telegram.messages.chat_sender import ChatSender
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.screen import Screen, phrase


def notifies(user: ChatUser, kind: NotificationKind = NotificationKind.AFTERCARE) -> None:
    """Send a notification to a person."""
    harness, now = user.harness, user.harness.shop.clock()
    notice = notification(kind, "cause", now, text="x", person="y")
    TelegramNotificationSender(harness.bot, harness.views).notify(user.person, notice, now)


def test_a_person_without_a_chat_is_unreachable(user: ChatUser) -> None:
    with pytest.raises(Unreachable):
        notifies(user)
    assert user.harness.telegram.calls == []


@pytest.mark.parametrize(
    ("refusal", "after"),
    [
        (Refusal(429, "Too Many Requests", retry_after=30), timedelta(seconds=30)),
        (Refusal(500, "Internal Server Error"), timedelta(seconds=1)),
        (Refusal(502), timedelta(seconds=1)),
        (Refusal(0), timedelta(seconds=1)),
    ],
    ids=["429", "500", "502 in HTML", "no answer"],
)
def test_a_temporary_error_of_telegram_says_when_to_retry(user: ChatUser, refusal: Refusal, after: timedelta) -> None:
    situations.new(user)
    user.harness.telegram.refuse("sendMessage", refusal)
    with pytest.raises(TelegramUnavailable) as caught:
        notifies(user)
    assert caught.value.after == after
    assert user.harness.telegram.named().count("sendMessage") == 2, (
        "one message when the person opened the bot, one attempt to notify"
    )


@pytest.mark.parametrize("code", [400, 404])
def test_what_telegram_refuses_was_certainly_not_sent(user: ChatUser, code: int) -> None:
    situations.new(user)
    user.harness.telegram.refuse("sendMessage", Refusal(code, "Bad Request: can't parse entities"))
    with pytest.raises(MessageRefused, match="parse entities"):
        notifies(user)


def test_notifications_are_sent_inside_and_outside_an_event_loop(user: ChatUser) -> None:
    situations.new(user)

    async def inside() -> None:
        notifies(user)

    notifies(user)
    asyncio.run(inside())
    assert len(user.chat) == 3


def test_a_coroutine_that_has_to_wait_fails() -> None:
    async def waits() -> None:
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="event loop"):
        run_to_completion(waits())


def test_an_answer_that_aiogram_cannot_parse_is_not_a_temporary_error(
    user: ChatUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def odd(*_: object, **__: object) -> object:
        raise ClientDecodeError("Failed to deserialize object", ValueError("x"), {"ok": True, "result": 7})

    monkeypatch.setattr(user.harness.telegram, "make_request", odd)
    sender = ChatSender(user.harness.bot, 42, Renderer(user.harness.messages, "en"))
    with pytest.raises(ClientDecodeError):
        run_to_completion(sender.show(Screen((phrase("terms"),))))
