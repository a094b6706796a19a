"""When failed due work is tried again, and when it is dead-lettered. All due work uses these rules."""

from datetime import datetime, timedelta

from vpnbot.domain.scheduling import Due, WorkKind
from vpnbot.errors import Retryable
from vpnbot.usecases.error_policy import OnWork, policy_of


def next_due(due: Due, error: Exception, kind: WorkKind, now: datetime) -> Due:
    """Return when work of this kind is tried again after `error`; dead-lettered if that was its last attempt.

    `due` is the claim under which the work failed. Only a bug is given up after `MAX_ATTEMPTS`; work that waits for
    another system is retried without a limit.
    """
    policy = policy_of(error)
    after = error.after if isinstance(error, Retryable) else timedelta()
    if policy.work is OnWork.FAIL:
        return due.failed(now, after, may_be_dead_lettered=kind.may_be_dead_lettered)
    return due.failed(now, after, longest=policy.longest_wait)


def after_lost_worker(due: Due, kind: WorkKind, now: datetime) -> Due:
    """Return the due time of work whose worker ended without a result; dead-lettered if that was its last attempt.

    A worker that was killed, for example by its time limit, cannot record its failure itself.
    """
    return due.failed(now, may_be_dead_lettered=kind.may_be_dead_lettered)
