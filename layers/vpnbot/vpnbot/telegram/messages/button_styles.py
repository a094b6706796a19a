"""Which buttons stand out: one main button of a keyboard, and those that delete.

Styles are those of Telegram (Bot API 9.4, `style` of InlineKeyboardButton); older apps ignore them.
"""

from collections.abc import Mapping
from enum import StrEnum

from vpnbot.telegram.messages.screen import Button, Phrase, Rows


class Style(StrEnum):
    """The look of a button."""

    PRIMARY = "primary"
    """Blue: leads to the next step."""
    SUCCESS = "success"
    """Green: does what the person has come for."""
    DANGER = "danger"
    """Red: deletes at this tap, without another question."""


MAIN: Mapping[str, Style] = {
    **dict.fromkeys(
        (
            *("button-connect", "button-open", "button-open-again", "button-plans", "button-pay-now"),
            *("button-again", "button-server-add", "button-broadcast-new", "button-broadcast-send"),
            *("button-compensate", "button-dead-letters-retry", "button-topic-check", "button-promo-new"),
            *("button-ad-new", "button-gift-send"),
        ),
        Style.PRIMARY,
    ),
    **dict.fromkeys(
        (
            *("button-try", "button-pay", "button-pay-stars", "button-agree", "button-support-pass"),
            *("button-server-add-now", "button-broadcast-yes", "button-compensate-yes", "button-act-yes"),
            *("button-text-save", "button-support-here", "button-promo-use", "button-promo-make"),
            "button-gift-take",
            *(f"money-yes-{act}" for act in ("give", "give_surplus", "let_on", "sent_by_hand")),
            *(f"money-yes-{act}" for act in ("refund", "send_back", "send_surplus")),
        ),
        Style.SUCCESS,
    ),
}
"""The labels (messages of the locale files) of main buttons. The first of them in a keyboard stands out."""
DANGER = frozenset(
    (
        *("button-delete-all", "button-remove", "button-act-delete-yes", "button-broadcast-delete-yes"),
        *("button-server-remove-now", "button-server-lost-now", "button-promo-end-yes"),
    )
)
"""The labels of buttons that delete."""


def main_of(rows: Rows) -> Button | None:
    """Return the main button of a keyboard; None if no button of it is a main one."""
    return next((button for line in rows for button in line if _name(button) in MAIN), None)


def style_of(button: Button, main: Button | None) -> Style | None:
    """Return the style of a button in the keyboard whose main button is `main`; None: that of the app."""
    name = _name(button)
    if name in DANGER:
        return Style.DANGER
    return MAIN.get(name) if button is main else None


def _name(button: Button) -> str:
    return button.label.message if isinstance(button.label, Phrase) else ""
