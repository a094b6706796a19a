"""Says unasked things: notices from a person's outbox, as new messages that make the phone ring."""

from collections.abc import Coroutine
from datetime import datetime

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramMigrateToChat

from vpnbot.domain.notifications import Notification, NotificationKind
from vpnbot.domain.people.person import Person
from vpnbot.errors import Misconfigured, Unreachable
from vpnbot.telegram.customer.notifications_screens import notice_screen
from vpnbot.telegram.messages.chat_sender import ChatSender
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.view_factory import ViewFactory


class TelegramNotificationSender:
    """A bot that speaks first."""

    def __init__(self, bot: Bot, views: ViewFactory) -> None:
        self._bot = bot
        self._views = views

    def notify(self, person: Person, notice: Notification, now: datetime) -> None:
        """Send one notice.

        Raises:
            Unreachable: the person blocked the bot, or is not there any more.
            Misconfigured: a question cannot be passed on to the operators' chat, which says nothing of the person.
            MessengerUnavailable: Telegram asked to wait, failed or did not answer; it may have been sent.
        """
        chat_id = (
            self._views.support_chat_id if notice.kind is NotificationKind.SUPPORT_QUESTION else person.user.chat_id
        )
        if chat_id is None and notice.kind is NotificationKind.SUPPORT_QUESTION:
            raise _no_way_to_the_operators("not set")
        if chat_id is None:
            raise Unreachable("there is no chat to send this to")
        view = self._views.view(person.as_of(now), now)
        renderer = Renderer(self._views.messages, view.language)
        try:
            run_to_completion(ChatSender(self._bot, chat_id, renderer).show(notice_screen(notice, view)))
        except (Unreachable, TelegramBadRequest, TelegramMigrateToChat) as error:
            if notice.kind is NotificationKind.SUPPORT_QUESTION:
                raise _no_way_to_the_operators(str(error)) from error
            raise


def _no_way_to_the_operators(why: str) -> Misconfigured:
    return Misconfigured("SUPPORT_CHAT_ID", f"let the bot write to that chat, or name another ({why})")


def run_to_completion(coroutine: Coroutine[object, None, None]) -> None:
    """Run a coroutine that never waits: our Bot API session blocks, as one environment serves one event at a time.

    So unasked messages need no event loop, whether one is running or not.

    Raises:
        RuntimeError: it did want to wait, which only a change in aiogram or in the session can bring about.
    """
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("a call to Telegram wanted to wait for an event loop")
