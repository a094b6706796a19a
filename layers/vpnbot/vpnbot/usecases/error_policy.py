"""How each class of error is handled: one row per class, used by the webhook, the due worker and the backoff."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from vpnbot.domain.servers.panel_errors import PanelNotCalled, PanelRejected, PanelUnavailable
from vpnbot.errors import (
    AllServersFull,
    AlreadyDecided,
    CapacityExhausted,
    ClaimLost,
    Conflict,
    IllegalTransition,
    ItemExists,
    MessageGone,
    Misconfigured,
    OutOfTime,
    PaymentNotApplied,
    Rejected,
    Retryable,
    StorageUnavailable,
    TelegramUnavailable,
    UnknownWork,
    Unreachable,
    UnreadableItem,
)
from vpnbot.usecases.ports import Metric


class OnUpdate(Enum):
    """What happens to an update whose handling failed.

    REDELIVER: Telegram is asked to deliver it again; a message that is too old for that is quarantined.
    ACCEPT: nothing is left to do. REFUSE: the request cannot be done, and the person sees that something went wrong.
    QUARANTINE: the update is stored for a replay, and the person sees that something went wrong.
    """

    REDELIVER = auto()
    ACCEPT = auto()
    REFUSE = auto()
    QUARANTINE = auto()


class OnWork(Enum):
    """What happens to due work that failed.

    RETRY: it is tried later, with a growing delay, and dead-lettered after the last attempt. WAIT: the same, without
    a last attempt. DONE: the work was done before. LEAVE: another worker has the claim. FAIL: a bug; the claim
    expires, the dispatcher sends the item to a worker again, and dead-letters it after too many claims.
    """

    RETRY = auto()
    WAIT = auto()
    DONE = auto()
    LEAVE = auto()
    FAIL = auto()


@dataclass(frozen=True, slots=True)
class ErrorPolicy:
    """One row: what happens to an update, what happens to due work, and the metric that counts the error.

    `attempted` is false if no request was sent to the other system.
    """

    update: OnUpdate
    work: OnWork
    metric: Metric
    attempted: bool = True


_RETRY = ErrorPolicy(OnUpdate.REDELIVER, OnWork.RETRY, Metric.RETRIED)
_WAIT = ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.RETRIED)
_REFUSED = ErrorPolicy(OnUpdate.REFUSE, OnWork.FAIL, Metric.REFUSED)

ERROR_POLICIES: Mapping[type[Exception], ErrorPolicy] = {
    Retryable: _RETRY,
    Conflict: _RETRY,
    CapacityExhausted: _RETRY,
    StorageUnavailable: _RETRY,
    TelegramUnavailable: _RETRY,
    OutOfTime: _RETRY,
    PanelUnavailable: _WAIT,
    PanelNotCalled: ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.RETRIED, attempted=False),
    AllServersFull: _WAIT,
    Rejected: _REFUSED,
    IllegalTransition: _REFUSED,
    MessageGone: _REFUSED,
    PanelRejected: ErrorPolicy(OnUpdate.REFUSE, OnWork.RETRY, Metric.REFUSED),
    Unreachable: ErrorPolicy(OnUpdate.ACCEPT, OnWork.FAIL, Metric.UNDELIVERED),
    AlreadyDecided: ErrorPolicy(OnUpdate.ACCEPT, OnWork.DONE, Metric.DUPLICATES),
    ClaimLost: ErrorPolicy(OnUpdate.ACCEPT, OnWork.LEAVE, Metric.DUPLICATES),
    Misconfigured: ErrorPolicy(OnUpdate.QUARANTINE, OnWork.RETRY, Metric.BUGS),
    UnreadableItem: ErrorPolicy(OnUpdate.QUARANTINE, OnWork.WAIT, Metric.BUGS),
    ItemExists: ErrorPolicy(OnUpdate.QUARANTINE, OnWork.FAIL, Metric.BUGS),
    PaymentNotApplied: ErrorPolicy(OnUpdate.QUARANTINE, OnWork.FAIL, Metric.BUGS),
    UnknownWork: ErrorPolicy(OnUpdate.QUARANTINE, OnWork.WAIT, Metric.UNKNOWN_WORK),
    Exception: ErrorPolicy(OnUpdate.QUARANTINE, OnWork.FAIL, Metric.BUGS),
}
"""Every class of `vpnbot.errors` has a row of its own; `Exception` is the row of bugs.

A class that a use case or an adapter defines for itself has the row of its base class;
`tests/unit/test_error_policy.py` lists these classes.
"""


def policy_of(error: Exception) -> ErrorPolicy:
    """Return the row of an error's class, or of its nearest base class that has one."""
    return next(ERROR_POLICIES[kind] for kind in type(error).__mro__ if kind in ERROR_POLICIES)
