"""Write to us: a question, on its way, and back."""

from vpnbot.telegram.messages.screen import Button, Screen, phrase, rows
from vpnbot.telegram.messages.view import HOME

_LONGEST_QUOTE = 3900
"""Bot API, sendMessage: 4096 characters, and our own words stand around the quoted ones."""


def quoted(text: str) -> str:
    """Return somebody's text as a paragraph, as far as it fits; Fluent would take 1000 characters at most."""
    return "💬 " + (text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…")


def ask() -> Screen:
    """Invite a question."""
    return Screen((phrase("support-ask"),), rows((Button(phrase("button-back"), action=HOME.action),)))


def sent() -> Screen:
    """Say that it is on its way."""
    return Screen((phrase("support-sent"),), rows((HOME,)))


def text_only() -> Screen:
    """Say kindly that only text can be passed on."""
    return Screen((phrase("support-text-only"),), rows((HOME,)))
