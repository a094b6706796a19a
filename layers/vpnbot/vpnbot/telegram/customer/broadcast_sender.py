"""Sends a broadcast to people: in the language of each, with its buttons, and with the switch for news."""

from contextlib import suppress
from datetime import datetime

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from vpnbot.domain.broadcasts.broadcast import Broadcast, Kind
from vpnbot.domain.broadcasts.content import Content, LeadsTo, LinkButton
from vpnbot.domain.people.person import Person
from vpnbot.errors import MessageRefused, Unreachable, VpnbotError
from vpnbot.telegram.customer.notifications import run_to_completion
from vpnbot.telegram.customer.settings_screens import NEWS_OFF
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.chat_sender import ChatSender, hide
from vpnbot.telegram.messages.content_sender import edit_content, send_content
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.screen import Button, Rows, phrase, rows
from vpnbot.telegram.messages.view_factory import ViewFactory

_ACTIONS = {LeadsTo.PLANS: Action.PLANS, LeadsTo.CONNECT: Action.CONNECT, LeadsTo.HOME: Action.HOME}


def broadcast_rows(broadcast: Broadcast) -> Rows:
    """Return the buttons under a broadcast; news have the switch for news below them."""
    mute = Button(phrase("button-news-off"), action=NEWS_OFF) if broadcast.kind is Kind.NEWS else None
    return rows(*((_button(each),) for each in broadcast.buttons), (mute,))


def _button(button: LinkButton) -> Button:
    if button.leads_to is LeadsTo.PAGE:
        return Button(button.label, url=button.url)
    return Button(phrase(f"button-broadcast-{button.leads_to}"), action=_ACTIONS[button.leads_to])


class TelegramBroadcastSender:
    """Implements the port `BroadcastSender` with the Bot API."""

    def __init__(self, bot: Bot, views: ViewFactory) -> None:
        self._bot = bot
        self._views = views

    def send(self, broadcast: Broadcast, person: Person) -> int:
        """Send the message, and return its id; the errors are those of the port."""
        content, renderer = self._for(broadcast, person)
        keyboard = renderer.keyboard(broadcast_rows(broadcast))
        return run_to_completion(send_content(self._bot, _chat_of(person), content, keyboard))

    def correct(self, broadcast: Broadcast, person: Person, message_id: int) -> bool:
        """Give a message that was sent the present text; False if Telegram does not edit it any more."""
        content, renderer = self._for(broadcast, person)
        keyboard = renderer.keyboard(broadcast_rows(broadcast))
        return run_to_completion(edit_content(self._bot, _chat_of(person), message_id, content, keyboard))

    def delete(self, person: Person, message_id: int) -> bool:
        """Delete a message that was sent; False if Telegram does not delete it any more."""
        return run_to_completion(hide(self._bot, _chat_of(person), message_id))

    def report(self, broadcast: Broadcast, author: Person, now: datetime) -> None:
        """Show the author how the broadcast stands; an error of Telegram changes nothing."""
        from vpnbot.telegram.customer.broadcast_progress import progress_screen

        if broadcast.progress_message is None or author.user.chat_id is None:
            return
        renderer = Renderer(self._views.messages, self._views.language_of(author))
        sender = ChatSender(self._bot, author.user.chat_id, renderer)
        with suppress(VpnbotError, TelegramAPIError):
            run_to_completion(sender.show(progress_screen(broadcast, now), in_message=broadcast.progress_message))

    def _for(self, broadcast: Broadcast, person: Person) -> tuple[Content, Renderer]:
        language = self._views.language_of(person)
        content = broadcast.content_for(language)
        if content is None:
            raise MessageRefused("the broadcast has no content")
        return content, Renderer(self._views.messages, language)


def _chat_of(person: Person) -> int:
    if person.user.chat_id is None:
        raise Unreachable("there is no chat to send this to")
    return person.user.chat_id
