"""When failed due work is tried again, and when it is dead-lettered. All due work uses these rules."""

from datetime import datetime

from vpnbot.domain.scheduling import MAX_ATTEMPTS, Due, DueItem, WorkKind
from vpnbot.errors import Retryable
from vpnbot.usecases.error_policy import OnWork, policy_of


def next_due(due: Due, error: Exception, kind: WorkKind, now: datetime) -> Due:
    """Return when work of this kind is tried again after `error`; dead-lettered if that was its last attempt.

    `due` is the claim under which the work failed. If the attempts of the kind are limited, an error without a call
    to the panel (`ErrorPolicy.attempted` is false) does not count as an attempt. For other kinds it does count, which
    only makes the delay longer.
    """
    policy = policy_of(error)
    if not policy.attempted and kind.may_be_dead_lettered:
        due = due.not_attempted()
    retry_forever = policy.work is OnWork.WAIT or not kind.may_be_dead_lettered
    return due.failed(now, error.after if isinstance(error, Retryable) else None, retry_forever=retry_forever)


def claimed_too_often(claim: DueItem, kind: WorkKind) -> bool:
    """Tell whether an item was claimed more often than `MAX_ATTEMPTS`, and so must be dead-lettered.

    This happens when workers end without setting the item's next time, for example because of a bug or a time-out.
    """
    return kind.may_be_dead_lettered and claim.attempts > MAX_ATTEMPTS
