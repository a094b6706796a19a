"""A session of aiogram's Bot with the Bot API in memory: keeps chats, and rejects calls as Telegram does."""

import json
import re
from collections import deque
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field, replace
from html import escape, unescape
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import (
    CloseForumTopic,
    CopyMessage,
    CopyMessages,
    CreateForumTopic,
    DeleteForumTopic,
    DeleteMessage,
    EditMessageCaption,
    EditMessageMedia,
    EditMessageText,
    GetChat,
    GetChatMember,
    GetMe,
    ReopenForumTopic,
    SendDocument,
    SendMessage,
    SendPhoto,
    SetMessageReaction,
)
from aiogram.methods.base import TelegramMethod, TelegramType
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from tests.fakes.faults import Faults
from vpnbot.telegram.aiogram_runtime.bot_session import TransportSession
from vpnbot.telegram.aiogram_runtime.screen_call import ScreenCall
from vpnbot.telegram.bot_api.transport import Transport

BOT_ID = 4242
BOT_NAME = "sample_bot"
TOKEN = f"{BOT_ID}:sample-token-without-access"
_FORMS = TransportSession(Transport())
_TAGS = re.compile(r"</?(b|i|u|s|code|pre|a|tg-spoiler|blockquote)(\s[^<>]*)?>")
_BARE = re.compile(r"[<>]|&(?!(lt|gt|amp|quot|#\d+);)")
_SENT_AT = 1_772_366_400
_NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)
_RIGHTS = (
    *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats"),
    *("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories"),
    *("can_edit_stories", "can_delete_stories", "can_send_welcome_messages", "can_manage_topics"),
)
_ADMINISTRATOR = {
    "status": "administrator",
    "user": {"id": BOT_ID, "is_bot": True, "first_name": "B"},
    **dict.fromkeys(_RIGHTS, True),
}


@dataclass(frozen=True)
class Refusal:
    """An error that Telegram answers: HTTP status and description. Status 0 means that no answer comes.

    `acted`: the call was carried out in spite of the error. `fine`: this call succeeds; place it before a refusal
    that a later call gets.
    """

    status: int
    words: str = ""
    retry_after: int | None = None
    migrate_to: int | None = None
    acted: bool = False
    fine: bool = False

    @property
    def body(self) -> str:
        answer: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.words}
        if self.retry_after is not None:
            answer["parameters"] = {"retry_after": self.retry_after}
        if self.migrate_to is not None:
            answer["parameters"] = {"migrate_to_chat_id": self.migrate_to}
        return json.dumps(answer)


@dataclass(frozen=True)
class ChatMessage:
    """A message of the bot as it is shown in the chat."""

    id: int
    text: str
    buttons: tuple[tuple[InlineKeyboardButton, ...], ...] = ()
    picture: bytes | None = None
    document: bytes | None = None
    file: str | None = None
    file_name: str | None = None
    thread: int | None = None
    keys: tuple[str, ...] = ()
    """What is written on the keyboard below the input that came with this message."""

    @property
    def words(self) -> str:
        """The text without tags, with single spaces."""
        return " ".join(unescape(_TAGS.sub("", self.text)).split())

    @property
    def labels(self) -> list[list[str]]:
        """The labels of the buttons, row by row."""
        return [[button.text for button in row] for row in self.buttons]


