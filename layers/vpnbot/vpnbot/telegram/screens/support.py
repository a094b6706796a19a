"""Write to us: a question, on its way, and back."""

from vpnbot.telegram.screen import Button, Screen, phrase, rows
from vpnbot.telegram.screens.view import HOME


def ask() -> Screen:
    """Invite a question."""
    return Screen((phrase("support-ask"),), rows((Button(phrase("button-back"), tap=HOME.tap),)))


def sent() -> Screen:
    """Say that it is on its way."""
    return Screen((phrase("support-sent"),), rows((HOME,)))


def text_only() -> Screen:
    """Say kindly that only text can be passed on."""
    return Screen((phrase("support-text-only"),), rows((HOME,)))
