"""One main button of a keyboard stands out, and buttons that delete at their tap are red."""

from collections.abc import Iterable

import pytest

from vpnbot.localization.messages import Messages
from vpnbot.telegram.messages.button_styles import DANGER, MAIN, Style
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.screen import Button, phrase

MESSAGES = Messages()


def styles(*lines: Iterable[str]) -> list[list[str | None]]:
    """Return the styles of a keyboard whose labels are these messages."""
    rows = tuple(
        tuple(Button(phrase(label), action=f"{y}:{x}") for x, label in enumerate(line))
        for y, line in enumerate(lines)
    )
    keyboard = Renderer(MESSAGES, "en").keyboard(rows)
    assert keyboard
    return [[button.style for button in line] for line in keyboard.inline_keyboard]


@pytest.mark.parametrize("label", sorted((*MAIN, *DANGER)))
def test_every_label_of_the_table_is_a_message(label: str) -> None:
    assert MESSAGES.text("en", label, dict.fromkeys(("price", "time", "amount", "app", "count"), "1"))


def test_no_label_is_both() -> None:
    assert not MAIN.keys() & DANGER
    assert Style.DANGER not in MAIN.values()


def test_the_first_main_button_stands_out_and_no_other() -> None:
    assert styles(["button-plans"], ["button-connect", "button-broken"], ["button-settings"]) == [
        ["primary"],
        [None, None],
        [None],
    ]
    assert styles(["button-connect"], ["button-plans"]) == [["primary"], [None]]
    assert styles(["button-try"], ["button-support", "button-languages"]) == [["success"], [None, None]]


def test_the_same_main_button_twice_stands_out_once() -> None:
    assert styles(["button-plans"], ["button-plans"]) == [["primary"], [None]]


def test_what_deletes_is_red_beside_anything() -> None:
    assert styles(["button-keep"], ["button-delete-all"]) == [[None], ["danger"]]
    assert styles(["button-connect", "button-remove"]) == [["primary", "danger"]]


def test_a_button_with_a_text_of_the_operators_has_no_style() -> None:
    keyboard = Renderer(MESSAGES, "en").keyboard(((Button("button-try", action="x"),),))
    assert keyboard
    assert keyboard.inline_keyboard[0][0].style is None
