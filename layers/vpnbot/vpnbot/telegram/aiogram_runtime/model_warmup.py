"""Build the models that the first update needs in the INIT phase, which has a full CPU, or before a snapshot.

Only models are built: a snapshot must not contain a token, a connection or a time.
"""

from typing import Any

from aiogram.methods import AnswerCallbackQuery, EditMessageText, Response, SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update

_PERSON: dict[str, Any] = {"id": 1, "is_bot": False, "first_name": "Anna"}
_MESSAGE: dict[str, Any] = {
    "message_id": 1,
    "date": 1,
    "chat": {"id": 1, "type": "private"},
    "from": _PERSON,
    "text": "/start",
    "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
}
_TAP: dict[str, Any] = {"id": "1", "from": _PERSON, "chat_instance": "1", "message": _MESSAGE, "data": "home"}


def warm_up_models() -> None:
    """Parse a message and a tap, serialise a screen, and parse Telegram's answer."""
    for content in ({"message": _MESSAGE}, {"callback_query": _TAP}):
        Update.model_validate({"update_id": 1, **content})
    button = InlineKeyboardButton(text="Home", callback_data="home")
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
    for method in (
        SendMessage(chat_id=1, text="A screen.", reply_markup=keyboard),
        EditMessageText(chat_id=1, message_id=1, text="A screen.", reply_markup=keyboard),
        AnswerCallbackQuery(callback_query_id="1"),
    ):
        method.model_dump(warnings=False)
    for returned in (Message, Message | bool):
        Response[returned].model_validate({"ok": True, "result": _MESSAGE})  # type: ignore[valid-type]  # any type
