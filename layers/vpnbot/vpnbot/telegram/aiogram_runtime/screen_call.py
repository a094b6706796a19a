"""A screen as the form of a call of the Bot API, without aiogram's models.

Every tap makes such a call. A model for it, its serialisation, and one for the message that Telegram returns took
0.6 ms of a tap, and were the largest part of INIT. The form has the same bytes as aiogram's own.
"""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

from vpnbot.telegram.bot_api.transport import HttpResponse

if TYPE_CHECKING:
    from aiogram import Bot
    from aiogram.client.default import DefaultBotProperties
    from aiogram.methods import EditMessageText, SendMessage

_ACCEPTED = b'{"ok":true,'
"""How the Bot API server begins each answer to a call that it carried out."""

type Buttons = list[list[dict[str, Any]]]
"""The rows of an inline keyboard; the fields of a button are in the order in which aiogram has them."""


@dataclass(frozen=True, slots=True)
class ScreenCall:
    """sendMessage or editMessageText: the fields of its form."""

    method: Literal["sendMessage", "editMessageText"]
    fields: dict[str, str]

    def shown_in(self, answer: HttpResponse) -> int | None:
        """Return the id of the message that shows the screen; None if the answer has to be read by aiogram."""
        if answer.status != HTTPStatus.OK or not answer.body.startswith(_ACCEPTED):
            return None
        if self.method == "editMessageText":
            return int(self.fields["message_id"])
        try:
            return int(json.loads(answer.body)["result"]["message_id"])
        except (ValueError, KeyError, TypeError):
            return None

    def typed(self) -> "SendMessage | EditMessageText":
        """Return this call as one of aiogram's methods, for its errors; `Bot` adds the defaults."""
        from aiogram.methods import EditMessageText, SendMessage

        given: dict[str, Any] = {name: value for name, value in self.fields.items() if name not in _DEFAULTS}
        given["chat_id"] = int(given["chat_id"])
        if "reply_markup" in given:
            given["reply_markup"] = json.loads(given["reply_markup"])
        return (SendMessage if self.method == "sendMessage" else EditMessageText).model_validate(given)


_DEFAULTS = frozenset({"parse_mode", "link_preview_options", "disable_web_page_preview"})


class ScreenSession(Protocol):
    """The session of a bot that can make a `ScreenCall`."""

    async def show(self, bot: "Bot", call: ScreenCall) -> int:
        """Make the call, and return the id of the message that shows the screen; raise aiogram's errors."""
        ...


async def show(bot: "Bot", call: ScreenCall) -> int:
    """Make a call, and return the id of the message that shows the screen.

    Raises:
        TelegramNetworkError: there was no answer; Telegram may have acted all the same.
        TelegramAPIError: Telegram rejected the call; one of aiogram's subclasses.
    """
    return await cast("ScreenSession", bot.session).show(bot, call)


def new_message(bot: "Bot", chat_id: int, text: str, buttons: Buttons, thread_id: int | None = None) -> ScreenCall:
    """Return the call that shows a screen as a new message."""
    thread = {} if thread_id is None else {"message_thread_id": str(thread_id)}
    fields = {"chat_id": str(chat_id), "text": text, **thread}
    return ScreenCall("sendMessage", fields | _further_fields(bot.default, buttons))


def edited_message(bot: "Bot", chat_id: int, message_id: int, text: str, buttons: Buttons) -> ScreenCall:
    """Return the call that shows a screen in a message that the bot has sent."""
    fields = {"text": text, "chat_id": str(chat_id), "message_id": str(message_id)}
    return ScreenCall("editMessageText", fields | _further_fields(bot.default, buttons))


def _further_fields(default: "DefaultBotProperties", buttons: Buttons) -> dict[str, str]:
    fields: dict[str, str] = {}
    if default.parse_mode is not None:
        fields["parse_mode"] = default.parse_mode
    if default.link_preview_is_disabled:
        fields["link_preview_options"] = '{"is_disabled": true}'
    if buttons:
        fields["reply_markup"] = json.dumps({"inline_keyboard": buttons})
    if default.link_preview_is_disabled:
        fields["disable_web_page_preview"] = "true"
    return fields
