"""Each minute: find due work, claim it, send it to workers. The cost depends on the due work, not on all people."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import batched

from vpnbot.domain.scheduling import CLAIM, DueItem
from vpnbot.errors import Retryable
from vpnbot.usecases.ports import DueIndex, DueQueue, Metric, Metrics, Pace

BACKLOG = 240
"""The most claims that wait in the queue. Three workers that need a second for each take 180 in a minute; more claims
would wait so long that they expire, and urgent work would wait behind them."""

INTERVAL = timedelta(minutes=1)
"""The time from one run to the next."""

LONGEST_RUN = timedelta(seconds=40)
"""A run ends after this time, before its time limit and before the next run."""

SLICE = 10
"""Claims that are sent together: as many as SQS accepts in one call."""

_PAUSE = timedelta(seconds=1)
"""How long the speed of the workers is measured."""


def dispatch_due(
    index: DueIndex, queue: DueQueue, clock: Callable[[], datetime], metrics: Metrics, pace: Pace
) -> int:
    """Claim due work and send it to workers, the most urgent first; return how many claims were sent.

    No more claims are sent than the workers take: work that must wait stays in the index, where more urgent work can
    overtake it. While the workers are so fast that the queue would be empty before the next run, this run sends more.
    How fast they are is read from the index, because the queue counts its messages with a delay. The metric of the
    oldest due work is counted only at the end: an alarm takes it for a run that was completed.

    Raises:
        StorageUnavailable: the storage did not answer; the work stays due.
        Retryable: the queue did not answer or did not accept the claims; the work is due again.
    """
    ends_at, first_at = pace.elapsed() + LONGEST_RUN, clock()
    sent, unfinished, lag = 0, 0, timedelta()
    while True:
        now = clock()
        found = index.due(now, BACKLOG)
        if not sent:
            lag = now - min((item.due_at for item in found), default=now)
            metrics.count(Metric.DUE, len(found))
        if not found:
            break
        waiting = unfinished if sent else queue.waiting()
        chosen = found[: max(BACKLOG - waiting, 0)]
        claimed = 0
        for some in batched(chosen, SLICE, strict=False):
            if pace.elapsed() < ends_at:
                claimed += _sent(some, index, queue, now)
        sent += claimed
        more_due = len(chosen) < len(found) or len(found) == BACKLOG
        if not claimed or not more_due or pace.elapsed() >= ends_at:
            break
        pace.pause(_PAUSE)
        before, unfinished = unfinished + claimed, index.count(first_at + CLAIM, now + CLAIM)
        if not _workers_need_more(before - unfinished, unfinished):
            break
    metrics.count(Metric.CLOCK_LAG, lag.total_seconds())
    return sent


def _sent(chosen: Sequence[DueItem], index: DueIndex, queue: DueQueue, now: datetime) -> int:
    """Claim and send one slice; if a claim fails, the claims before it are sent first."""
    claims: list[DueItem] = []
    try:
        for item in chosen:
            claim = index.claim(item, now)
            if claim is not None:
                claims.append(claim)
    finally:
        if claims:
            _send(claims, index, queue)
    return len(claims)


def _send(claims: Sequence[DueItem], index: DueIndex, queue: DueQueue) -> None:
    """Send one slice of claims; if that fails, release them."""
    try:
        queue.send(claims)
    except Retryable:
        for claim in claims:
            index.postpone(claim, claim.due_since or claim.due_at)
        raise


def _workers_need_more(finished: int, unfinished: int) -> bool:
    """Tell whether the workers, after what they `finished` during the pause, need more before the next run."""
    return finished > 0 and unfinished * _PAUSE < finished * INTERVAL
