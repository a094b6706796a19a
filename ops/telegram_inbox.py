"""Finds out who writes to a bot, and in which group it is, before the bot is deployed.

The updates are read and not confirmed: Telegram keeps them for a day, and delivers them to the deployed bot, which
then answers the /start of its administrators (Bot API, getUpdates, `offset`).
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vpnbot.errors import TelegramUnavailable
from vpnbot.telegram.bot_api.client import BotApi

WAIT_SECONDS = 300.0
"""How long a question waits for a message to the bot."""
LONGEST_LIST = 100
"""Telegram returns no more updates at once, and later ones only when these are confirmed (Bot API, getUpdates)."""
POLL_SECONDS = 4
"""How long Telegram waits for an update when there is none; below the time-out of the transport."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person who wrote to the bot; `invited` when they opened the link of this run."""

    id: int
    name: str
    invited: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A group that the bot is in."""

    id: int
    title: str


class Inbox:
    """What arrives at a bot that has no webhook."""

    def __init__(
        self,
        api: BotApi,
        invitation: str,
        pause: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`invitation` is the parameter of the bot's links in this run, which tells whose message it is."""
        self._api = api
        self._invitation = invitation
        self._pause = pause
        self._monotonic = monotonic

    def people(self) -> Iterator[Person]:
        """Yield the people who write to the bot, each once, until the time is over.

        Raises:
            CallRejected: a webhook is set, or another program polls.
        """
        seen: set[tuple[int, bool]] = set()
        for update in self._updates():
            message = update.get("message", {})
            sender, chat = message.get("from", {}), message.get("chat", {})
            if chat.get("type") != "private" or sender.get("is_bot", True):
                continue
            invited = self._invitation in str(message.get("text", "")).split()
            if (sender["id"], invited) not in seen:
                seen.add((sender["id"], invited))
                yield Person(sender["id"], _name_of(sender), invited)

    def groups(self) -> Iterator[Group]:
        """Yield the groups to which the bot is added, or in which it is addressed, each once, until the time is over.

        Raises:
            CallRejected: as `people`.
        """
        seen: set[int] = set()
        for update in self._updates():
            message = update.get("message") or update.get("my_chat_member") or {}
            chat = message.get("chat", {})
            number = message.get("migrate_to_chat_id", chat.get("id"))
            if chat.get("type") not in {"group", "supergroup"} or number in seen or _left(message):
                continue
            seen.add(number)
            yield Group(number, str(chat.get("title", "")))

    def _updates(self) -> Iterator[Mapping[str, Any]]:
        """Yield each waiting update once; a failure of Telegram's is passed over until the time is over."""
        began, last = self._monotonic(), -1
        while self._monotonic() - began < WAIT_SECONDS:
            try:
                updates = self._api.call("getUpdates", timeout=POLL_SECONDS)
            except TelegramUnavailable as error:
                self._pause(max(1.0, error.after.total_seconds()))
                continue
            fresh = [update for update in updates if update["update_id"] > last]
            for update in fresh:
                last = update["update_id"]
                yield update
            if not fresh:
                self._pause(1.0)


def _name_of(user: Mapping[str, Any]) -> str:
    name = " ".join(filter(None, (user.get("first_name"), user.get("last_name"))))
    return f"{name} (@{user['username']})" if user.get("username") else name


def _left(change: Mapping[str, Any]) -> bool:
    return change.get("new_chat_member", {}).get("status") in {"left", "kicked"}
