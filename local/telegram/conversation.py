"""What the fake Telegram stores: accounts and groups, the messages of their chats, files, and taps."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from local.telegram.accounts import Account
from local.telegram.errors import bad_request
from local.telegram.feed import Feed
from local.telegram.groups import ANONYMOUS_ADMIN, FIRST_GROUP_ID, GENERAL_TOPIC_ID, Group
from local.telegram.markup import Keyboard, ReplyKeyboard, keyboard_json
from local.telegram.media import MediaKind, StoredFile, picture_size
from local.telegram.messages import BOT, Draft, Placement, Sender, StoredMessage, Tap

FIRST_USER_ID = 700_000_001
FIRST_MESSAGE_ID = 1


@dataclass(slots=True)
class Conversations:
    """All chats of one bot: private ones and groups.

    Private chats and basic groups number their messages together, each supergroup numbers its own, as in Telegram.
    """

    bot: dict[str, object]
    clock: Callable[[], datetime]
    feed: Feed
    accounts: dict[int, Account] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    taps: dict[str, Tap] = field(default_factory=dict)
    reply_keyboards: dict[int, ReplyKeyboard] = field(default_factory=dict)
    _messages: dict[int, dict[int, StoredMessage]] = field(default_factory=dict)
    _last_user_id: int = FIRST_USER_ID - 1
    _last_message_ids: dict[int, int] = field(default_factory=dict)

    @property
    def bot_id(self) -> int:
        """Return the id of the bot's account."""
        return int(str(self.bot["id"]))

    def now(self) -> datetime:
        """Return the virtual time, in UTC."""
        return self.clock().astimezone(UTC)

    def open_account(self, account: Account) -> None:
        """Add an account."""
        self.accounts[account.user_id] = account
        self._last_user_id = max(self._last_user_id, account.user_id)
        self._messages.setdefault(account.user_id, {})
        self.feed.publish("person", chat_id=account.user_id)

    def open_group(self, group: Group) -> None:
        """Add a group."""
        self.groups[group.chat_id] = group
        self._messages.setdefault(group.chat_id, {})
        self.feed.publish("group", chat_id=group.chat_id)

    def next_user_id(self) -> int:
        """Return an unused id."""
        return self._last_user_id + 1

    def next_group_number(self) -> int:
        """Return an unused number, from which the id of a group is made."""
        return FIRST_GROUP_ID + len(self.groups)

    def messages_of(self, chat_id: int) -> list[StoredMessage]:
        """Return the messages of a chat without deleted ones, oldest first."""
        return list(self._messages.get(chat_id, {}).values())

    def message(self, chat_id: int, message_id: int) -> StoredMessage | None:
        """Return one message; None when it does not exist or was deleted."""
        return self._messages.get(chat_id, {}).get(message_id)

    def add(
        self,
        place: Placement,
        sender: Sender,
        draft: Draft,
        *,
        sent_at: datetime | None = None,
        opens_topic: bool = False,
    ) -> StoredMessage:
        """Put a new message at the end of a chat; one that opens a topic is the first of the topic named after it."""
        message_id = self._next_message_id(place.chat_id)
        message = StoredMessage(
            place.chat_id,
            message_id,
            sender,
            sent_at or self.now(),
            draft.content,
            draft.keyboard,
            draft.media,
            reply_to=place.reply_to,
            service=draft.service,
            pays=draft.pays,
            thread_id=message_id if opens_topic else place.thread_id or self._thread_of_reply(place),
            album=draft.album,
            forward_origin=draft.forward_origin,
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
        """Put a message without text at the end of a private chat: about a payment or a refund, or an invoice."""
        sender = BOT if from_bot else Sender(chat_id)
        draft = Draft(keyboard=keyboard, service=fields, pays=pays)
        return self.add(Placement(chat_id), sender, draft, sent_at=sent_at)

    def change(self, message: StoredMessage, *, marked_edited: bool = True) -> StoredMessage:
        """Replace a message by its edited version; a new keyboard or reaction alone does not mark it as edited."""
        return self._store(replace(message, edited_at=self.now()) if marked_edited else message)

    def delete(self, chat_id: int, message_id: int) -> None:
        """Remove a message from a chat."""
        del self._messages[chat_id][message_id]
        self.feed.publish("deleted", chat_id=chat_id, message_id=message_id)

    def keep_file(self, name: str, content_type: str, content: bytes, kind: MediaKind | None = None) -> StoredFile:
        """Store an uploaded file under a new id."""
        width, height = picture_size(content)
        file = StoredFile(secrets.token_urlsafe(30), name, content_type, content, width, height, kind)
        self.files[file.file_id] = file
        return file

    def file(self, file_id: str) -> StoredFile:
        """Return a stored file; raise Telegram's 400 for an unknown id."""
        if file_id not in self.files:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return self.files[file_id]

    def show_reply_keyboard(self, chat_id: int, keyboard: ReplyKeyboard | None) -> None:
        """Show a keyboard below the input of a chat, or remove it."""
        self.reply_keyboards.pop(chat_id, None)
        if keyboard is not None:
            self.reply_keyboards[chat_id] = keyboard
        self.feed.publish("reply_keyboard", chat_id=chat_id)

    def message_json(self, message: StoredMessage) -> dict[str, object]:
        """Return the Bot API's Message."""
        body = self._bare_json(message)
        answered = self.message(message.chat_id, message.reply_to) if message.reply_to else self._topic_root(message)
        if answered is not None:
            # Telegram Bot API, Message: reply_to_message does not contain a further reply_to_message.
            body["reply_to_message"] = self._bare_json(answered)
        return body

    def origin_of(self, message: StoredMessage) -> dict[str, object]:
        """Return the Bot API's MessageOrigin of a message that is forwarded."""
        at: dict[str, object] = {"date": int(message.sent_at.timestamp())}
        if message.sender.user_id is None:
            return at | {"type": "user", "sender_user": self.bot}
        if message.sender.anonymous:
            return at | {"type": "chat", "sender_chat": self._chat(message.chat_id).as_chat()}
        return self.accounts[message.sender.user_id].as_origin() | at

    def _bare_json(self, message: StoredMessage) -> dict[str, object]:
        body: dict[str, object] = {
            "message_id": message.message_id,
            **self._sender_json(message),
            "chat": self._chat(message.chat_id).as_chat(),
            "date": int(message.sent_at.timestamp()),
            **self._thread_json(message),
            **message.service,
        }
        if message.forward_origin is not None:
            body["forward_origin"] = dict(message.forward_origin)
        if message.edited_at is not None:
            body["edit_date"] = int(message.edited_at.timestamp())
        if message.album:
            body["media_group_id"] = message.album
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

    def _chat(self, chat_id: int) -> Account | Group:
        return self.groups[chat_id] if chat_id in self.groups else self.accounts[chat_id]

    def _sender_json(self, message: StoredMessage) -> dict[str, object]:
        if message.sender.user_id is None:
            return {"from": self.bot}
        if message.sender.anonymous:
            return {"from": ANONYMOUS_ADMIN, "sender_chat": self._chat(message.chat_id).as_chat()}
        return {"from": self.accounts[message.sender.user_id].as_user()}

    def _thread_json(self, message: StoredMessage) -> dict[str, object]:
        if message.thread_id is None:
            return {}
        group = self.groups.get(message.chat_id)
        in_topic = group is not None and message.thread_id in group.topics
        return {"message_thread_id": message.thread_id, **({"is_topic_message": True} if in_topic else {})}

    def _topic_root(self, message: StoredMessage) -> StoredMessage | None:
        """Return the message that opened the topic: what answers nothing else answers it."""
        if message.thread_id is None or message.thread_id == message.message_id:
            return None
        return self.message(message.chat_id, message.thread_id)

    def _thread_of_reply(self, place: Placement) -> int | None:
        """Return the thread of a reply: in a supergroup that of the message answered, which may be its first."""
        answered = self.message(place.chat_id, place.reply_to) if place.reply_to else None
        group = self.groups.get(place.chat_id)
        if answered is None or group is None or not group.supergroup:
            return None
        return answered.thread_id or (None if group.forum else answered.message_id)

    def _next_message_id(self, chat_id: int) -> int:
        group = self.groups.get(chat_id)
        # The first message of a supergroup is about its creation; in a forum its id is that of the General topic.
        counter, before = (chat_id, GENERAL_TOPIC_ID) if group and group.supergroup else (0, FIRST_MESSAGE_ID - 1)
        self._last_message_ids[counter] = self._last_message_ids.get(counter, before) + 1
        return self._last_message_ids[counter]

    def _store(self, message: StoredMessage) -> StoredMessage:
        self._messages[message.chat_id][message.message_id] = message
        self.feed.publish("message", chat_id=message.chat_id, message_id=message.message_id)
        return message
