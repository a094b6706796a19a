"""What the fake Telegram stores: accounts, the messages of their chats with the bot, files, and taps."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal

from local.telegram.entities import FormattedText
from local.telegram.errors import bad_request
from local.telegram.feed import Feed
from local.telegram.markup import Keyboard, keyboard_json

type MediaKind = Literal["photo", "document"]

FIRST_USER_ID = 700_000_001
FIRST_MESSAGE_ID = 1


@dataclass(slots=True)
class Account:
    """A person's Telegram account; in a private chat its id is also the chat's."""

    user_id: int
    first_name: str
    language: str
    username: str | None = None
    started: bool = False
    blocked: bool = False
    on_page: bool = True
    operator: bool = False

    def as_user(self) -> dict[str, object]:
        """Return the Bot API's User."""
        user: dict[str, object] = {
            "id": self.user_id,
            "is_bot": False,
            "first_name": self.first_name,
            "language_code": self.language,
        }
        return user | ({"username": self.username} if self.username else {})

    def as_chat(self) -> dict[str, object]:
        """Return the Bot API's Chat."""
        chat: dict[str, object] = {"id": self.user_id, "type": "private", "first_name": self.first_name}
        return chat | ({"username": self.username} if self.username else {})


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored file; width and height in pixels are 0 for a file that is not a picture."""

    file_id: str
    name: str
    content_type: str
    content: bytes
    width: int = 0
    height: int = 0

    def as_json(self) -> dict[str, object]:
        """Return the fields that File, Document and PhotoSize have in common."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.file_id[-16:],
            "file_size": len(self.content),
        }


