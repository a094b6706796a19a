"""A chat as a phone shows it: messages with their buttons."""

import re
from dataclasses import dataclass
from datetime import datetime

from local.telegram.entities import Entity
from local.telegram.markup import Button
from local.telegram.media import Media, StoredFile
from local.telegram.messages import StoredMessage

_ORNAMENT = re.compile(r"^[\W_]+|[\W_]+$")


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """One message as the phone shows it; `service`: what one without text is about, such as `refunded_payment`.

    `reactions` are the emoji below it, `sender_id` the person who wrote it (None: the bot).
    """

    message_id: int
    from_bot: bool
    text: str
    entities: tuple[Entity, ...]
    buttons: tuple[tuple[Button, ...], ...]
    photo: StoredFile | None
    document: StoredFile | None
    sent_at: datetime
    edited_at: datetime | None
    service: str = ""
    chat_id: int = 0
    media: Media | None = None
    thread_id: int | None = None
    reply_to: int | None = None
    sender_id: int | None = None
    album: str = ""
    reactions: tuple[str, ...] = ()

    @property
    def labels(self) -> list[str]:
        """Return the labels of the buttons, row by row."""
        return [button.text for row in self.buttons for button in row]

    def button(self, label: str) -> Button | None:
        """Find a button by its label; emoji and case do not matter."""
        wanted = plain_label(label)
        flat = [button for row in self.buttons for button in row]
        exact = [button for button in flat if button.text == label]
        return next(iter(exact or [button for button in flat if plain_label(button.text) == wanted]), None)


def plain_label(label: str) -> str:
    """Return a label without its emoji and ornaments, for comparison."""
    return _ORNAMENT.sub("", label).casefold()


def seen(message: StoredMessage) -> SeenMessage:
    """Return a message as a phone shows it."""
    media = message.media
    return SeenMessage(
        message.message_id,
        message.from_bot,
        message.content.text,
        message.content.entities,
        message.keyboard,
        media.file if media and media.kind == "photo" else None,
        media.file if media and media.kind == "document" else None,
        message.sent_at,
        message.edited_at,
        next(iter(message.service), ""),
        message.chat_id,
        media,
        message.thread_id,
        message.reply_to,
        message.sender.user_id,
        message.album,
        tuple(message.reactions.values()),
    )
