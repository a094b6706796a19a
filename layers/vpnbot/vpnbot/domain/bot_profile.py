"""What Telegram shows about the bot, in its own partition: the work that sets it, and the chats with an own menu."""

from datetime import datetime
from enum import StrEnum

from vpnbot.domain.effects import Put
from vpnbot.domain.scheduling import LONGEST_RUN, Due

PROFILE = "PROFILE"
"""The partition."""
PROFILE_KEY = "PROFILE#bot"
"""The sort key of the work."""
_MENU = "MENU#"


class Menu(StrEnum):
    """A menu of commands that one chat has instead of that of customers: for a role, or for the operators' group."""

    SUPPORT = "support"
    ADMIN = "admin"
    OWNER = "owner"
    GROUP = "group"


def profile_work(now: datetime) -> Put:
    """Return the work that compares the profile with Telegram's, for a commit at `now` that changes what is wanted.

    It replaces such work that is due or claimed. It is due when a worker that does it now has ended, so that no two
    do it at the same time: the one with the older facts would be the last to write.
    """
    return Put(PROFILE, PROFILE_KEY, due=Due(now + LONGEST_RUN))


def menu_key(chat_id: int) -> str:
    """Return the sort key of the row of a chat with an own menu."""
    return f"{_MENU}{chat_id}"


def chat_of(key: str) -> int | None:
    """Return the chat of such a row; None: it is another item."""
    number = key.removeprefix(_MENU)
    return int(number) if key.startswith(_MENU) and number.removeprefix("-").isdecimal() else None