@dataclass
class BotSession(BaseSession):
    """The session that aiogram's Bot calls. A call of a method takes the first of its `refusals` as its answer."""

    chats: dict[int, dict[int, ChatMessage]] = field(default_factory=dict)
    calls: list[TelegramMethod[Any]] = field(default_factory=list)
    refusals: dict[str, deque[Refusal]] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    too_old: set[int] = field(default_factory=set)
    heard: dict[tuple[int, int], str] = field(default_factory=dict)
    """What people have written, by chat and message; it can be copied."""
    topics: dict[int, str] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    keyboards: dict[int, list[KeyboardButton]] = field(default_factory=dict)
    """The buttons below the input, by chat."""
    reactions: dict[int, str] = field(default_factory=dict)
    forum: bool = True
    lacks: set[str] = field(default_factory=set)
    """Rights that the bot does not have in groups; with "administrator" it is none."""
    next_id: int = 1000
    faults: Faults | None = None
    """Where a process can end before and after each call; None: at no call."""

    def __post_init__(self) -> None:
        super().__init__()

    def refuse(self, method: str, *refusals: Refusal) -> None:
        """Set the answers to the next calls of a method, for example "editMessageText"."""
        self.refusals.setdefault(method, deque()).extend(refusals)

    def named(self) -> list[str]:
        """Return the names of the methods called so far."""
        return [call.__api_method__ for call in self.calls]

    def messages(self, chat_id: int) -> list[ChatMessage]:
        """Return the bot's messages in a chat, oldest first."""
        return list(self.chats.get(chat_id, {}).values())

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        """Carry out a call, or raise the error that Telegram would answer."""
        self._reached(method, "before")
        self.calls.append(method)
        refusal = self._next_refusal(method) or self._refused(method)
        if refusal is not None and not refusal.acted:
            self._raise(bot, method, refusal)
        result = self._act(method)
        if refusal is not None:
            self._raise(bot, method, refusal)
        self._reached(method, "after")
        content = json.dumps({"ok": True, "result": result})
        answer = self.check_response(bot=bot, method=method, status_code=200, content=content)
        return answer.result  # type: ignore[return-value]  # an answer with ok has a result

    async def show(self, bot: Bot, call: ScreenCall) -> int:
        """Make the same call as a method of aiogram; its form has to be the same, byte for byte."""
        typed = call.typed()
        fields, uploads = await _FORMS.form(bot, typed)
        assert (list(fields.items()), uploads) == (list(call.fields.items()), [])
        answer: Any = await self.make_request(bot, typed)
        shown: int = answer.message_id
        return shown

    def _reached(self, method: TelegramMethod[Any], when: str) -> None:
        if self.faults is not None:
            self.faults.reached(f"{method.__api_method__}.{when}")

    def stream_content(self, *args: Any, **kwargs: Any) -> AsyncGenerator[bytes]:
        """Fail: the bot downloads no file."""
        raise AssertionError("the bot downloads no file")

    async def close(self) -> None:
        """Do nothing: no connection is open."""

    def _next_refusal(self, method: TelegramMethod[Any]) -> Refusal | None:
        waiting = self.refusals.get(method.__api_method__)
        refusal = waiting.popleft() if waiting else None
        return None if refusal and refusal.fine else refusal

    def _raise(self, bot: Bot, method: TelegramMethod[Any], refusal: Refusal) -> None:
        if refusal.status == 0:
            raise TelegramNetworkError(method=method, message="time-out")
        body = refusal.body if refusal.words else "<html>Bad Gateway</html>"
        self.check_response(bot=bot, method=method, status_code=refusal.status, content=body)

    def _refused(self, method: TelegramMethod[Any]) -> Refusal | None:  # noqa: C901 - one case for each method
        chat_id = getattr(method, "chat_id", None)
        if chat_id in self.blocked:
            return Refusal(403, "Forbidden: bot was blocked by the user")
        wrong = _wrong_markup(getattr(method, "reply_markup", None))
        thread = getattr(method, "message_thread_id", None)
        if thread is not None and thread not in self.topics:
            return Refusal(400, "Bad Request: message thread not found")
        match method:
            case CopyMessage():
                there = (_int(method.from_chat_id), method.message_id) in self.heard
                wrong = wrong or (None if there else "message to copy not found")
            case CopyMessages():
                listed = [(_int(method.from_chat_id), each) in self.heard for each in method.message_ids]
                wrong = wrong or (None if any(listed) else "messages to copy not found")
            case CreateForumTopic():
                wrong = None if self.forum else "the chat is not a forum"
            case SendMessage(text=text):
                wrong = wrong or _wrong_text(text, 4096)
            case SendPhoto(caption=caption):
                wrong = wrong or _wrong_text(caption or "", 1024)
            case EditMessageText():
                wrong = wrong or _wrong_text(method.text or "", 4096) or self._wrong_edit(method)
            case EditMessageMedia():
                known = self.chats.get(_int(method.chat_id), {}).get(method.message_id or 0)
                wrong = wrong or ("message to edit not found" if known is None else None)
            case DeleteMessage(message_id=message_id):
                wrong = self._wrong_deletion(method)
                assert message_id
        return Refusal(400, f"Bad Request: {wrong}") if wrong else None

    def _wrong_edit(self, method: EditMessageText) -> str | None:
        message = self.chats.get(_int(method.chat_id), {}).get(method.message_id or 0)
        if message is None:
            return "message to edit not found"
        if message.picture is not None or message.document is not None:
            return "there is no text in the message to edit"
        if message == replace(message, text=method.text or "", buttons=_buttons(method.reply_markup)):
            return "message is not modified: specified new message content is exactly the same"
        return None

    def _wrong_deletion(self, method: DeleteMessage) -> str | None:
        if method.message_id not in self.chats.get(_int(method.chat_id), {}):
            return "message to delete not found"
        return "message can't be deleted for everyone" if method.message_id in self.too_old else None

    def _act(self, method: TelegramMethod[Any]) -> object:  # noqa: C901, PLR0912 - one case for each method
        thread = getattr(method, "message_thread_id", None)
        match method:
            case CreateForumTopic():
                self.topics[self._new_id()] = method.name
                return {"message_thread_id": self.next_id, "name": method.name, "icon_color": 7322096}
            case CloseForumTopic():
                self.closed.add(method.message_thread_id)
                return True
            case ReopenForumTopic():
                self.closed.discard(method.message_thread_id)
                return True
            case DeleteForumTopic():
                del self.topics[method.message_thread_id]
                return True
            case SetMessageReaction():
                self.reactions[method.message_id] = method.reaction[0].emoji if method.reaction else ""  # type: ignore[union-attr]  # the bot sets emoji only
                return True
            case GetChat():
                chat = {"id": method.chat_id, "type": "supergroup", "title": "Operators", "is_forum": self.forum}
                return chat | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}
            case GetChatMember():
                return self._own_membership()
            case CopyMessages():
                sources = [(_int(method.from_chat_id), each) for each in method.message_ids]
                return [{"message_id": self._copy(method, source)} for source in sources if source in self.heard]
            case CopyMessage():
                return {"message_id": self._copy(method, (_int(method.from_chat_id), method.message_id))}
            case EditMessageCaption():
                message = ChatMessage(method.message_id or 0, method.caption or "", _buttons(method.reply_markup))
            case SendMessage():
                self._change_keyboard(method)
                keys = tuple(_keys(method.reply_markup))
                buttons = _buttons(method.reply_markup)
                message = ChatMessage(self._new_id(), method.text, buttons, thread=thread, keys=keys)
            case SendPhoto(photo=BufferedInputFile() | str() as file):
                buttons = _buttons(method.reply_markup)
                message = ChatMessage(self._new_id(), method.caption or "", buttons, picture=_content(file))
            case SendDocument(document=BufferedInputFile() as file):
                message = ChatMessage(
                    self._new_id(), method.caption or "", document=file.data, file_name=file.filename
                )
            case EditMessageText():
                message = ChatMessage(method.message_id or 0, method.text or "", _buttons(method.reply_markup))
            case EditMessageMedia(media=media) if isinstance(media.media, str):
                message = ChatMessage(
                    method.message_id or 0, media.caption or "", _buttons(method.reply_markup), file=media.media
                )
            case EditMessageMedia(media=InputMediaPhoto(media=BufferedInputFile() as file)):
                message = ChatMessage(
                    method.message_id or 0,
                    method.media.caption or "",
                    _buttons(method.reply_markup),
                    picture=_content(file),
                )
            case DeleteMessage():
                del self.chats[_int(method.chat_id)][method.message_id]
                return True
            case GetMe():
                return {"id": BOT_ID, "is_bot": True, "first_name": "Sample", "username": BOT_NAME}
            case _:
                raise AssertionError(f"{method.__api_method__} is not implemented here")
        chat_id = _int(method.chat_id)
        known = self.chats.get(chat_id, {}).get(message.id)
        message = message if known is None else replace(message, thread=known.thread)
        self.chats.setdefault(chat_id, {})[message.id] = message
        return {
            "message_id": message.id,
            "date": _SENT_AT,
            "chat": {"id": chat_id, "type": "private"},
            "text": message.text,
        }

    def _change_keyboard(self, method: SendMessage) -> None:
        if isinstance(method.reply_markup, ReplyKeyboardMarkup):
            self.keyboards[_int(method.chat_id)] = [key for row in method.reply_markup.keyboard for key in row]
        elif isinstance(method.reply_markup, ReplyKeyboardRemove):
            self.keyboards.pop(_int(method.chat_id), None)

    def _own_membership(self) -> dict[str, Any]:
        if "administrator" in self.lacks:
            return {"status": "member", "user": _ADMINISTRATOR["user"]}
        return _ADMINISTRATOR | dict.fromkeys(self.lacks, False)

    def _copy(self, method: CopyMessage | CopyMessages, source: tuple[int, int]) -> int:
        """Add a copy of what a person has written, with the same text, and return its id."""
        buttons = _buttons(getattr(method, "reply_markup", None))
        message = ChatMessage(self._new_id(), escape(self.heard[source]), buttons, thread=method.message_thread_id)
        self.chats.setdefault(_int(method.chat_id), {})[message.id] = message
        return message.id

    def _new_id(self) -> int:
        self.next_id += 1
        return self.next_id


