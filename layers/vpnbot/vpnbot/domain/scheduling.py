"""Due work: when items are due, the claims on them, and the kinds of work that this version knows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

INLINE_CLAIM = timedelta(seconds=60)
"""How long the process that commits due work holds its claim, because it tries the work at once."""

CLAIM = timedelta(minutes=5)
"""How long a worker holds a claim; all time-outs of calls to other systems are much shorter."""

MAX_ATTEMPTS = 12
"""After so many failed attempts an item is dead-lettered: with the delays below, after about five hours."""

_FIRST_RETRY = timedelta(seconds=30)
_LONGEST_RETRY = timedelta(hours=1)
_LONGEST_WAIT = timedelta(minutes=10)
_COUNTED_WAITS = 6
"""Errors that are retried forever count no more attempts than this, so that a later error of another class has
attempts left."""


@dataclass(frozen=True, slots=True)
class Due:
    """When an item is due, and how many attempts were counted so far."""

    at: datetime
    attempts: int = 0
    dead_lettered: bool = False

    def claimed(self, now: datetime) -> "Due":
        """Return the claim of a worker that starts at `now`; no other worker gets the item before the claim ends."""
        return replace(self, at=now + CLAIM, attempts=self.attempts + 1)

    def not_attempted(self) -> "Due":
        """Return this claim without the attempt that `claimed` counted, because the work was not attempted."""
        return replace(self, attempts=max(self.attempts - 1, 0))

    def failed(self, now: datetime, after: timedelta | None = None, *, retry_forever: bool = False) -> "Due":
        """Return when to try again: after a delay that doubles with each attempt, but not before `now + after`.

        An item that failed before any worker claimed it is due again at once. After the last attempt the item is
        dead-lettered: it stays stored, an alarm reports it, and the operator has to retry it. With `retry_forever`
        there is no last attempt, and the longest delay is ten minutes.
        """
        if self.attempts >= MAX_ATTEMPTS and not retry_forever:
            return replace(self, at=now, dead_lettered=True)
        longest, attempts = _LONGEST_RETRY, self.attempts
        if retry_forever:
            longest, attempts = _LONGEST_WAIT, min(attempts, _COUNTED_WAITS)
        backoff = min(_FIRST_RETRY * 2 ** (attempts - 1), longest) if attempts else timedelta()
        return replace(self, at=now + max(backoff, after or timedelta()), attempts=attempts)


def inline_claim(now: datetime) -> Due:
    """Return the claim of the process that commits due work at `now` and tries it at once."""
    return Due(now + INLINE_CLAIM)


@dataclass(frozen=True, slots=True)
class DueItem:
    """An item of the due index as it was read, or as a worker has claimed it.

    A claim is valid as long as the stored due time is still `due_at`. `partition` is that of a person or of the
    servers.
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

    Its handler is in `usecases/scheduling/due_handlers.py`.
    """

    name: str
    prefix: str
    may_be_dead_lettered: bool = True


ERASE_HISTORY = WorkKind("erase_history", "USER")
ADVANCE_SUBSCRIPTION = WorkKind("advance_subscription", "SUB")
PROVISION = WorkKind("provision", "ACCESS")
DELIVER_NOTIFICATION = WorkKind("deliver_notification", "OUT")
RELAY_QUESTION = WorkKind("relay_question", "RELAYIN")
REPORT_SUPPORT_TROUBLE = WorkKind("report_support_trouble", "CHAT", may_be_dead_lettered=False)
WATCH_SERVER = WorkKind("watch_server", "WATCH")
END_OUTAGE = WorkKind("end_outage", "OUTAGE", may_be_dead_lettered=False)
RECONCILE_SERVER = WorkKind("reconcile_server", "ROUND", may_be_dead_lettered=False)

WORK_KINDS = (
    ERASE_HISTORY,
    ADVANCE_SUBSCRIPTION,
    PROVISION,
    DELIVER_NOTIFICATION,
    RELAY_QUESTION,
    REPORT_SUPPORT_TROUBLE,
    WATCH_SERVER,
    END_OUTAGE,
    RECONCILE_SERVER,
)

UNKNOWN_WORK = WorkKind("unknown", "", may_be_dead_lettered=False)
"""The kind of all items that only a newer version knows; they wait for that version, without a limit."""


def kind_of(item: DueItem, known: Iterable[WorkKind] = WORK_KINDS) -> WorkKind:
    """Return the kind of an item among `known`; `UNKNOWN_WORK` if it is none of them."""
    return next((kind for kind in known if kind.prefix == item.prefix), UNKNOWN_WORK)
