"""Hours of the statistics: when an hour can be closed, and when hours are summed again."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from vpnbot.domain.scheduling import Due
from vpnbot.domain.statistics.flow import Flows

STATISTICS = "STATS"
"""The partition of the closed hours and of their closing."""
CLOSING_KEY = "CLOSE"

HOUR = timedelta(hours=1)
CLOSED_AFTER = timedelta(minutes=10)
"""An hour is closed so long after its end: no process that has decided within it runs any more."""
CHECKED_AGAIN = timedelta(hours=48)
"""Once a night, the hours of so long are summed again: an entry may have come late, by a clock that was wrong."""
NIGHT = 3
"""The hour of the day (UTC) at which they are summed again."""


@dataclass(frozen=True, slots=True)
class Closing:
    """Hours that end at `closed_until` or before are closed; those of `checked` were summed again on that day."""

    closed_until: datetime
    checked: str = ""
    due: Due | None = None


@dataclass(frozen=True, slots=True)
class ClosedHour:
    """The sums of an hour: as it was closed, and what was found of it later."""

    sums: Flows = field(default_factory=Flows)
    late: Flows = field(default_factory=Flows)

    @property
    def flows(self) -> Flows:
        """All that was counted in this hour."""
        return Flows.sum((self.sums, self.late))


def hour_of(moment: datetime) -> datetime:
    """Return the beginning of the hour of a time (UTC)."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def closable_until(now: datetime) -> datetime:
    """Return the end of the last hour that can be closed."""
    return hour_of(now - CLOSED_AFTER)


def next_closing(now: datetime) -> datetime:
    """Return when the next hour can be closed."""
    return closable_until(now) + HOUR + CLOSED_AFTER


def night_of(now: datetime, checked: str) -> str:
    """Return the day whose nightly check is due; empty if it was done, or the night has not come yet."""
    day = f"{now.astimezone(UTC):%Y-%m-%d}"
    return day if now.astimezone(UTC).hour >= NIGHT and checked != day else ""
