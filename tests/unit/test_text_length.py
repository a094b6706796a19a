"""Texts are cut as Telegram counts them, so that no message is rejected because it is too long."""

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpnbot.localization.messages import Messages
from vpnbot.telegram.customer.support_screens import question_screen
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.text_length import shortened

MESSAGES = Messages()


def units(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("1234", "1234"),
        ("12345", "123…"),
        ("👍👍", "👍👍"),
        ("👍👍👍", "👍…"),
        ("1👍👍", "1👍…"),
        ("12👍👍", "12…"),
    ],
)
def test_an_emoji_counts_twice_and_is_never_cut_in_half(text: str, cut: str) -> None:
    assert shortened(text, 4) == cut


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.integers(1, 40))
def test_a_shortened_text_fits_and_begins_like_the_text(text: str, longest: int) -> None:
    short = shortened(text, longest)
    assert units(short) <= longest
    assert short == text or text.startswith(short.removesuffix("…"))


@pytest.mark.parametrize("language", MESSAGES.names)
def test_the_longest_question_fits_into_one_message_in_every_language(language: str) -> None:
    screen = question_screen("👍" * 4096, "f" * 32)
    text = unescape(Renderer(MESSAGES, language).html(screen).replace("<i>", "").replace("</i>", ""))
    assert 4000 <= units(text) <= 4096
