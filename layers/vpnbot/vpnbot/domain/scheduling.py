"""Due work: when items are due, the claims on them, and the kinds of work that this version knows."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

INLINE_CLAIM = timedelta(seconds=60)
"""How long the process that commits due work holds its claim, because it tries the work at once."""

CLAIM = timedelta(minutes=5)
"""How long a worker holds a claim; all time-outs of calls to other systems are much shorter."""

LONGEST_RUN = timedelta(seconds=60)
"""The time limit of a worker, as template.yaml sets it. Work is begun only under a claim that lasts longer."""

MAX_ATTEMPTS = 12
"""After so many attempts that failed because of a bug an item is dead-lettered: after about five hours."""

LONGEST_RETRY = timedelta(hours=1)
"""The longest delay between two attempts."""

_FIRST_RETRY = timedelta(seconds=30)
_COUNTED_WAITS = 8
"""Errors that are retried forever count no more attempts than this: the delay has its longest value by then, and a
later bug has attempts left."""


class Urgency(StrEnum):
    """The order in which due work is sent to workers; the values are the first parts of the names of shards.

    URGENT: access to the VPN begins or ends. NORMAL: messages, and work that has failed before. BULK: work on many
    items in slices, which can wait.
    """

    URGENT = "urgent"
    NORMAL = "due"
    BULK = "bulk"


@dataclass(frozen=True, slots=True)
class Due:
    """When an item is due, and how many attempts have failed so far."""

    at: datetime
    attempts: int = 0
    dead_lettered: bool = False

    def claimed(self, now: datetime) -> "Due":
        """Return the claim of a worker that starts at `now`; no other worker gets the item before the claim ends.

        A claim is not an attempt: a message may wait in the queue, or be lost, before any worker tries the work.
        """
        return replace(self, at=now + CLAIM)

    def failed(
        self,
        now: datetime,
        after: timedelta = timedelta(),
        *,
        longest: timedelta = LONGEST_RETRY,
        may_be_dead_lettered: bool = False,
    ) -> "Due":
        """Return when to try again after a failed attempt: after a delay that doubles with each attempt.

        The delay is at most `longest`, but at least `after`. With `may_be_dead_lettered`, the item is dead-lettered
        after the last attempt: it stays stored, an alarm reports it, and the operator has to retry it.
        """
        # Earlier releases counted each claim, also of work that only waited.
        attempts = (self.attempts if self.attempts < MAX_ATTEMPTS else _COUNTED_WAITS) + 1
        if not may_be_dead_lettered:
            attempts = min(attempts, _COUNTED_WAITS)
        elif attempts >= MAX_ATTEMPTS:
            return Due(now, attempts, dead_lettered=True)
        backoff = min(_FIRST_RETRY * 2 ** (attempts - 1), longest)
        return Due(now + max(backoff, after), attempts)


def inline_claim(now: datetime) -> Due:
    """Return the claim of the process that commits due work at `now` and tries it at once."""
    return Due(now + INLINE_CLAIM)


@dataclass(frozen=True, slots=True)
class DueItem:
    """An item of the due index as it was read, or as a worker has claimed it.

    A claim is valid as long as the stored due time is still `due_at`. `partition` is that of a person or of the
    servers. `due_since` is the time at which a claimed item was due. `redelivered`: an earlier delivery of this claim
    to a worker did not finish. `origin` is the correlation id of what made it due, if that is known.
    """

    partition: str
    sort_key: str
    due_at: datetime
    attempts: int = 0
    due_since: datetime | None = None
    redelivered: bool = False
    origin: str = field(default="", compare=False)

    def claimed_until(self, end: datetime, attempts: int) -> "DueItem":
        """Return the claim of this item that ends at `end`."""
        return replace(
            self, due_at=end, attempts=attempts, due_since=self.due_since or self.due_at, redelivered=False
        )

    @property
    def prefix(self) -> str:
        """The first part of the sort key, which says what kind of work it is."""
        return self.sort_key.partition("#")[0]


@dataclass(frozen=True, slots=True)
class WorkKind:
    """A kind of due work: the first part of its items' sort keys, and whether a bug may dead-letter it.

    `urgency` is that of an item of which only the key is known; see `urgency_of` for a loaded item. `sends`: the work
    is a message, which two workers must not both send that receive the same claim at the same time. Its handler is in
    `usecases/scheduling/person_handlers.py` or `shop_handlers.py`.
    """

    name: str
    prefix: str
    may_be_dead_lettered: bool = True
    urgency: Urgency = Urgency.NORMAL
    sends: bool = False


ERASE_HISTORY = WorkKind("erase_history", "USER", urgency=Urgency.BULK)
ADVANCE_SUBSCRIPTION = WorkKind("advance_subscription", "SUB", urgency=Urgency.URGENT)
PROVISION = WorkKind("provision", "ACCESS", urgency=Urgency.URGENT)
DELIVER_NOTIFICATION = WorkKind("deliver_notification", "OUT", sends=True)
RELAY_QUESTION = WorkKind("relay_question", "RELAYIN", sends=True)
RELAY_ANSWER = WorkKind("relay_answer", "RELAYOUT", sends=True)
REMOVE_TOPIC = WorkKind("remove_topic", "TOPIC", may_be_dead_lettered=False)
REPORT_SUPPORT_TROUBLE = WorkKind("report_support_trouble", "CHAT", may_be_dead_lettered=False)
WATCH_SERVER = WorkKind("watch_server", "WATCH")
END_OUTAGE = WorkKind("end_outage", "OUTAGE", may_be_dead_lettered=False, urgency=Urgency.BULK)
FOLLOW_DOWNTIME = WorkKind("follow_downtime", "DOWNTIME", may_be_dead_lettered=False, urgency=Urgency.BULK)
RECONCILE_SERVER = WorkKind("reconcile_server", "ROUND", may_be_dead_lettered=False, urgency=Urgency.BULK)
FOLLOW_ORDER = WorkKind("follow_order", "ORDER", may_be_dead_lettered=False)
SEND_REFUND = WorkKind("send_refund", "REFUND", may_be_dead_lettered=False)
FOLLOW_UNMATCHED = WorkKind("follow_unmatched", "UNMATCHED", may_be_dead_lettered=False)
FOLLOW_RECEIPT = WorkKind("follow_receipt", "RECEIPT")
STOP_RENEWAL = WorkKind("stop_renewal", "STOP", may_be_dead_lettered=False)
RECONCILE_PAYMENTS = WorkKind("reconcile_payments", "RECONCILE", may_be_dead_lettered=False, urgency=Urgency.BULK)
PROBE_PROVIDER = WorkKind("probe_provider", "PROBE", may_be_dead_lettered=False, sends=True)
DELIVER_ALERT = WorkKind("deliver_alert", "ALERT", sends=True)
TELL_PLANS_OPEN = WorkKind("tell_plans_open", "OPENING", may_be_dead_lettered=False, urgency=Urgency.BULK)
TELL_TRIALS = WorkKind("tell_trials", "TRIALPLACES", may_be_dead_lettered=False, urgency=Urgency.BULK)
RUN_BROADCAST = WorkKind("run_broadcast", "BROADCAST", may_be_dead_lettered=False, urgency=Urgency.BULK)
FOLLOW_GIFT = WorkKind("follow_gift", "GIFT", may_be_dead_lettered=False)
SHOW_PROFILE = WorkKind("show_profile", "PROFILE", may_be_dead_lettered=False, sends=True)
FOLLOW_REWARD = WorkKind("follow_reward", "REWARD")
OFFER_WINBACK = WorkKind("offer_winback", "WINBACK", sends=True)
CLOSE_HOURS = WorkKind("close_hours", "CLOSE", may_be_dead_lettered=False, urgency=Urgency.BULK)

WORK_KINDS = (
    ERASE_HISTORY,
    ADVANCE_SUBSCRIPTION,
    PROVISION,
    DELIVER_NOTIFICATION,
    RELAY_QUESTION,
    RELAY_ANSWER,
    REMOVE_TOPIC,
    REPORT_SUPPORT_TROUBLE,
    WATCH_SERVER,
    END_OUTAGE,
    FOLLOW_DOWNTIME,
    RECONCILE_SERVER,
    FOLLOW_ORDER,
    SEND_REFUND,
    FOLLOW_UNMATCHED,
    FOLLOW_RECEIPT,
    STOP_RENEWAL,
    RECONCILE_PAYMENTS,
    PROBE_PROVIDER,
    DELIVER_ALERT,
    TELL_PLANS_OPEN,
    TELL_TRIALS,
    RUN_BROADCAST,
    FOLLOW_GIFT,
    SHOW_PROFILE,
    FOLLOW_REWARD,
    OFFER_WINBACK,
    CLOSE_HOURS,
)

UNKNOWN_WORK = WorkKind("unknown", "", may_be_dead_lettered=False)
"""The kind of all items that only a newer version knows; they wait for that version, without a limit."""


def kind_of(item: DueItem, known: Iterable[WorkKind] = WORK_KINDS) -> WorkKind:
    """Return the kind of an item among `known`; `UNKNOWN_WORK` if it is none of them."""
    return next((kind for kind in known if kind.prefix == item.prefix), UNKNOWN_WORK)
