"""Messages with a secret: the secret is removed from the update first, and the message is deleted from the chat."""

from collections.abc import Mapping
from typing import Any

from aiogram import Bot

from vpnbot.errors import Unreachable
from vpnbot.telegram.admin.states import Adding, Changing
from vpnbot.telegram.admin.support_replies import asker
from vpnbot.telegram.bot_api.incoming_update import Incoming, is_id
from vpnbot.telegram.messages.chat_sender import hide
from vpnbot.telegram.update_context import Secret
from vpnbot.telegram.updates.fsm_storage import conversation_of
from vpnbot.usecases.ports import Session

_SECRET = frozenset(state.state for group in (Adding, Changing) for state in group)
"""Every step of adding or changing a server: an administrator may paste the token at the wrong one."""
_REPLACEMENT = "…"
_TEXTS = ("text", "entities", "caption", "caption_entities")


async def extract_secret(incoming: Incoming, session: Session, bot: Bot, *, in_support_chat: bool) -> Secret | None:
    """Remove what may be a secret from its update, so that it cannot be logged or stored; None if there is none.

    This happens before any decision, so that the secret does not stay in the chat while a panel is slow. If the
    decision fails, Telegram delivers the whole message again.

    Raises:
        TelegramUnavailable: Telegram could not delete the message; nothing was decided, and the update is delivered
            again.
    """
    message = incoming.raw.get("message")
    if not isinstance(message, dict):
        return None
    text = message.get("text")
    if (isinstance(text, str) and text.startswith("/")) or (in_support_chat and answers_a_question(message)):
        return None
    state, _ = conversation_of(session, bot.id, incoming.chat_id, incoming.user_id)
    if state not in _SECRET:
        return None
    for name in _TEXTS:
        message.pop(name, None)
    if isinstance(text, str):
        message["text"] = _REPLACEMENT
    message_id = message.get("message_id")
    try:
        removed = is_id(message_id) and await hide(bot, incoming.chat_id, message_id)
    except Unreachable:
        removed = False
    return Secret(text if isinstance(text, str) else "", removed)


def answers_a_question(message: Mapping[str, Any]) -> bool:
    """Tell whether a message replies to a customer's question: an operator may answer while adding a server."""
    original = message.get("reply_to_message")
    return isinstance(original, dict) and asker(original.get("text")) is not None


def redacted(update: dict[str, Any]) -> dict[str, Any]:
    """Return an update without its text, which may be a secret, so that it can be stored.

    Commands, and messages without text or caption, such as one about a payment, are returned unchanged.
    """
    kind = "edited_message" if "edited_message" in update else "message"
    message = update.get(kind)
    if not isinstance(message, dict) or not ({"text", "caption"} & message.keys()):
        return update
    if str(message.get("text", "")).startswith("/"):
        return update
    kept = {name: value for name, value in message.items() if name not in _TEXTS}
    return {**update, kind: {**kept, "text": _REPLACEMENT}}
