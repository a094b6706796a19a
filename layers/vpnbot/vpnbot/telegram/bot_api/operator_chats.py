"""Sends one text to the chats of the operators, each of which gets it once."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from vpnbot.errors import CallRejected, TelegramUnavailable
from vpnbot.telegram.bot_api.timed_transport import REQUEST_SECONDS

SHORTEST_PAUSE_SECONDS = 2.0
_log = logging.getLogger(__name__)


class Api(Protocol):
    """The bot that sends."""

    def call(self, method: str, **parameters: object) -> object: ...


def send_to_chats(
    api: Api,
    text: str,
    chats: Sequence[int],
    seconds: float,
    pause: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> int:
    """Send a text to each chat within this time; return how many have it.

    A chat that refuses it (403, 400) is logged and not tried again. Chats to which Telegram does not deliver now are
    tried again while there is time. If other chats have it by then, the rest is logged: the caller must not repeat
    everything, because those would get it twice.

    Raises:
        TelegramUnavailable: no chat has it, and Telegram may accept it later.
        Misconfigured: as `BotApi.call`.
    """
    ends, have_it, waiting = monotonic() + seconds, 0, list(chats)
    while True:
        failed: dict[int, TelegramUnavailable] = {}
        for chat in waiting:
            try:
                _send(api, text, chat)
                have_it += 1
            except TelegramUnavailable as error:
                failed[chat] = error
            except CallRejected as error:
                _log.error("a chat of the operators refuses an alarm: %s", error)
        if not failed:
            return have_it
        wait = max(SHORTEST_PAUSE_SECONDS, *(error.after.total_seconds() for error in failed.values()))
        if monotonic() + wait + REQUEST_SECONDS > ends:
            if not have_it:
                raise next(iter(failed.values()))
            _log.error("%d of %d chats of the operators did not get an alarm", len(failed), len(chats))
            return have_it
        pause(wait)
        waiting = list(failed)


def _send(api: Api, text: str, chat: int) -> None:
    """Send to a chat, or to the supergroup that the group became (Bot API, ResponseParameters)."""
    try:
        api.call("sendMessage", chat_id=chat, text=text)
    except CallRejected as error:
        if error.moved_to is None:
            raise
        api.call("sendMessage", chat_id=error.moved_to, text=text)
