"""The screens of a question to the operators, and the quoted texts."""

from vpnbot.telegram.messages.screen import Button, Screen, phrase, rows
from vpnbot.telegram.messages.text_length import shortened
from vpnbot.telegram.messages.view import HOME

_LONGEST_QUOTE = 4000
"""Bot API, sendMessage: at most 4096 UTF-16 units, and there is other text around the quoted one."""


def quoted(text: str) -> str:
    """Return a quoted text as a paragraph, shortened if too long. No phrase: Fluent takes at most 1000 characters."""
    return "💬 " + shortened(text, _LONGEST_QUOTE)


def ask() -> Screen:
    """Ask the person to type their question."""
    return Screen((phrase("support-ask"),), rows((Button(phrase("button-back"), action=HOME.action),)))


def sent() -> Screen:
    """Confirm that the question was relayed."""
    return Screen((phrase("support-sent"),), rows((HOME,)))


def too_many() -> Screen:
    """Explain that earlier questions have to be read first."""
    return Screen((phrase("support-too-many"),), rows((HOME,)))


def question_screen(text: str, person_id: str) -> Screen:
    """Return a question as operators see it; their reply to it finds the person by the mark at the end."""
    return Screen((quoted(text), phrase("support-question", person=person_id)))


def text_only() -> Screen:
    """Explain that only text can be relayed."""
    return Screen((phrase("support-text-only"),), rows((HOME,)))
