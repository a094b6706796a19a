"""How each class of error is handled: one row per class, used by the webhook, the due worker and the backoff."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from vpnbot.domain.orders.provider_errors import (
    OtherAccount,
    ProviderNotCalled,
    ProviderRejected,
    ProviderUnavailable,
    UnknownPayment,
    WrongAccount,
)
from vpnbot.domain.scheduling import LONGEST_RETRY
from vpnbot.domain.servers.panel_errors import PanelNotCalled, PanelRejected, PanelUnavailable
from vpnbot.errors import (
    AccessDenied,
    AllServersFull,
    AlreadyDecided,
    CallRejected,
    CapacityExhausted,
    ClaimLost,
    Conflict,
    DeletedMeanwhile,
    IllegalTransition,
    InvalidCall,
    ItemExists,
    MessageGone,
    MessageRefused,
    Misconfigured,
    OutOfTime,
    PaymentNotApplied,
    Rejected,
    ReplacedMeanwhile,
    Retryable,
    StorageUnavailable,
    TelegramNotCalled,
    TelegramSilent,
    TelegramUnavailable,
    UnknownKeyVersion,
    UnknownServer,
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

    WAIT: it is tried again with a growing delay, without a limit: it depends on another system or on a setting, and
    is done when that works again. DONE: the work was done before. LEAVE: another worker has the claim. FAIL: a bug;
    the work is tried again with a growing delay, and dead-lettered after the last attempt.
    """

    WAIT = auto()
    DONE = auto()
    LEAVE = auto()
    FAIL = auto()


@dataclass(frozen=True, slots=True)
class ErrorPolicy:
    """One row: what happens to an update, what happens to due work, and the metric that counts the error.

    `longest_wait` limits the delay between two attempts of due work that waits.
    """

    update: OnUpdate
    work: OnWork
    metric: Metric
    longest_wait: timedelta = timedelta(minutes=10)


_WAIT = ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.RETRIED)
_REFUSED = ErrorPolicy(OnUpdate.REFUSE, OnWork.FAIL, Metric.REFUSED)

ERROR_POLICIES: Mapping[type[Exception], ErrorPolicy] = {
    Retryable: _WAIT,
    Conflict: _WAIT,
    CapacityExhausted: _WAIT,
    ReplacedMeanwhile: _WAIT,
    DeletedMeanwhile: _WAIT,
    StorageUnavailable: _WAIT,
    TelegramUnavailable: _WAIT,
    TelegramSilent: _WAIT,
    TelegramNotCalled: _WAIT,
    OutOfTime: _WAIT,
    UnknownKeyVersion: ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.UNKNOWN_KEY_VERSIONS),
    PanelUnavailable: ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.RETRIED, longest_wait=LONGEST_RETRY),
    PanelNotCalled: ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.RETRIED, longest_wait=LONGEST_RETRY),
    AllServersFull: _WAIT,
    Rejected: _REFUSED,
    IllegalTransition: _REFUSED,
    MessageGone: _REFUSED,
    MessageRefused: _REFUSED,
    CallRejected: _REFUSED,
    ProviderUnavailable: ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.RETRIED, longest_wait=LONGEST_RETRY),
    ProviderNotCalled: ErrorPolicy(OnUpdate.REDELIVER, OnWork.WAIT, Metric.RETRIED, longest_wait=LONGEST_RETRY),
    ProviderRejected: _REFUSED,
    UnknownPayment: _REFUSED,
    WrongAccount: ErrorPolicy(OnUpdate.QUARANTINE, OnWork.WAIT, Metric.BUGS, longest_wait=LONGEST_RETRY),
    OtherAccount: ErrorPolicy(OnUpdate.QUARANTINE, OnWork.WAIT, Metric.BUGS, longest_wait=LONGEST_RETRY),
    PanelRejected: ErrorPolicy(OnUpdate.REFUSE, OnWork.WAIT, Metric.REFUSED, longest_wait=LONGEST_RETRY),
    Unreachable: ErrorPolicy(OnUpdate.ACCEPT, OnWork.FAIL, Metric.UNDELIVERED),
    AlreadyDecided: ErrorPolicy(OnUpdate.ACCEPT, OnWork.DONE, Metric.DUPLICATES),
    ClaimLost: ErrorPolicy(OnUpdate.ACCEPT, OnWork.LEAVE, Metric.DUPLICATES),
    Misconfigured: ErrorPolicy(OnUpdate.QUARANTINE, OnWork.WAIT, Metric.BUGS),
    AccessDenied: ErrorPolicy(OnUpdate.QUARANTINE, OnWork.WAIT, Metric.BUGS),
    UnknownServer: ErrorPolicy(OnUpdate.QUARANTINE, OnWork.WAIT, Metric.BUGS),
    UnreadableItem: ErrorPolicy(OnUpdate.QUARANTINE, OnWork.WAIT, Metric.BUGS),
    InvalidCall: ErrorPolicy(OnUpdate.QUARANTINE, OnWork.FAIL, Metric.BUGS),
    ItemExists: ErrorPolicy(OnUpdate.QUARANTINE, OnWork.FAIL, Metric.BUGS),
    PaymentNotApplied: ErrorPolicy(OnUpdate.QUARANTINE, OnWork.FAIL, Metric.BUGS),
    UnknownWork: ErrorPolicy(OnUpdate.QUARANTINE, OnWork.WAIT, Metric.UNKNOWN_WORK),
    Exception: ErrorPolicy(OnUpdate.QUARANTINE, OnWork.FAIL, Metric.BUGS),
}
"""Every class of `vpnbot.errors` has a row of its own; `Exception` is the row of bugs.

A class that a use case or an adapter defines for itself has the row of its base class;
`tests/unit/test_error_policy.py` lists these classes. Work that waits for a panel may wait long: when the panel
works again, the reconciliation run makes it due at once.
"""


def policy_of(error: Exception) -> ErrorPolicy:
    """Return the row of an error's class, or of its nearest base class that has one."""
    return next(ERROR_POLICIES[kind] for kind in type(error).__mro__ if kind in ERROR_POLICIES)
