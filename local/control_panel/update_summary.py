"""The person's action that caused an update, with the text or the label on the phone."""

from collections.abc import Mapping
from typing import Any

from local.telegram.updates import Update


def summary_of(update: Update | None) -> dict[str, Any]:
    """Return `{user_id, name, what, tap}`: the person and the text or button; empty values without an update.

    Without text or button, `what` is the kind of the update, such as `my_chat_member` when a person blocks the bot,
    or of the message: `successful_payment`, `refunded_payment`.
    """
    if update is None:
        return {"user_id": None, "name": "", "what": "", "tap": False}
    payload: Mapping[str, Any] = update.payload
    tap = update.kind == "callback_query"
    # A refund is reported by the bot itself, in the chat of the person.
    about = payload["chat"] if "refunded_payment" in payload else payload.get("from") or payload["user"]
    return {
        "user_id": about["id"],
        "name": about["first_name"],
        "what": _label(payload) if tap else str(payload.get("text") or _kind(update)),
        "tap": tap,
    }


def _kind(update: Update) -> str:
    return next((name for name in ("successful_payment", "refunded_payment") if name in update.payload), update.kind)


def _label(query: Mapping[str, Any]) -> str:
    """Return the label of the button that carries the data of a callback query."""
    rows = query["message"].get("reply_markup", {}).get("inline_keyboard", [])
    labels = (button["text"] for row in rows for button in row if button.get("callback_data") == query["data"])
    return str(next(labels, ""))
