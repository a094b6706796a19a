"""Telegram's limits of how often a bot may send, and the 429 with `retry_after` for what comes too soon.

Limits: core.telegram.org/bots/faq, "My bot is hitting limits": 20 messages a minute to one group, about 30 a second
in all, one a second to one private chat. Telegram does not say how it counts; here it is a sliding window over
accepted messages, in virtual time.
"""

import math
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from local.telegram.arguments import Arguments
from local.telegram.errors import BotApiError, too_many_requests

GROUP_PER_MINUTE = 20
ALL_PER_SECOND = 30
PRIVATE_PER_SECOND = 1
_MINUTE, _SECOND = timedelta(minutes=1), timedelta(seconds=1)
_COUNTED = ("send", "copymessage", "forwardmessage", "editmessage", "createforumtopic", "editforumtopic")
_NOT_COUNTED = {"sendchataction"}


@dataclass(slots=True)
class _Window:
    """The times of the messages that were accepted within the last `length`."""

    length: timedelta
    times: deque[datetime] = field(default_factory=deque)

    def forget(self, now: datetime) -> None:
        """Remove what is older than the window."""
        while self.times and self.times[0] <= now - self.length:
            self.times.popleft()

    def wait_for(self, count: int, limit: int, now: datetime) -> timedelta:
        """Return how long to wait until `count` more messages fit; more than `limit` at once are one full window."""
        self.forget(now)
        excess = len(self.times) + min(count, limit) - limit
        return self.times[excess - 1] + self.length - now if excess > 0 else timedelta(0)


class FloodLimits:
    """Which calls are refused with 429 because they come too soon.

    The limit of groups always holds; None removes it. The other two hold while Telegram is slow: see `slow_down`.
    """

    def __init__(self) -> None:
        """Start with the limit of groups only."""
        self.group_per_minute: int | None = GROUP_PER_MINUTE
        self.all_per_second: int | None = None
        self.private_per_second: int | None = None
        self._everything = _Window(_SECOND)
        self._chats: dict[int, _Window] = {}

    @property
    def slow(self) -> bool:
        """Whether the limits of all messages and of private chats hold."""
        return self.all_per_second is not None or self.private_per_second is not None

    def slow_down(
        self, all_per_second: int | None = ALL_PER_SECOND, private_per_second: int | None = PRIVATE_PER_SECOND
    ) -> None:
        """Hold the bot to so many messages a second in all, and to so many to one private chat; None: no limit."""
        self.all_per_second, self.private_per_second = all_per_second, private_per_second

    def clear(self) -> None:
        """End the slow mode."""
        self.all_per_second = self.private_per_second = None

    def check(self, method: str, arguments: Arguments, now: datetime) -> BotApiError | None:
        """Return the 429 for a call that comes too soon, None for one that may be carried out."""
        count, chat_id = messages_of(method, arguments), arguments.integer("chat_id")
        if count == 0:
            return None
        waits = [timedelta(0)]
        limit = self.group_per_minute if chat_id < 0 else self.private_per_second
        if limit is not None:
            waits.append(self._window(chat_id).wait_for(count, limit, now))
        if self.all_per_second is not None:
            waits.append(self._everything.wait_for(count, self.all_per_second, now))
        longest = max(waits)
        return too_many_requests(math.ceil(longest / _SECOND)) if longest > timedelta(0) else None

    def accepted(self, method: str, arguments: Arguments, now: datetime) -> int:
        """Count the messages of a call that was carried out, and return how many they are."""
        count, chat_id = messages_of(method, arguments), arguments.integer("chat_id")
        self._everything.times.extend([now] * count)
        if count:
            self._window(chat_id).times.extend([now] * count)
        self._everything.forget(now)
        return count

    def _window(self, chat_id: int) -> _Window:
        return self._chats.setdefault(chat_id, _Window(_MINUTE if chat_id < 0 else _SECOND))


def messages_of(method: str, arguments: Arguments) -> int:
    """Return how many messages a call sends or changes: each of an album or of a list counts."""
    name = method.lower()
    if not name.startswith(_COUNTED) or name in _NOT_COUNTED:
        return 0
    listed = {"sendmediagroup": "media", "copymessages": "message_ids", "forwardmessages": "message_ids"}
    given = arguments.json(listed[name]) if name in listed else None
    return len(given) if isinstance(given, list) else 1
