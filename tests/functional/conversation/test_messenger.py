"""Unasked words: who can be told, who cannot, and whose fault that is."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from aiogram.exceptions import ClientDecodeError

from tests.functional.conversation import situations
from tests.functional.conversation.bot_session import Refusal
from tests.functional.conversation.harness import ChatHarness, ChatUser
from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.errors import Misconfigured, TelegramUnavailable, Unreachable
from vpnbot.telegram.customer.notifications import TelegramNotificationSender, run_to_completion
from vpnbot.telegram.messages.chat_sender import ChatSender
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.screen import Screen, phrase


def tells(user: ChatUser, kind: NotificationKind = NotificationKind.AFTERCARE) -> None:
    """Let the messenger say something."""
    harness, now = user.harness, user.harness.shop.clock()
    said = notification(kind, "cause", now, text="x", person="y")
    TelegramNotificationSender(harness.bot, harness.views).notify(user.person, said, now)


def test_somebody_who_was_forgotten_cannot_be_told(user: ChatUser) -> None:
    with pytest.raises(Unreachable):
        tells(user)
    assert user.harness.telegram.calls == []


def test_a_question_without_an_operators_chat_is_the_operators_setting_to_mend() -> None:
    harness = ChatHarness(support_chat_id=None)
    user = harness.user()
    situations.new(user)
    with pytest.raises(Misconfigured, match="SUPPORT_CHAT_ID"):
        tells(user, NotificationKind.SUPPORT_QUESTION)


@pytest.mark.parametrize(
    "refusal",
    [Refusal(403, "Forbidden: bot was kicked from the group chat"), Refusal(400, "Bad Request: chat not found")],
    ids=lambda refusal: refusal.words,
)
def test_an_operators_chat_that_is_closed_says_nothing_of_the_person(user: ChatUser, refusal: Refusal) -> None:
    situations.new(user)
    user.harness.telegram.refuse("sendMessage", refusal)
    with pytest.raises(Misconfigured, match="SUPPORT_CHAT_ID"):
        tells(user, NotificationKind.SUPPORT_QUESTION)


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
def test_a_telegram_that_cannot_now_says_when_to_come_back(
    user: ChatUser, refusal: Refusal, after: timedelta
) -> None:
    situations.new(user)
    user.harness.telegram.refuse("sendMessage", refusal)
    with pytest.raises(TelegramUnavailable) as caught:
        tells(user)
    assert caught.value.after == after
    assert user.harness.telegram.named().count("sendMessage") == 2, "a message is never sent twice in one go"


def test_words_are_said_without_an_event_loop_and_inside_one(user: ChatUser) -> None:
    situations.new(user)

    async def inside() -> None:
        tells(user)

    tells(user)
    asyncio.run(inside())
    assert len(user.chat) == 3


def test_a_call_that_wants_to_wait_is_a_change_in_aiogram_that_must_not_pass_unseen() -> None:
    async def waits() -> None:
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="event loop"):
        run_to_completion(waits())


def test_an_answer_in_json_that_aiogram_cannot_read_is_no_reason_to_send_again(
    user: ChatUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def odd(*_: object, **__: object) -> object:
        raise ClientDecodeError("Failed to deserialize object", ValueError("x"), {"ok": True, "result": 7})

    monkeypatch.setattr(user.harness.telegram, "make_request", odd)
    speech = ChatSender(user.harness.bot, 42, Renderer(user.harness.messages, "en"))
    with pytest.raises(ClientDecodeError):
        run_to_completion(speech.show(Screen((phrase("terms"),))))


def test_a_key_on_a_server_that_was_taken_away_is_no_demo_key(user: ChatUser) -> None:
    situations.running(user)
    user.harness.shop.servers.ids = []
    assert user.harness.views.view(user.person, user.harness.shop.clock()).demo is False


def test_somebody_without_a_language_is_spoken_to_in_english(user: ChatUser) -> None:
    situations.new(user)
    person = replace(user.person, user=replace(user.person.user, language=None))
    assert user.harness.views.view(person, user.harness.shop.clock()).language == "en"


def test_an_old_refresh_shows_home_and_makes_nothing(user: ChatUser) -> None:
    situations.running(user)
    made = len(user.harness.shop.panel.made)
    user.harness.deliver(user.tap("refresh", user.screen.id))
    assert len(user.harness.shop.panel.made) == made
    user.sees("Active")
    assert user.toast is None
