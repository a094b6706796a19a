"""One message and one tap, as the fake Telegram stores them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from local.telegram.accounts import Account
from local.telegram.entities import FormattedText
from local.telegram.markup import Keyboard
from local.telegram.media import Media

COPYABLE_FIELDS = frozenset({"location", "contact", "poll"})
"""Content without text or file that can be copied; every other field of its kind is a service message."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a message stands: its chat, the topic or thread, and the message that it answers."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote a message: the bot (no account), a person, or an administrator in the name of the group."""

    user_id: int | None = None
    anonymous: bool = False

    @property
    def is_bot(self) -> bool:
        """Whether the bot wrote it."""
        return self.user_id is None


BOT = Sender()


EMPTY = FormattedText("")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new message contains; the fields are those of StoredMessage."""

    content: FormattedText = EMPTY
    keyboard: Keyboard = ()
    media: Media | None = None
    service: Mapping[str, object] = field(default_factory=dict)
    pays: str = ""
    album: str = ""
    forward_origin: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message of a chat; `content` is the text, or the caption of media.

    `service` has the field of a message without text: a location, a contact, a poll, an invoice, or a service message
    such as one about a payment; `pays` is that invoice's link. `reactions` are by the account's id, the bot's too.
    """

    chat_id: int
    message_id: int
    sender: Sender
    sent_at: datetime
    content: FormattedText
    keyboard: Keyboard = ()
    media: Media | None = None
    edited_at: datetime | None = None
    reply_to: int | None = None
    service: Mapping[str, object] = field(default_factory=dict)
    pays: str = ""
    thread_id: int | None = None
    album: str = ""
    forward_origin: Mapping[str, object] | None = None
    reactions: Mapping[int, str] = field(default_factory=dict)

    @property
    def from_bot(self) -> bool:
        """Whether the bot wrote it."""
        return self.sender.is_bot

    @property
    def copyable(self) -> bool:
        """Whether its content can be sent as a new message: no service message and no invoice."""
        return not self.service or bool(self.service.keys() & COPYABLE_FIELDS)


@dataclass(slots=True)
class Tap:
    """A tap on a callback button and its answer; `update_id` is set if an update was added."""

    callback_id: str
    account: Account
    chat_id: int
    message_id: int
    tapped_at: datetime
    answer: dict[str, object] | None = None
    update_id: int | None = None
