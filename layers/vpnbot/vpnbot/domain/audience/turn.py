"""The turn: which bulk job may call Telegram for many people now. One job at a time has it, so the rate is bounded.

The turn is urgent first, then oldest first. A job that is refused asks again in a minute; until then the turn holds
its rank, so that no less urgent job takes the turn before it. The same holds for a job between two of its slices. The
turn holds only the most urgent of these jobs: another one may be overtaken by a less urgent job, for one slice, and
for more after a job that died. A job that has ended, or whose workers fail, does not ask again, and its rank is
ignored after `RESERVED_FOR`.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

TURN = timedelta(minutes=1)
"""How long a job has the turn at most: as long as an invocation of a worker lasts."""

ASKS_AGAIN_AFTER = timedelta(minutes=1)
"""When a refused job asks again."""

RESERVED_FOR = timedelta(seconds=150)
"""How long the turn is held for a refused job: longer than two of its attempts to get it."""


class BulkUrgency(StrEnum):
    """What a bulk job does, the most urgent first; the values sort in this order."""

    TELL = "1-tell"
    """Keep a promise: tell people what they wait for."""
    DELETE = "2-delete"
    """Delete or correct messages that were sent."""
    GRANT = "3-grant"
    """Give people something, for example days."""
    SERVICE = "4-service"
    """A message about the service, such as planned maintenance."""
    NEWS = "5-news"
    """All other messages."""


def rank_of(urgency: BulkUrgency, started_at: datetime, job_id: str) -> str:
    """Return the rank of a job: a text, and the lesser one is first. It must be the same whenever the job asks."""
    return f"{urgency}#{started_at.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%S.%fZ')}#{job_id}"


@dataclass(frozen=True, slots=True)
class Turn:
    """The turn as stored: who has it until when, the most urgent refused job, and what Telegram has asked for.

    `paused_until`: Telegram has asked every caller to wait until then. `rate` is the number of calls a second with
    which the last job ended; None: not known.
    """

    taken_by: str | None = None
    taken_until: datetime | None = None
    next_rank: str | None = None
    next_at: datetime | None = None
    paused_until: datetime | None = None
    rate: int | None = None

    def pause(self, now: datetime) -> timedelta:
        """Return how long Telegram must not be called from now on for many people; zero if it may be."""
        return max((self.paused_until or now) - now, timedelta())

    def asked(self, rank: str, now: datetime, until: datetime) -> "Turn":
        """Return the turn after a job of this rank asked to have it until then; `has` says whether it has it."""
        free = self.taken_until is None or self.taken_until <= now
        following = self._reserved(now)
        if free and (following is None or rank <= following):
            kept = self if following is not None and following != rank else self._without_next()
            return replace(kept, taken_by=rank, taken_until=until)
        return self._held_for(rank, now)

    def ended(self, now: datetime, rate: int | None, *, goes_on: bool) -> "Turn":
        """Return the turn given back by the job that has it. One that goes on at once is held like a refused job."""
        ended = replace(self, taken_until=now, rate=self.rate if rate is None else rate)
        return ended._held_for(self.taken_by, now) if goes_on and self.taken_by is not None else ended

    def has(self, rank: str, until: datetime) -> bool:
        """Tell whether a job has the turn until then."""
        return (self.taken_by, self.taken_until) == (rank, until)

    def _held_for(self, rank: str, now: datetime) -> "Turn":
        """Return the turn held for this job, unless it is held for a more urgent one."""
        following = self._reserved(now)
        return replace(self, next_rank=rank, next_at=now) if following is None or rank <= following else self

    def _reserved(self, now: datetime) -> str | None:
        held = self.next_at is not None and now - self.next_at < RESERVED_FOR
        return self.next_rank if held else None

    def _without_next(self) -> "Turn":
        return replace(self, next_rank=None, next_at=None)
