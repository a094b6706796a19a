"""Work that waits for its time: an item with a due time is found by the clock, whoever forgot about it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

INLINE_CLAIM = timedelta(seconds=60)
"""Whoever commits work and tries it at once owns it for this long."""

CLAIM = timedelta(minutes=5)
"""A worker owns what it claimed for this long; every outside time-out ends well inside it."""

MAX_ATTEMPTS = 12
"""After so many failures the item is parked for a human: with the backoff below, after about five hours."""

_FIRST_RETRY = timedelta(seconds=30)
_LONGEST_RETRY = timedelta(hours=1)
_LONGEST_PATIENT_RETRY = timedelta(minutes=10)
_PATIENT_ATTEMPTS = 6
"""Waiting counts no further than this, so that whatever comes up after the waiting has attempts of its own."""


@dataclass(frozen=True, slots=True)
class Due:
    """When an item wants attention, and how often it was tried in vain."""

    at: datetime
    attempts: int = 0
    dead_lettered: bool = False

    def claimed(self, now: datetime) -> "Due":
        """Return the claim of a worker that starts now: nobody else will look before it ends."""
        return replace(self, at=now + CLAIM, attempts=self.attempts + 1)

    def failed(self, now: datetime, after: timedelta | None = None, *, retry_forever: bool = False) -> "Due":
        """Return when to try again: with delays that double from claim to claim, and never before `after`.

        What failed before the clock ever claimed it is tried again at the clock's next round.
        The last attempt parks the item: it stays, is listed and alarmed, and waits for the operator. What only waits
        for a panel to come back is `patient`: it is never parked, and looks again every ten minutes at least.
        """
        if self.attempts >= MAX_ATTEMPTS and not retry_forever:
            return replace(self, at=now, dead_lettered=True)
        longest, attempts = _LONGEST_RETRY, self.attempts
        if retry_forever:
            longest, attempts = _LONGEST_PATIENT_RETRY, min(attempts, _PATIENT_ATTEMPTS)
        backoff = min(_FIRST_RETRY * 2 ** (attempts - 1), longest) if attempts else timedelta()
        return replace(self, at=now + max(backoff, after or timedelta()), attempts=attempts)


def inline_claim(now: datetime) -> Due:
    """Return the claim of a commit that tries the work itself, right now."""
    return Due(now + INLINE_CLAIM)


class WorkKind(StrEnum):
    """What a due item asks for; the first word of its sort key."""

    ERASE_HISTORY = "USER"
    ADVANCE_SUBSCRIPTION = "SUB"
    PROVISION = "ACCESS"
    DELIVER_NOTIFICATION = "OUT"
    WATCH_SERVER = "WATCH"
    RECONCILE_SERVER = "ROUND"


@dataclass(frozen=True, slots=True)
class DueItem:
    """An item with its due time as it was read: whoever acts on it proves with that time that it is theirs.

    `partition` is a person's, or the servers' own.
    """

    partition: str
    sort_key: str
    due_at: datetime
    attempts: int = 0

    @property
    def concerns_server(self) -> bool:
        """Whether it is a server's round and nobody's partition."""
        return self.sort_key.startswith(f"{WorkKind.RECONCILE_SERVER}#")

    @property
    def kind(self) -> WorkKind:
        """What it asks for.

        Raises:
            ValueError: a kind this version does not know.
        """
        return WorkKind(self.sort_key.partition("#")[0])
