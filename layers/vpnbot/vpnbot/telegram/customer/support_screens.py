"""Write to us: asking for a question, and confirming it."""

from vpnbot.telegram.messages.screen import Button, Screen, phrase, rows
from vpnbot.telegram.messages.view import HOME

_LONGEST_QUOTE = 3900
"""Bot API, sendMessage: 4096 characters, and our own words stand around the quoted ones."""


def quoted(text: str) -> str:
    """Return a quoted text as a paragraph, shortened to fit; Fluent takes 1000 characters at most."""
    return "💬 " + (text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…")


def ask() -> Screen:
    """Ask the person to type their question."""
    return Screen((phrase("support-ask"),), rows((Button(phrase("button-back"), action=HOME.action),)))


def sent() -> Screen:
    """Confirm that the question was relayed."""
    return Screen((phrase("support-sent"),), rows((HOME,)))


def text_only() -> Screen:
    """Explain that only text can be relayed."""
    return Screen((phrase("support-text-only"),), rows((HOME,)))
