"""Messages about alarms: each alarm has words in each language, and each chat gets them once."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vpnbot.domain.alarms import AlarmChange
from vpnbot.errors import CallRejected, TelegramUnavailable
from vpnbot.localization.alarm_messages import alarm_message, message_id
from vpnbot.localization.messages import Messages
from vpnbot.telegram.bot_api.operator_chats import send_to_chats

ROOT = Path(__file__).parents[2]
MESSAGES = Messages()
NAMES = re.findall(r'AlarmName: !Sub "\$\{StackName\}-(\w+)"', (ROOT / "monitoring/alarms.yaml").read_text("utf-8"))
LARGEST_TEXT = 300


def test_alarms_are_found() -> None:
    assert "PanelDown" in NAMES


@pytest.mark.parametrize("language", MESSAGES.languages)
@pytest.mark.parametrize("name", NAMES)
def test_every_alarm_has_short_words_of_its_own(name: str, language: str) -> None:
    change = AlarmChange(f"vpnbot-production-{name}", is_over=False, at=datetime(2026, 11, 22, 12, tzinfo=UTC))
    what, remedy, time = alarm_message(MESSAGES, language, change).removeprefix("🔴 ").splitlines()
    assert what == MESSAGES.text(language, message_id(name))
    assert remedy.endswith(".")
    assert "2026-11-22 12:00 UTC" in time
    assert len(what + remedy) < LARGEST_TEXT


@pytest.mark.parametrize("language", MESSAGES.languages)
def test_there_are_no_words_for_an_alarm_that_does_not_exist(language: str) -> None:
    text = (ROOT / f"layers/vpnbot/vpnbot/locales/{language}/alarms.ftl").read_text("utf-8")
    general = {"alarm-rings", "alarm-over", "alarm-unknown"}
    found = {name for name in re.findall(r"^(alarm-[\w-]+) =", text, re.MULTILINE) if not name.endswith("-remedy")}
    assert found - general == {message_id(name) for name in NAMES}


class Telegram:
    """The Bot API with planned errors for chats; a pause moves its time."""

    def __init__(self, errors: dict[int, list[Exception]]) -> None:
        self.errors = errors
        self.sent: list[int] = []
        self.pauses: list[float] = []

    def call(self, method: str, **parameters: object) -> object:
        chat = parameters["chat_id"]
        assert isinstance(chat, int)
        if self.errors.get(chat):
            raise self.errors[chat].pop(0)
        self.sent.append(chat)
        return None

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def monotonic(self) -> float:
        return sum(self.pauses)

    def send(self, seconds: float = 30) -> int:
        return send_to_chats(self, "text", [1, 2], seconds, self.pause, self.monotonic)


def throttled(seconds: int) -> TelegramUnavailable:
    return TelegramUnavailable("sendMessage: Too Many Requests", after=timedelta(seconds=seconds))


def test_only_the_chat_that_was_throttled_is_tried_again_after_the_time_that_telegram_asks_for() -> None:
    telegram = Telegram({1: [throttled(7)]})
    assert telegram.send() == 2
    assert (telegram.sent, telegram.pauses) == ([2, 1], [7.0])


def test_a_chat_that_refuses_is_not_tried_again_with_one_that_was_throttled() -> None:
    telegram = Telegram({1: [CallRejected("sendMessage", 403, "Forbidden")], 2: [throttled(1)]})
    assert telegram.send() == 1
    assert (telegram.sent, telegram.pauses) == ([2], [2.0])


def test_nothing_is_tried_again_after_the_deadline() -> None:
    telegram = Telegram({1: [throttled(10)] * 5, 2: [throttled(10)] * 5})
    with pytest.raises(TelegramUnavailable):
        telegram.send()
    assert telegram.pauses == [10.0, 10.0]
