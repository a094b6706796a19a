"""The exact text and buttons of each screen of a customer's journey, in both languages."""

import pytest

from tests.fakes.panel import FaultMode
from tests.functional.conversation import situations
from tests.functional.conversation.harness import ChatHarness, ChatUser, Language
from tests.functional.conversation.journey_screens import HOMES, LANGUAGES, NOTIFICATIONS, TAPPED, Shown
from tests.functional.link_client import demo_servers


def shows(user: ChatUser, shown: Shown) -> None:
    """Assert text and keyboard of the newest message."""
    assert user.screen.words == shown.text
    user.sees_buttons(shown.keyboard)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("situation", HOMES)
def test_home_shows_the_state_and_what_can_be_done(harness: ChatHarness, situation: str, language: Language) -> None:
    user = harness.user(language)
    situations.SITUATIONS[situation](user)
    shows(user, HOMES[situation][language])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", TAPPED)
def test_the_screens_that_the_buttons_of_a_new_key_open(
    harness: ChatHarness, screen: str, language: Language
) -> None:
    user = harness.user(language)
    situations.key_ready(user)
    taps, shown = TAPPED[screen][language]
    for label in taps:
        user.taps(label)
    shows(user, shown)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("hours", NOTIFICATIONS)
def test_each_notification_comes_as_a_new_message_at_its_hour(
    harness: ChatHarness, hours: float, language: Language
) -> None:
    user = harness.user(language)
    situations.key_ready(user)
    harness.passes(hours=hours - 0.2)
    before = len(user.chat)
    harness.passes(hours=0.2)
    assert len(user.chat) == before + 1
    shows(user, NOTIFICATIONS[hours][language])


@pytest.mark.parametrize(
    ("language", "text", "keyboard"),
    [
        (
            "en",
            "🔧 The server is down and we know it. No action needed; we'll message you when it's back.",
            "💬 Write to us | 🏠 Home",
        ),
        (
            "ru",
            "🔧 Сервер не работает, мы уже знаем. Делать ничего не нужно, напишем, когда починим.",
            "💬 Написать нам | 🏠 Главная",
        ),
    ],
)
def test_a_server_that_is_down_asks_nothing_of_the_customer(
    harness: ChatHarness, language: Language, text: str, keyboard: str
) -> None:
    user = harness.user(language)
    situations.running(user)
    harness.shop.panel.fault_mode = FaultMode.DOWN
    user.harness.deliver(user.tap("broken", user.screen.id))
    shows(user, Shown(text, keyboard))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "🎉 Your key is ready: 3 days, up to 2 devices, until 4 Mar, 12:01 UTC. What shall we connect?"),
        ("ru", "🎉 Ключ готов: 3 дня, до 2 устройств, до 4 мар, 15:01 МСК. Что подключаем?"),
    ],
)
def test_a_delayed_key_is_announced_and_the_trial_starts_then(
    harness: ChatHarness, language: Language, text: str
) -> None:
    user = harness.user(language)
    situations.making_key(user)
    harness.shop.panel.fault_mode = FaultMode.FINE
    harness.passes(minutes=3)
    shows(user, Shown(text, HOMES["key_ready"][language].keyboard))


@pytest.mark.parametrize(("language", "words"), [("en", "no traffic"), ("ru", "трафик через него не идёт")])
def test_each_screen_of_a_demo_key_says_that_it_carries_no_traffic(language: Language, words: str) -> None:
    harness = ChatHarness()
    demo_servers(harness.shop)
    user = harness.user(language)
    situations.key_ready(user)
    user.sees(words)
    for label in ("Android", "QR"):
        user.taps(label)
        user.sees(words)


def test_without_support_there_is_no_button_to_write() -> None:
    harness = ChatHarness(support_chat_id=None)
    user = harness.user()
    situations.new(user)
    user.sees_buttons("🎁 Try free / Terms | Privacy / 🌐 Русский")


def test_with_a_support_address_the_button_opens_it() -> None:
    harness = ChatHarness(support_url="https://t.me/sample_support")
    user = harness.user()
    situations.new(user)
    assert user.link("Write to us") == "https://t.me/sample_support"
