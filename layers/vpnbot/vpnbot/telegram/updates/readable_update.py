"""An update as aiogram's types. Parts that this version of aiogram cannot validate are left out.

Telegram adds kinds of content and of origins several times a year, and aiogram rejects a whole update for one object
that it does not know. What handlers need is in a few fields that do not change: sender, chat, text and callback data.
"""

from typing import Any

from aiogram import Bot
from aiogram.types import CallbackQuery, Update
from pydantic import ValidationError

from vpnbot.telegram.bot_api.incoming_update import PAYMENTS, Incoming, is_id, is_time

_NAMED_AT_MOST = 5
_OF_A_SCREEN = frozenset({"message_id", "date", "chat", "from", "business_connection_id"})
"""What handlers and their filters read of the message that was tapped. Its text and its buttons are our own."""


def readable_update(incoming: Incoming, bot: Bot) -> tuple[Update, str]:
    """Return an update that is no tap, and the names of fields that could not be read (empty: it is complete).

    A payment, a refund and a pre-checkout query are never left out.

    Raises:
        ValidationError: a field that handlers need cannot be read.
    """
    context = {"bot": bot}
    try:
        return Update.model_validate(incoming.raw, context=context), ""
    except ValidationError as error:
        reduced = {"update_id": incoming.update_id, incoming.queue: _reduced(incoming)}
        return Update.model_validate(reduced, context=context), _unread(error)


def readable_tap(incoming: Incoming, bot: Bot) -> tuple[CallbackQuery, str]:
    """Return the tap of an update, with what is read of the tapped message, and as `readable_update` what is unread.

    Raises:
        ValidationError: a field that handlers need cannot be read.
    """
    context, tap = {"bot": bot}, dict(incoming.raw[incoming.queue])
    if isinstance(tap.get("message"), dict):
        tap["message"] = {name: value for name, value in tap["message"].items() if name in _OF_A_SCREEN}
    try:
        return CallbackQuery.model_validate(tap, context=context), ""
    except ValidationError as error:
        return CallbackQuery.model_validate(_callback_query(tap, incoming), context=context), _unread(error)


def _unread(error: ValidationError) -> str:
    names = [".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False)]
    return ", ".join(names[:_NAMED_AT_MOST])


def _reduced(incoming: Incoming) -> dict[str, Any]:
    content = incoming.raw[incoming.queue]
    match incoming.queue:
        case "message" | "edited_message":
            return _message(content, incoming)
    user = "user" if "user" in content else "from"
    return {**content, user: _user(content[user])}


def _message(content: dict[str, Any], incoming: Incoming) -> dict[str, Any]:
    kept = {name: content[name] for name in PAYMENTS if name in content} | _readable(content)
    if isinstance(content.get("from"), dict) and is_id(content["from"].get("id")):
        kept["from"] = _user(content["from"])
    answered = content.get("reply_to_message")
    if isinstance(answered, dict):
        kept["reply_to_message"] = _readable(answered) | {"chat": _chat(incoming)}
    return kept | {"chat": _chat(incoming)}


def _callback_query(content: dict[str, Any], incoming: Incoming) -> dict[str, Any]:
    texts = {name: content[name] for name in ("data", "inline_message_id") if isinstance(content.get(name), str)}
    message = {"message": _readable(content["message"]) | {"chat": _chat(incoming)}} if incoming.message_id else {}
    identity = {"id": incoming.callback_query_id or "", "chat_instance": "", "from": _user(content["from"])}
    return texts | message | identity


def _readable(message: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of any message that handlers need; 0 stands for an id or a date that cannot be read."""
    kept = {name: message[name] for name in ("text", "caption") if isinstance(message.get(name), str)}
    message_id, date = message.get("message_id"), message.get("date")
    return kept | {"message_id": message_id if is_id(message_id) else 0, "date": date if is_time(date) else 0}


def _chat(incoming: Incoming) -> dict[str, Any]:
    return {"id": incoming.chat_id, "type": "private" if incoming.private else "group"}


def _user(user: dict[str, Any]) -> dict[str, Any]:
    return {"id": user["id"], "is_bot": user.get("is_bot") is True, "first_name": ""}
