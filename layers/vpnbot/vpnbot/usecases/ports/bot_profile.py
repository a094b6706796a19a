"""The ports for what Telegram shows about the bot."""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from vpnbot.domain.bot_profile import Menu


class MenuRows(Protocol):
    """The chats that have a menu of their own at Telegram. Each call may raise StorageUnavailable."""

    def listed(self) -> Collection[int]:
        """Return these chats."""
        ...

    def add(self, chat_id: int) -> None:
        """Add a chat; nothing happens if it is listed."""
        ...

    def remove(self, chat_id: int) -> None:
        """Remove a chat; nothing happens if it is not listed."""
        ...


class ProfilePart(Protocol):
    """One part of the profile in one language. Each call raises as `BotProfile.remove_menu`."""

    @property
    def name(self) -> str:
        """What it is, for people."""
        ...

    def shown(self) -> bool:
        """Tell whether Telegram shows it already."""
        ...

    def show(self) -> None:
        """Give it to Telegram."""
        ...


class BotProfile(Protocol):
    """The profile of the bot at Telegram."""

    def parts(self, shop_name: str, menus: Mapping[int, Menu]) -> Iterable[ProfilePart]:
        """Return all that Telegram is to show: the texts with the name of the shop, and the menu of each chat."""
        ...

    def remove_menu(self, chat_id: int) -> None:
        """Remove the own menu of a chat, which has that of customers then.

        Raises:
            TelegramSilent: Telegram failed or did not answer.
            TelegramUnavailable: Telegram throttled the call.
            CallRejected: Telegram refuses it, for example because it does not know the chat.
            Misconfigured: Telegram does not know the token.
        """
        ...
