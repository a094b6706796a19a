"""What we need to know about an update before anything else: whose it is, how old, and in which queue it waits."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

_YEAR_9999 = 253_370_764_800


class UnknownUpdate(Exception):
    """Not JSON of an update, or an update of a kind, or from a chat, that is none of our business."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update. `queue` is Telegram's own: messages wait per chat, callback queries per user."""

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

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Read an update that Telegram has delivered.

        Raises:
            UnknownUpdate: see there.
        """
        if not isinstance(raw, dict) or not _is_id(raw.get("update_id")):
            raise UnknownUpdate("not an update")
        kind = next((name for name in ALLOWED_UPDATES if isinstance(raw.get(name), dict)), None)
        if kind is None:
            raise UnknownUpdate("a kind of update that we did not ask for")
        content = raw[kind]
        callback = kind == "callback_query"
        message = _dict(content.get("message")) if callback else content
        user = _dict(content.get("from"))
        # An anonymous administrator of a group speaks through a bot, in the name of the group (Bot API, Message).
        bot = user.get("is_bot") and not _dict(content.get("sender_chat"))
        if not _is_id(user.get("id")) or bot:
            raise UnknownUpdate("nobody we could answer")
        chat = _dict(message.get("chat")) or {"id": user["id"], "type": "private"}
        if not _is_id(chat.get("id")):
            raise UnknownUpdate("nowhere to answer")
        return cls(
            raw=raw,
            update_id=raw["update_id"],
            queue=kind,
            user_id=user["id"],
            chat_id=chat["id"],
            private=chat.get("type") == "private",
            language_code=_text(user.get("language_code")),
            sent_at=None if callback else _time(content.get("date")),
            came_from=_payload(content.get("text")) if kind == "message" else None,
            callback_query_id=_text(content.get("id")) if callback else None,
            message_id=message.get("message_id") if callback else None,
            blocked=_blocked(content) if kind == "my_chat_member" else None,
        )


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _time(seconds: object) -> datetime | None:
    """Return a date of Telegram's; None for the 0 of a message that is not accessible any more."""
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) and 0 < seconds < _YEAR_9999 else None


def _payload(text: object) -> str | None:
    """Return what follows /start: at most 64 characters of A-Z, a-z, 0-9, _ and - (Bot API, deep linking)."""
    if not isinstance(text, str) or not text.startswith("/start "):
        return None
    return text.removeprefix("/start ").strip()[:64] or None


def _blocked(content: dict[str, Any]) -> bool:
    return _dict(content.get("new_chat_member")).get("status") in {"kicked", "left"}


ALLOWED_UPDATES: tuple[str, ...] = ("message", "callback_query", "my_chat_member")