@dataclass(frozen=True, slots=True)
class Media:
    """The picture or document of a message."""

    kind: MediaKind
    file: StoredFile

    def as_json(self) -> dict[str, object]:
        """Return the field of a Message that contains it."""
        if self.kind == "photo":
            size = {"width": self.file.width, "height": self.file.height}
            return {"photo": [self.file.as_json() | size]}
        described = {"file_name": self.file.name, "mime_type": self.file.content_type}
        return {"document": self.file.as_json() | described}


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message of a chat; `content` is the text, or the caption of media.

    `service` is the field of a message about a payment or a refund, or of an invoice; `pays` is that invoice's link.
    """

    chat_id: int
    message_id: int
    from_bot: bool
    sent_at: datetime
    content: FormattedText
    keyboard: Keyboard = ()
    media: Media | None = None
    edited_at: datetime | None = None
    reply_to: int | None = None
    service: Mapping[str, object] = field(default_factory=dict)
    pays: str = ""


@dataclass(slots=True)
class Tap:
    """A tap on a callback button and its answer; `update_id` is set if an update was added."""

    callback_id: str
    account: Account
    message_id: int
    tapped_at: datetime
    answer: dict[str, object] | None = None
    update_id: int | None = None


@dataclass(slots=True)
class Conversations:
    """All private chats of one bot."""

    bot: dict[str, object]
    clock: Callable[[], datetime]
    feed: Feed
    accounts: dict[int, Account] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    taps: dict[str, Tap] = field(default_factory=dict)
    _messages: dict[int, dict[int, StoredMessage]] = field(default_factory=dict)
    _last_message_id: int = FIRST_MESSAGE_ID - 1

    def now(self) -> datetime:
        """Return the virtual time, in UTC."""
        return self.clock().astimezone(UTC)

    def open_account(self, account: Account) -> None:
        """Add an account."""
        self.accounts[account.user_id] = account
        self._messages.setdefault(account.user_id, {})
        self.feed.publish("person", chat_id=account.user_id)

    def next_user_id(self) -> int:
        """Return an unused id."""
        return max([FIRST_USER_ID - 1, *self.accounts]) + 1

    def messages_of(self, chat_id: int) -> list[StoredMessage]:
        """Return the messages of a chat without deleted ones, oldest first."""
        return list(self._messages.get(chat_id, {}).values())

    def message(self, chat_id: int, message_id: int) -> StoredMessage | None:
        """Return one message; None when it does not exist or was deleted."""
        return self._messages.get(chat_id, {}).get(message_id)

    def add(
        self,
        chat_id: int,
        content: FormattedText,
        *,
        from_bot: bool,
        keyboard: Keyboard = (),
        media: Media | None = None,
        reply_to: int | None = None,
    ) -> StoredMessage:
        """Put a new message at the end of a chat; `reply_to` is the message that it answers."""
        message = StoredMessage(
            chat_id, self._next_message_id(), from_bot, self.now(), content, keyboard, media, reply_to=reply_to
        )
        return self._store(message)

    def add_service(
        self,
        chat_id: int,
        fields: Mapping[str, object],
        *,
        from_bot: bool,
        sent_at: datetime | None = None,
        keyboard: Keyboard = (),
        pays: str = "",
    ) -> StoredMessage:
        """Put a message without text at the end of a chat: about a payment or a refund, or an invoice."""
        message = StoredMessage(
            chat_id,
            self._next_message_id(),
            from_bot,
            sent_at or self.now(),
            FormattedText(""),
            keyboard,
            service=fields,
            pays=pays,
        )
        return self._store(message)

    def _next_message_id(self) -> int:
        self._last_message_id += 1
        return self._last_message_id

    def change(self, message: StoredMessage, *, marked_edited: bool = True) -> StoredMessage:
        """Replace a message by its edited version; a new keyboard alone does not mark it as edited."""
        return self._store(replace(message, edited_at=self.now()) if marked_edited else message)

    def delete(self, chat_id: int, message_id: int) -> None:
        """Remove a message from a chat."""
        del self._messages[chat_id][message_id]
        self.feed.publish("deleted", chat_id=chat_id, message_id=message_id)

    def keep_file(self, name: str, content_type: str, content: bytes) -> StoredFile:
        """Store an uploaded file under a new id."""
        width, height = picture_size(content)
        file = StoredFile(secrets.token_urlsafe(30), name, content_type, content, width, height)
        self.files[file.file_id] = file
        return file

    def file(self, file_id: str) -> StoredFile:
        """Return a stored file; raise Telegram's 400 for an unknown id."""
        if file_id not in self.files:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return self.files[file_id]

    def message_json(self, message: StoredMessage) -> dict[str, object]:
        """Return the Bot API's Message."""
        body = self._bare_json(message)
        answered = self.message(message.chat_id, message.reply_to) if message.reply_to else None
        if answered is not None:
            # Telegram Bot API, Message: reply_to_message does not contain a further reply_to_message.
            body["reply_to_message"] = self._bare_json(answered)
        return body

    def _bare_json(self, message: StoredMessage) -> dict[str, object]:
        account = self.accounts[message.chat_id]
        body: dict[str, object] = {
            "message_id": message.message_id,
            "from": self.bot if message.from_bot else account.as_user(),
            "chat": account.as_chat(),
            "date": int(message.sent_at.timestamp()),
            **message.service,
        }
        if message.edited_at is not None:
            body["edit_date"] = int(message.edited_at.timestamp())
        words, marks = ("caption", "caption_entities") if message.media else ("text", "entities")
        if message.media is not None:
            body |= message.media.as_json()
        if message.content.text:
            body[words] = message.content.text
        if message.content.entities:
            body[marks] = [entity.as_json() for entity in message.content.entities]
        if message.keyboard:
            body["reply_markup"] = keyboard_json(message.keyboard)
        return body

    def _store(self, message: StoredMessage) -> StoredMessage:
        self._messages[message.chat_id][message.message_id] = message
        self.feed.publish("message", chat_id=message.chat_id, message_id=message.message_id)
        return message


def picture_size(content: bytes) -> tuple[int, int]:
    """Return width and height in pixels of a PNG or JPEG, (0, 0) of anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    if content.startswith(b"\xff\xd8"):
        # A JPEG's size is in its start-of-frame segment: FF C0..C3, length, precision, height, width.
        frame = re.search(rb"\xff[\xc0-\xc3]..\x08(..)(..)", content, re.DOTALL)
        if frame:
            return int.from_bytes(frame.group(2)), int.from_bytes(frame.group(1))
    return 0, 0
