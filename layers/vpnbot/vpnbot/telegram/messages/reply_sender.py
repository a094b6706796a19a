"""Sending of replies. The answer to a tap is returned in the webhook's response, which saves a call."""

from dataclasses import dataclass
from typing import Any

from aiogram import Bot

from vpnbot.errors import MessageRefused
from vpnbot.localization.messages import Messages
from vpnbot.telegram.bot_api.incoming_update import Incoming
from vpnbot.telegram.messages.chat_sender import ChatSender, hide
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.reply import (
    AnswerCheckout,
    AskForPerson,
    EndAsking,
    Hide,
    Present,
    React,
    Reply,
    Send,
    Show,
    Silence,
)
from vpnbot.telegram.messages.screen import Phrase, phrase
from vpnbot.telegram.messages.text_length import shortened

_TOAST_LENGTH = 200


@dataclass(frozen=True, slots=True)
class ReplySender:
    """Sends the reply to one update, in `language` unless the reply names another."""

    bot: Bot
    incoming: Incoming
    messages: Messages
    language: str

    async def send(self, reply: Reply) -> dict[str, Any] | None:
        """Send the reply; return the method call that belongs in the webhook's response, if any.

        Raises:
            Unreachable: the person blocked the bot.
            TelegramUnavailable: Telegram asked to wait, failed or did not answer.
        """
        renderer = self._renderer(reply.language if isinstance(reply, Show) else None)
        sender = ChatSender(self.bot, self.incoming.chat_id, renderer, self.incoming.thread_id)
        match reply:
            case Show():
                await sender.show(reply.screen, in_message=None if reply.as_new else self.incoming.message_id)
                return self._answer(renderer, reply.toast, alert=reply.alert)
            case Hide():
                message_id = self.incoming.message_id
                if message_id is not None and not await hide(self.bot, self.incoming.chat_id, message_id):
                    return self._answer(renderer, phrase("toast-hide-late"), alert=True)
            case Send():
                await sender.send_file(reply.content, renderer.plain(reply.file_name), renderer.words(reply.caption))
            case Present():
                await self._present(reply, sender, renderer)
            case AskForPerson() | EndAsking():
                from vpnbot.telegram.messages.person_picker import send_picker_reply

                await send_picker_reply(reply, self.bot, self.incoming, sender, renderer)
            case AnswerCheckout():
                return checkout_answer(self.incoming, renderer.plain(reply.error) if reply.error else None)
            case React():
                return _reaction(self.incoming.chat_id, reply)
            case Silence():
                pass
        return self._answer(renderer)

    async def remove_picker(self) -> None:
        """Remove the buttons of Telegram's own list of people, and leave no message in the chat.

        Raises:
            Unreachable, TelegramUnavailable: as `send`.
        """
        from vpnbot.telegram.messages.person_picker import remove_buttons

        await remove_buttons(self.bot, self.incoming.chat_id, self._renderer(None))

    async def _present(self, reply: Present, sender: ChatSender, renderer: Renderer) -> None:
        from vpnbot.telegram.messages.content_sender import send_content

        screen = reply.screen
        try:
            await send_content(self.bot, self.incoming.chat_id, reply.content, renderer.keyboard(reply.buttons))
        except MessageRefused as error:
            screen = reply.refused or screen.headed(phrase("message-refused", reason=error.description))
        await sender.show(screen)

    def _renderer(self, language: str | None) -> Renderer:
        return Renderer(self.messages, language or self.language)

    def _answer(
        self, renderer: Renderer, words: Phrase | None = None, *, alert: bool = False
    ) -> dict[str, Any] | None:
        return callback_answer(self.incoming, renderer.plain(words) if words else None, alert=alert)


def callback_answer(incoming: Incoming, words: str | None, *, alert: bool = False) -> dict[str, Any] | None:
    """Return the answerCallbackQuery, which ends the loading state of the button; None if the update is not a tap.

    Bot API, answerCallbackQuery: text takes 0-200 characters.
    """
    if incoming.callback_query_id is None:
        return None
    answer: dict[str, Any] = {"method": "answerCallbackQuery", "callback_query_id": incoming.callback_query_id}
    if words:
        answer |= {"text": shortened(words, _TOAST_LENGTH), "show_alert": alert}
    return answer


def _reaction(chat_id: int, reply: React) -> dict[str, Any]:
    """Return the setMessageReaction for the webhook's response."""
    shown = [{"type": "emoji", "emoji": reply.emoji}]
    return {"method": "setMessageReaction", "chat_id": chat_id, "message_id": reply.message_id, "reaction": shown}


def checkout_answer(incoming: Incoming, error: str | None) -> dict[str, Any] | None:
    """Return the answerPreCheckoutQuery for the webhook's response; None for any other update."""
    if incoming.pre_checkout_query_id is None:
        return None
    answer: dict[str, Any] = {
        "method": "answerPreCheckoutQuery",
        "pre_checkout_query_id": incoming.pre_checkout_query_id,
        "ok": error is None,
    }
    return answer if error is None else answer | {"error_message": error}