def _content(file: BufferedInputFile | str) -> bytes:
    """Return the content of a file; of one that is sent by its id, the id."""
    return file.encode() if isinstance(file, str) else file.data


def _int(chat_id: int | str | None) -> int:
    assert isinstance(chat_id, int)
    return chat_id


def _keys(markup: object) -> Iterator[str]:
    if isinstance(markup, ReplyKeyboardMarkup):
        yield from (key.text for row in markup.keyboard for key in row)


def _buttons(markup: object) -> tuple[tuple[InlineKeyboardButton, ...], ...]:
    if not isinstance(markup, InlineKeyboardMarkup):
        return ()
    return tuple(tuple(row) for row in markup.inline_keyboard)


def _wrong_text(text: str, longest: int) -> str | None:
    bare = _TAGS.sub("", text)
    if _BARE.search(bare):
        return "can't parse entities"
    if not bare.strip() and longest == 4096:
        return "message text is empty"
    units = len(unescape(bare).encode("utf-16-le")) // 2
    return "message is too long" if units > longest else None


def _wrong_markup(markup: object) -> str | None:
    for row in _buttons(markup):
        if not 1 <= len(row) <= 8:
            return "wrong number of buttons in a row"
        for button in row:
            kinds = [button.callback_data, button.url, button.copy_text]
            if sum(kind is not None for kind in kinds) != 1:
                return "text buttons are unallowed in the inline keyboard"
            if button.callback_data is not None and not 1 <= len(button.callback_data.encode()) <= 64:
                return "BUTTON_DATA_INVALID"
            if button.url is not None and not button.url.startswith(("https://", "http://", "tg://")):
                return "BUTTON_URL_INVALID"
            if button.copy_text is not None and not 1 <= len(button.copy_text.text) <= 256:
                return "BUTTON_COPY_TEXT_INVALID"
    return None
