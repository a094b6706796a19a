"""What a provider is told of a time that is sold has the words of the chat's buttons."""

from datetime import timedelta

import pytest

from vpnbot.localization.messages import Messages
from vpnbot.localization.periods import plain_every, plain_period
from vpnbot.telegram.customer.payment_words import every, period
from vpnbot.telegram.messages.renderer import Renderer

MESSAGES = Messages()
SOLD = [
    timedelta(hours=12),
    *(timedelta(days=days) for days in (1, 3, 7, 21, 30, 90, 180, 365, 730)),
]


@pytest.mark.parametrize("language", MESSAGES.languages)
@pytest.mark.parametrize("duration", SOLD)
def test_it_has_the_words_of_the_chat_and_plain_spaces(duration: timedelta, language: str) -> None:
    chat = Renderer(MESSAGES, language)
    assert plain_period(MESSAGES, language, duration) == chat.plain(period(duration)).replace("\u00a0", " ")
    assert plain_every(MESSAGES, language, duration) == chat.plain(every(duration)).replace("\u00a0", " ")
    assert "\u00a0" not in plain_period(MESSAGES, language, duration) + plain_every(MESSAGES, language, duration)


def test_a_month_is_called_so() -> None:
    month = timedelta(days=30)
    assert plain_period(MESSAGES, "en", month) == "1 month"
    assert plain_every(MESSAGES, "ru", 3 * month) == "раз в 3 месяца"
