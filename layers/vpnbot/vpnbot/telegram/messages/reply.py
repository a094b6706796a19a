"""What a handler returns. Handlers send nothing themselves: first the commit, then the reply."""

from dataclasses import dataclass

from vpnbot.telegram.messages.screen import Phrase, Screen


@dataclass(frozen=True, slots=True)
class Show:
    """Show a screen: after a tap in the tapped message; otherwise, or with `as_new`, as a new message.

    `toast` is a short notice that disappears on its own; an `alert` has to be confirmed. `language` is for the reply
    after a deletion, when the person's own language is no longer stored.
    """

    screen: Screen
    toast: Phrase | None = None
    alert: bool = False
    as_new: bool = False
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
    """Send nothing."""


type Reply = Show | Hide | Send | AnswerCheckout | Silence
