"""Sends notifications as new messages, so that the person's device shows an alert.

The screens are imported when the first notification is sent.
"""

from collections.abc import Coroutine
from datetime import datetime

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramNotFound

from vpnbot.domain.notifications import Notification
from vpnbot.domain.people.person import Person
from vpnbot.errors import MessageRefused, Unreachable
from vpnbot.telegram.messages.chat_sender import ChatSender
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.view_factory import ViewFactory


class TelegramNotificationSender:
    """Implements the port `NotificationSender` with the Bot API."""

    def __init__(self, bot: Bot, views: ViewFactory) -> None:
        self._bot = bot
        self._views = views

    def notify(self, person: Person, notification: Notification, now: datetime) -> None:
        """Send one notification.

        Raises:
            Unreachable: the person blocked the bot, or the account is gone.
            TelegramUnavailable: Telegram asked to wait; the message was not sent.
            TelegramSilent: Telegram failed or did not answer; the message may have been sent.
            Misconfigured: Telegram does not know the token; the message was not sent.
            MessageRefused: Telegram refused the message, which is a bug; it was not sent.
        """
        chat_id = person.user.chat_id
        if chat_id is None:
            raise Unreachable("there is no chat to send this to")
        from vpnbot.telegram.customer.notifications_screens import notification_screen

        view = self._views.view(person.as_of(now), now)
        renderer = Renderer(self._views.messages, view.language)
        sender, screen = ChatSender(self._bot, chat_id, renderer), notification_screen(notification, view)
        try:
            run_to_completion(sender.show(screen))
        except (TelegramBadRequest, TelegramNotFound) as error:
            raise MessageRefused(error.message) from error


def run_to_completion[T](coroutine: Coroutine[object, None, T]) -> T:
    """Run a coroutine that never suspends, because `TransportSession` blocks, and return its result.

    So notifications can be sent with or without a running event loop.

    Raises:
        RuntimeError: the coroutine suspended, which only a change of aiogram or of the session can cause.
    """
    try:
        coroutine.send(None)
    except StopIteration as ended:
        result: T = ended.value
        return result
    coroutine.close()
    raise RuntimeError("a call to Telegram has to wait for an event loop")
