"""What becomes of an error: one row for each class, read by the webhook, the worker of due work and the backoff."""

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
    """What becomes of an update whose handling failed.

    REDELIVER: Telegram is asked to deliver it again; a message that is too old for that is quarantined.
    ACCEPT: nothing is left to do. REFUSE: it cannot be done, and the person sees that something went wrong.
    QUARANTINE: it is kept for a replay, and the person sees that something went wrong.
    """

    REDELIVER = auto()
    ACCEPT = auto()
    REFUSE = auto()
    QUARANTINE = auto()


class OnWork(Enum):
    """What becomes of due work that failed.

    RETRY: later, with a growing delay; dead-lettered after the last attempt. WAIT: the same, without a last attempt.
    DONE: the work was done before. LEAVE: another worker has it. FAIL: a bug; the claim runs out, the dispatcher
    hands the item out again, and dead-letters it in the end.
    """

    RETRY = auto()
    WAIT = auto()
    DONE = auto()
    LEAVE = auto()
    FAIL = auto()


@dataclass(frozen=True, slots=True)
class ErrorPolicy:
    """One row: what becomes of an update, what becomes of due work, and the metric of the error.

    `attempted` is false where the failed call never left this system.
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

A class that stands beside its use case or adapter refines one of these for its caller, and takes the row of its base;
`tests/unit/test_error_policy.py` lists them.
"""


def policy_of(error: Exception) -> ErrorPolicy:
    """Return the row of an error's class, or of its nearest base class that has one."""
    return next(ERROR_POLICIES[kind] for kind in type(error).__mro__ if kind in ERROR_POLICIES)
