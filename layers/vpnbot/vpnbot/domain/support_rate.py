"""How often the bot sends to the operators' group, which all processes together must not do more often than allowed.

Telegram allows 20 messages a minute to one group (core.telegram.org/bots/faq) and does not say how it counts.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

MOST_A_MINUTE = 18
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SupportRate:
    """The times of what was sent to the group `chat_id` within the last minute, oldest first."""

    chat_id: int = 0
    sent: tuple[datetime, ...] = ()
    version: int = 0

    def possible_at(self, chat_id: int, count: int, now: datetime) -> datetime:
        """Return when `count` more messages may be sent to a group: `now`, or later.

        A number that is larger than the limit is possible when nothing was sent for a minute.
        """
        recent = self._recent(chat_id, now)
        excess = len(recent) + min(count, MOST_A_MINUTE) - MOST_A_MINUTE
        return recent[excess - 1] + _MINUTE if excess > 0 else now

    def taken(self, chat_id: int, count: int, now: datetime) -> "SupportRate":
        """Return this state after `count` more messages; each of them counts, for at most the limit."""
        times = (*self._recent(chat_id, now), *(now for _ in range(min(count, MOST_A_MINUTE))))
        return replace(self, chat_id=chat_id, sent=times)

    def _recent(self, chat_id: int, now: datetime) -> tuple[datetime, ...]:
        return tuple(at for at in self.sent if at > now - _MINUTE) if chat_id == self.chat_id else ()
