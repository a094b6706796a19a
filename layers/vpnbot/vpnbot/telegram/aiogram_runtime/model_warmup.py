"""Build the models that the first update needs in the INIT phase, which has a full CPU, or before a snapshot.

Only models are built: a snapshot must not contain a token, a connection or a time.
"""

from typing import TYPE_CHECKING, Any

from aiogram.types import Update

if TYPE_CHECKING:
    from aiogram.methods import TelegramMethod

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
    """Parse a message and a tap. Screens are sent without models (`screen_call`)."""
    for content in ({"message": _MESSAGE}, {"callback_query": _TAP}):
        Update.model_validate({"update_id": 1, **content})


def warm_up_for_snapshot() -> None:
    """Also build the models of the other updates that the webhook gets often, and of the other calls that it makes.

    Without a snapshot this would take longer than the first such update.
    """
    from aiogram.methods import (
        CreateInvoiceLink,
        DeleteMessage,
        EditMessageReplyMarkup,
        EditMessageText,
        Response,
        SendDocument,
        SendMessage,
    )
    from aiogram.types import (
        BufferedInputFile,
        InlineKeyboardButton,
        InlineKeyboardMarkup,
        LabeledPrice,
        Message,
        ReplyParameters,
    )

    photo = {"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}
    paid: dict[str, Any] = {"currency": "XTR", "total_amount": 1, "invoice_payload": "1"}
    charge = {"telegram_payment_charge_id": "1", "provider_payment_charge_id": "1"}
    member = {"user": _PERSON, "status": "member"}
    blocked = {"user": _PERSON, "status": "kicked", "until_date": 0}
    moved = {"chat": _MESSAGE["chat"], "from": _PERSON, "date": 1, "old_chat_member": member}
    for content in (
        {"message": _MESSAGE | {"photo": [photo], "caption": "?", "reply_to_message": _MESSAGE}},
        {"message": _MESSAGE | {"document": {"file_id": "1", "file_unique_id": "1"}}},
        {"message": _MESSAGE | {"successful_payment": paid | charge}},
        {"message": _MESSAGE | {"refunded_payment": paid | charge}},
        {"pre_checkout_query": {"id": "1", "from": _PERSON} | paid},
        {"my_chat_member": moved | {"new_chat_member": blocked}},
    ):
        Update.model_validate({"update_id": 1, **content})
    prices = [LabeledPrice(label="1", amount=1)]
    button = InlineKeyboardButton(text="Home", callback_data="home")
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
    calls: tuple[TelegramMethod[Any], ...] = (
        SendMessage(chat_id=1, text="A screen.", reply_markup=keyboard),
        EditMessageText(chat_id=1, message_id=1, text="A screen.", reply_markup=keyboard),
        SendMessage(chat_id=1, text="A screen.", reply_parameters=ReplyParameters(message_id=1)),
        EditMessageReplyMarkup(chat_id=1, message_id=1),
        DeleteMessage(chat_id=1, message_id=1),
        SendDocument(chat_id=1, document=BufferedInputFile(b"", "1")),
        CreateInvoiceLink(title="1", description="1", payload="1", currency="XTR", prices=prices),
    )
    for call in calls:
        call.model_dump(warnings=False)
    for returned, result in ((bool, True), (str, "1"), (Message, _MESSAGE), (Message | bool, _MESSAGE)):
        Response[returned].model_validate({"ok": True, "result": result})  # type: ignore[valid-type]  # any type
