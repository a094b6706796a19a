"""When work that failed is tried again, and when it is given up: the only place that decides it."""

from datetime import datetime

from vpnbot.domain.scheduling import MAX_ATTEMPTS, Due, DueItem, WorkKind
from vpnbot.errors import Retryable
from vpnbot.usecases.error_policy import OnWork, policy_of


def next_due(due: Due, error: Exception, kind: WorkKind, now: datetime) -> Due:
    """Return when work of this kind is tried again after `error`; dead-lettered if that was its last attempt.

    `due` is the claim under which it failed. A panel that was not called costs no attempt of work whose attempts are
    limited; work that is never given up has no need of that, and keeps its longer delays.
    """
    policy = policy_of(error)
    if not policy.attempted and kind.may_be_dead_lettered:
        due = due.not_attempted()
    retry_forever = policy.work is OnWork.WAIT or not kind.may_be_dead_lettered
    return due.failed(now, error.after if isinstance(error, Retryable) else None, retry_forever=retry_forever)


def worn_out(claim: DueItem, kind: WorkKind) -> bool:
    """Tell whether a new claim is one too many: workers took the item on so often and never set its next time."""
    return kind.may_be_dead_lettered and claim.attempts > MAX_ATTEMPTS
