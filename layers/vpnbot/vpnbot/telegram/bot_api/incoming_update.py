"""An update as Telegram delivers it: its sender, its age, and the queue of Telegram in which it waits."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self, TypeGuard

from vpnbot.domain.bot_link import GIFT_MARK, START_MARK
from vpnbot.domain.people.user import Names
from vpnbot.domain.promo.entered import PROMO_MARK

ALLOWED_UPDATES: tuple[str, ...] = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "pre_checkout_query",
    "subscription",
)
"""The kinds of updates that the webhook registers for; a test compares them with the handlers."""

PAYMENTS = ("successful_payment", "refunded_payment")
"""The fields of a message that report a payment or a refund."""

_YEAR_9999 = 253_370_764_800
_LARGEST_ID = 2**63


LARGEST_UPDATE_BYTES = 1_000_000
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")
"""A surrogate, escaped or as bytes; only pairs of them are a character."""


LONGEST_NAME = 64
"""The most characters of a name that are kept."""
_SHOW_NAMES = frozenset({"message", "callback_query"})
_USERNAME = re.compile(r"[A-Za-z0-9_]{1,32}", re.ASCII)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]")


class UnknownUpdate(Exception):
    """The body is not an update, or an update that the bot does not handle."""


ORDER_MARK = "o_"
"""The payload of `/start` with which a payment page leads back: this, and the id of the order."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update.

    `queue` is that of Telegram: messages wait per chat, callback queries and pre-checkout queries per user.
    `language_code` is the sender's IETF tag. `came_from` is the payload of `/start`. `message_id` is that of the
    tapped message. `blocked` says whether the user has blocked the bot; None: the update does not tell.
    `carries_payment`: it reports a payment, a refund or a change of a paid subscription, and must never be dropped.
    `from_user`: the user caused the update; refunds and subscriptions are reported by Telegram. `names` are the
    sender's; None: the update is no tap and no message of the sender's in the private chat. `thread_id` is the topic
    of the message.
    """

    raw: dict[str, Any]
    update_id: int
    queue: str
    user_id: int
    chat_id: int
    private: bool
    language_code: str | None
    sent_at: datetime | None
    came_from: str | None
    callback_query_id: str | None
    message_id: int | None
    blocked: bool | None
    callback_data: str | None = None
    pre_checkout_query_id: str | None = None
    carries_payment: bool = False
    from_user: bool = True
    names: Names | None = None
    thread_id: int | None = None

    @property
    def expires(self) -> bool:
        """Whether Telegram drops it after 150 seconds: a callback query, or a pre-checkout query."""
        return self.queue in {"callback_query", "pre_checkout_query"}

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Parse an update, from JSON values.

        Raises:
            UnknownUpdate: it is not an update, or the bot does not handle it.
        """
        if not isinstance(raw, dict) or not is_id(raw.get("update_id")):
            raise UnknownUpdate("not an update")
        kind = next((name for name in ALLOWED_UPDATES if isinstance(raw.get(name), dict)), None)
        if kind is None:
            raise UnknownUpdate("a kind of update that the webhook did not register for")
        content = raw[kind]
        callback, checkout = kind == "callback_query", kind == "pre_checkout_query"
        message = _dict(content.get("message")) if callback else content
        user = _sender(content, kind)
        chat = _dict(message.get("chat")) or {"id": user["id"], "type": "private"}
        if not is_id(chat.get("id")):
            raise UnknownUpdate("names no chat to answer in")
        private = chat.get("type") == "private"
        from_user = _dict(content.get("from")).get("id") == user["id"] and not _from_bot(content)
        return cls(
            raw=raw,
            update_id=raw["update_id"],
            queue=kind,
            user_id=user["id"],
            chat_id=chat["id"],
            private=private,
            language_code=_text(user.get("language_code")),
            sent_at=None if callback else _time(content.get("edit_date" if kind == "edited_message" else "date")),
            came_from=_payload(content.get("text")) if kind == "message" else None,
            callback_query_id=_text(content.get("id")) if callback else None,
            message_id=_message_id(message) if callback else None,
            blocked=_blocked(content) if kind == "my_chat_member" else None,
            callback_data=_text(content.get("data")) if callback else None,
            pre_checkout_query_id=_text(content.get("id")) if checkout else None,
            carries_payment=kind == "subscription" or (kind == "message" and _has_payment(content)),
            from_user=from_user,
            names=_names(user) if private and from_user and kind in _SHOW_NAMES else None,
            thread_id=_thread(message),
        )


