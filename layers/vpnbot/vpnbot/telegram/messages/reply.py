"""The replies that handlers return. Handlers send nothing: the reply is sent after the commit."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vpnbot.telegram.messages.screen import Phrase, Rows, Screen

if TYPE_CHECKING:
    from vpnbot.domain.broadcasts.content import Content

CANCEL_ASKING = "picker-cancel"
"""The message whose words are on the button that ends `AskForPerson`; a tap on it sends these words."""


@dataclass(frozen=True, slots=True)
class Show:
    """Show a screen: after a tap in the tapped message; otherwise, or with `as_new`, as a new message.

    `toast` is a short text above the chat that disappears after a moment; with `alert` it must be confirmed.
    `language` is for the reply after a deletion, when the person's language is no longer stored.
    """

    screen: Screen
    toast: Phrase | None = None
    alert: bool = False
    as_new: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Hide:
    """Delete the tapped message."""


@dataclass(frozen=True, slots=True)
class Send:
    """Send a file."""

    content: bytes
    file_name: Phrase
    caption: Phrase


@dataclass(frozen=True, slots=True)
class Present:
    """Send a message as other people will get it, with its buttons, then a screen below it.

    If Telegram refuses the message, the screen says why; or `refused` is shown instead of it.
    """

    content: "Content"
    buttons: Rows
    screen: Screen
    refused: Screen | None = None


@dataclass(frozen=True, slots=True)
class AskForPerson:
    """Ask for a person with the list that Telegram itself shows, instead of the tapped message.

    Two buttons below the input: `choose` opens the list, the other is `CANCEL_ASKING`.
    """

    words: Phrase
    choose: Phrase


@dataclass(frozen=True, slots=True)
class EndAsking:
    """Remove the buttons of `AskForPerson`, then show a screen as a new message."""

    screen: Screen


@dataclass(frozen=True, slots=True)
class AnswerCheckout:
    """Accept a payment, or reject it with `error`. Telegram waits 10 s for it (Bot API, answerPreCheckoutQuery)."""

    error: Phrase | None = None


@dataclass(frozen=True, slots=True)
class React:
    """React to a message with an emoji, which adds no message to the chat."""

    message_id: int
    emoji: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Send nothing."""


type Reply = Show | Hide | Send | Present | AskForPerson | EndAsking | AnswerCheckout | React | Silence
