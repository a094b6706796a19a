"""How many people are in each state: counted once a night, because the sums of flows do not tell it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from vpnbot.domain.audience.segment import Criteria, Segment, SegmentKind


class Level(StrEnum):
    """What is counted. LAPSED: the time of a trial or plan has ended in the last 30 days."""

    ACTIVE = "active"
    TRIAL = "trial"
    LAPSED = "lapsed"
    KNOWN = "known"
    REACHABLE = "reachable"

    def criteria(self, now: datetime) -> Criteria:
        """Return what the facts of these people meet at `now`."""
        return Segment(_SEGMENTS[self], reachable=self is Level.REACHABLE).criteria(now)


_SEGMENTS = {
    Level.ACTIVE: SegmentKind.ACTIVE,
    Level.TRIAL: SegmentKind.ON_TRIAL,
    Level.LAPSED: SegmentKind.EXPIRED_LATELY,
    Level.KNOWN: SegmentKind.EVERYBODY,
    Level.REACHABLE: SegmentKind.EVERYBODY,
}


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels of one night; a level that has not been counted is left out."""

    day: date
    counts: Mapping[Level, int] = field(default_factory=dict)

    def of(self, level: Level) -> int:
        """Return a level; 0 if it was not counted."""
        return self.counts.get(level, 0)
