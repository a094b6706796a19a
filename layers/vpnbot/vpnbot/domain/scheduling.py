"""Due work: items that wait for their time, the claims on them, and the kinds of work that this version knows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

INLINE_CLAIM = timedelta(seconds=60)
"""The claim of a commit that tries its work at once."""

CLAIM = timedelta(minutes=5)
"""The claim of a worker; every time-out of a call to the outside ends well inside it."""

MAX_ATTEMPTS = 12
"""After so many failed attempts an item is dead-lettered: with the delays below, after about five hours."""

_FIRST_RETRY = timedelta(seconds=30)
_LONGEST_RETRY = timedelta(hours=1)
_LONGEST_WAIT = timedelta(minutes=10)
_COUNTED_WAITS = 6
"""Waiting counts no more attempts than this, so that an error that comes after the waiting has attempts left."""


@dataclass(frozen=True, slots=True)
class Due:
    """When an item is due, and how many attempts are counted so far."""

    at: datetime
    attempts: int = 0
    dead_lettered: bool = False

    def claimed(self, now: datetime) -> "Due":
        """Return the claim of a worker that starts now: no other worker gets the item before it ends."""
        return replace(self, at=now + CLAIM, attempts=self.attempts + 1)

    def not_attempted(self) -> "Due":
        """Return this claim with the attempt that `claimed` counted taken back: nothing was tried under it."""
        return replace(self, attempts=max(self.attempts - 1, 0))

    def failed(self, now: datetime, after: timedelta | None = None, *, retry_forever: bool = False) -> "Due":
        """Return when to try again: after a delay that doubles with each attempt, and never before `after`.

        An item that failed before any worker claimed it is due again at once. The last attempt dead-letters the item:
        it stays stored, is listed and alarmed, and waits for the operator. With `retry_forever` there is no last
        attempt, and the longest delay is ten minutes.
        """
        if self.attempts >= MAX_ATTEMPTS and not retry_forever:
            return replace(self, at=now, dead_lettered=True)
        longest, attempts = _LONGEST_RETRY, self.attempts
        if retry_forever:
            longest, attempts = _LONGEST_WAIT, min(attempts, _COUNTED_WAITS)
        backoff = min(_FIRST_RETRY * 2 ** (attempts - 1), longest) if attempts else timedelta()
        return replace(self, at=now + max(backoff, after or timedelta()), attempts=attempts)


def inline_claim(now: datetime) -> Due:
    """Return the claim of a commit that tries its work at once."""
    return Due(now + INLINE_CLAIM)


@dataclass(frozen=True, slots=True)
class DueItem:
    """An item of the due index as it was read. A worker proves with `due_at` that the claim is its own.

    `partition` is the partition of a person, of the servers, or of whatever else has due work.
    """

    partition: str
    sort_key: str
    due_at: datetime
    attempts: int = 0

    @property
    def prefix(self) -> str:
        """The first part of the sort key, which says what kind of work it is."""
        return self.sort_key.partition("#")[0]


@dataclass(frozen=True, slots=True)
class WorkKind:
    """A kind of due work: the first part of its items' sort keys, and whether it may be dead-lettered.

    Its handler stands in `usecases/scheduling/due_handlers.py`.
    """

    name: str
    prefix: str
    may_be_dead_lettered: bool = True


ERASE_HISTORY = WorkKind("erase_history", "USER")
ADVANCE_SUBSCRIPTION = WorkKind("advance_subscription", "SUB")
PROVISION = WorkKind("provision", "ACCESS")
DELIVER_NOTIFICATION = WorkKind("deliver_notification", "OUT")
WATCH_SERVER = WorkKind("watch_server", "WATCH")
RECONCILE_SERVER = WorkKind("reconcile_server", "ROUND", may_be_dead_lettered=False)

WORK_KINDS = (
    ERASE_HISTORY,
    ADVANCE_SUBSCRIPTION,
    PROVISION,
    DELIVER_NOTIFICATION,
    WATCH_SERVER,
    RECONCILE_SERVER,
)

UNKNOWN_WORK = WorkKind("unknown", "", may_be_dead_lettered=False)
"""What a newer version has written: it waits for that version, however long."""


def kind_of(item: DueItem, known: Iterable[WorkKind] = WORK_KINDS) -> WorkKind:
    """Return the kind among those `known` that an item is of, else `UNKNOWN_WORK`."""
    return next((kind for kind in known if kind.prefix == item.prefix), UNKNOWN_WORK)