def _names(user: dict[str, Any]) -> Names:
    """Return the names of a user: without line breaks, control characters and marks that change the direction."""
    username = _text(user.get("username")) or ""
    parts = (_text(user.get(name)) or "" for name in ("first_name", "last_name"))
    shown = _UNSEEN.sub("", " ".join(" ".join(parts).split()))[:LONGEST_NAME].strip()
    return Names(username if _USERNAME.fullmatch(username) else "", shown)


def json_values(body: bytes) -> object:
    """Parse the body of a request. U+FFFD replaces half a surrogate pair, which neither AWS nor Telegram accepts.

    Raises:
        UnknownUpdate: it is not JSON, or larger than any update.
    """
    if len(body) > LARGEST_UPDATE_BYTES:
        raise UnknownUpdate("larger than any update")
    try:
        values = json.loads(body)
        if _SURROGATE.search(body):
            text = json.dumps(values, ensure_ascii=False).encode("utf-16-le", "surrogatepass")
            values = json.loads(text.decode("utf-16-le", "replace"))
    except (ValueError, RecursionError) as error:
        raise UnknownUpdate("not JSON") from error
    return values


def _sender(content: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the user whom an update is about.

    `subscription` has `user` instead of `from`. The message about a refund is sent by the bot itself; the private
    chat is the user's. A payment in a group, which this bot does not ask for, is kept under whatever sender it names.
    The message of an anonymous administrator of a group is from a bot, with the group as `sender_chat` (Bot API:
    Update, Message, RefundedPayment).

    Raises:
        UnknownUpdate: it names no user who can be answered.
    """
    chat, payment = _dict(content.get("chat")), kind == "message" and _has_payment(content)
    if payment and chat.get("type") == "private" and is_id(chat.get("id")):
        user = _dict(content.get("from"))
        return user if user.get("id") == chat["id"] else {"id": chat["id"]}
    user = _dict(content.get("user" if kind == "subscription" else "from"))
    if not is_id(user.get("id")) or (_from_bot(content) and not payment):
        raise UnknownUpdate("names no user who can be answered")
    return user


def _from_bot(content: dict[str, Any]) -> bool:
    return bool(_dict(content.get("from")).get("is_bot")) and not _dict(content.get("sender_chat"))


def _has_payment(message: dict[str, Any]) -> bool:
    return any(name in message for name in PAYMENTS)


def is_id(value: object) -> TypeGuard[int]:
    """Tell whether a JSON value is an id: a whole number of at most 64 bits (Bot API, Update, Chat, User)."""
    return isinstance(value, int) and not isinstance(value, bool) and -_LARGEST_ID <= value < _LARGEST_ID


def is_time(value: object) -> TypeGuard[int]:
    """Tell whether a JSON value is a time in seconds that a `datetime` can hold."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < _YEAR_9999


def _message_id(message: dict[str, Any]) -> int | None:
    number = message.get("message_id")
    return number if is_id(number) else None


def _thread(message: dict[str, Any]) -> int | None:
    """Return the topic of a message in a group with topics; None: it has none, or is in the general topic."""
    thread = message.get("message_thread_id")
    return thread if message.get("is_topic_message") is True and is_id(thread) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _time(seconds: object) -> datetime | None:
    """Return a date of Telegram; None for 0, the date of a message that is not accessible any more."""
    return datetime.fromtimestamp(seconds, UTC) if is_time(seconds) else None


def _payload(text: object) -> str | None:
    """Return the text after /start: at most 64 characters of A-Z, a-z, 0-9, _ and - (Bot API, deep linking).

    The marks of an order and of a screen do not say where a person comes from: a page of ours has led to the bot.
    Of a promo code and of a gift only the mark is kept: many codes are known to few, and each link of a gift to one.
    """
    if not isinstance(text, str) or not text.startswith("/start "):
        return None
    payload = text.removeprefix("/start ").strip()[:64]
    for mark in (PROMO_MARK, GIFT_MARK):
        if payload.startswith(mark):
            return mark
    return None if not payload or payload.startswith((ORDER_MARK, START_MARK)) else payload


def _blocked(content: dict[str, Any]) -> bool:
    """Return whether the user has blocked the bot.

    Raises:
        UnknownUpdate: it names no status.
    """
    status = _dict(content.get("new_chat_member")).get("status")
    if not isinstance(status, str):
        raise UnknownUpdate("names no status of a member")
    return status in {"kicked", "left"}
