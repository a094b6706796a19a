"""What a handler answers with. Handlers never speak themselves: first the commit, then the reply."""

from dataclasses import dataclass

from vpnbot.telegram.messages.screen import Phrase, Screen


@dataclass(frozen=True, slots=True)
class Show:
    """Show a screen: after a tap in the tapped message, otherwise, or `anew`, as a new one.

    `toast` is a word beside it, which passes by itself unless it is an `alert`.
    `language` is for the one moment when the person's own is not known any more: after deletion.
    """

    screen: Screen
    toast: Phrase | None = None
    alert: bool = False
    anew: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Hide:
    """Remove the tapped message."""


@dataclass(frozen=True, slots=True)
class Send:
    """Send a file."""

    content: bytes
    file_name: Phrase
    caption: Phrase


@dataclass(frozen=True, slots=True)
class AnswerCheckout:
    """Let a payment go on, or say why not. Bot API, answerPreCheckoutQuery: Telegram waits 10 s for it."""

    error: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing to say."""


type Reply = Show | Hide | Send | AnswerCheckout | Silence
