"""The hours of the day in which messages are sent that can wait; which these are, is in `notifications.CAN_WAIT`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_DAY = timedelta(days=1)
_TYPED = re.compile(r"(?P<opens>[0-9]{1,2})(?::00)?[-\u2013\u2014](?P<closes>[0-9]{1,2})(?::00)?")

LANGUAGE_ZONES: Mapping[str, timedelta] = {"ru": timedelta(hours=3)}
"""The zone of a person by their language while the shop has none, as in the locale files; any other: UTC."""


@dataclass(frozen=True, slots=True)
class SendingHours:
    """From which hour of the day messages are sent, and before which one; 0 and 24: at any time."""

    opens: int = 10
    closes: int = 21

    @property
    def valid(self) -> bool:
        """Whether there is such a part of a day."""
        return 0 <= self.opens < self.closes <= 24

    def in_zone(self, ahead: timedelta) -> "SendingWindow":
        """Return these hours in a zone that is `ahead` of UTC."""
        return SendingWindow(self.opens, self.closes, ahead // timedelta(minutes=1))

    def __str__(self) -> str:
        """Return the hours as they are typed, "10-21"."""
        return f"{self.opens}-{self.closes}"


def typed_hours(text: str) -> SendingHours | None:
    """Return the hours that are meant by "10-21" or "10:00 - 21:00"; None if a text is nothing like that."""
    typed = _TYPED.fullmatch(re.sub(r"\s", "", text))
    hours = SendingHours(int(typed["opens"]), int(typed["closes"])) if typed else None
    return hours if hours is not None and hours.valid else None


USUAL_HOURS = SendingHours()
ANY_TIME = SendingHours(0, 24)


@dataclass(frozen=True, slots=True)
class SendingWindow:
    """Sending hours in a zone that is `ahead_minutes` ahead of UTC.

    A moment that is moved keeps its minutes past the hour, so that not all messages of a night are due at once.
    """

    opens: int
    closes: int
    ahead_minutes: int = 0

    def open_at(self, moment: datetime) -> bool:
        """Tell whether messages are sent at a moment."""
        return self.opens <= self._local(moment).hour < self.closes

    def following(self, moment: datetime) -> datetime:
        """Return a moment if it is in the hours, else one in the next first hour of them."""
        local = self._local(moment)
        if local.hour < self.opens:
            return self._at(local, self.opens)
        return moment if local.hour < self.closes else self._at(local + _DAY, self.opens)

    def preceding(self, moment: datetime) -> datetime:
        """Return a moment if it is in the hours, else one of the evening before.

        That is in the last hour but one, if there is one: an attempt that fails is repeated before the hours end.
        """
        local, evening = self._local(moment), max(self.closes - 2, self.opens)
        if local.hour >= self.closes:
            return self._at(local, evening)
        return moment if local.hour >= self.opens else self._at(local - _DAY, evening)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(UTC) + timedelta(minutes=self.ahead_minutes)

    def _at(self, local: datetime, hour: int) -> datetime:
        return local.replace(hour=hour) - timedelta(minutes=self.ahead_minutes)
