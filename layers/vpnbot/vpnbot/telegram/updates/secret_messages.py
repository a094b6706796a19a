"""Messages that hold a secret: out of the update before anything else looks at it, and out of the chat at once."""

from typing import Any

from aiogram import Bot

from vpnbot.errors import Unreachable
from vpnbot.telegram.admin.states import Adding, Changing
from vpnbot.telegram.bot_api.incoming import Incoming
from vpnbot.telegram.messages.chat_sender import hide
from vpnbot.telegram.update_context import Secret
from vpnbot.telegram.updates.fsm_storage import conversation_of
from vpnbot.usecases.ports import Session

_SECRET = frozenset({Adding.token.state, Changing.token.state})
_IN_ITS_PLACE = "…"


async def extract_secret(incoming: Incoming, session: Session, bot: Bot) -> Secret | None:
    """Take a secret out of the update that brings it, so that nothing can log, park or repeat it, if there is one.

    This comes before any decision: a secret is not to stand in the chat while a panel takes its time. Should the
    decision fail, Telegram delivers the message again, text and all.

    Raises:
        MessengerUnavailable: Telegram cannot delete it just now; nothing has been decided, and it comes again.
    """
    message = incoming.raw.get("message")
    text = message.get("text") if isinstance(message, dict) else None
    if not isinstance(text, str) or text.startswith("/") or message is None:
        return None
    state, _ = conversation_of(session, bot.id, incoming.chat_id, incoming.user_id)
    if state not in _SECRET:
        return None
    message["text"] = _IN_ITS_PLACE
    message.pop("entities", None)
    try:
        removed = await hide(bot, incoming.chat_id, int(message["message_id"]))
    except Unreachable:
        removed = False
    return Secret(text, removed)


def redacted(update: dict[str, Any]) -> dict[str, Any]:
    """Return an update without the text that was typed: for keeping one that may hold a secret.

    Commands stay, and so does a message without text, such as one that carries a payment.
    """
    message = update.get("message")
    if not isinstance(message, dict) or not ({"text", "caption"} & message.keys()):
        return update
    if str(message.get("text", "")).startswith("/"):
        return update
    told = {name: value for name, value in message.items() if name not in {"text", "caption", "entities"}}
    return {**update, "message": {**told, "text": _IN_ITS_PLACE}}
