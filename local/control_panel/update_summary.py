"""The person's action that caused an update, with the text or the label on the phone."""

from collections.abc import Mapping
from typing import Any

from local.telegram.updates import Update


def summary_of(update: Update | None) -> dict[str, Any]:
    """Return `{user_id, name, what, tap}`: the person and the text or button; empty values without an update.

    Without text or button, `what` is the kind of the update: `my_chat_member` when a person blocks the bot.
    """
    if update is None:
        return {"user_id": None, "name": "", "what": "", "tap": False}
    payload: Mapping[str, Any] = update.payload
    tap = update.kind == "callback_query"
    return {
        "user_id": payload["from"]["id"],
        "name": payload["from"]["first_name"],
        "what": _label(payload) if tap else str(payload.get("text") or update.kind),
        "tap": tap,
    }


def _label(query: Mapping[str, Any]) -> str:
    """Return the label of the button that carries the data of a callback query."""
    rows = query["message"].get("reply_markup", {}).get("inline_keyboard", [])
    labels = (button["text"] for row in rows for button in row if button.get("callback_data") == query["data"])
    return str(next(labels, ""))
