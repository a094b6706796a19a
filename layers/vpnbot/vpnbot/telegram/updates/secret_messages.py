"""Messages that hold a secret: its text is taken out of the update first, and the message deleted from the chat."""

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
    """Take a secret out of its update, so that nothing can log, keep or repeat it; return None if there is none.

    This happens before any decision, so that no secret stays in the chat while a panel is slow. If the decision
    fails, Telegram delivers the whole message again.

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
