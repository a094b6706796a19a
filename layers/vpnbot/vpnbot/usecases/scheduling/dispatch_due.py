"""Each minute: find what is due, claim it, hand it to workers. The cost follows what is due, not how many people."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from itertools import batched

from vpnbot.domain.scheduling import WORK_KINDS, DueItem, WorkKind, kind_of
from vpnbot.errors import Retryable
from vpnbot.usecases.backoff import worn_out
from vpnbot.usecases.ports import DueIndex, DueQueue, Metric, Metrics

LIMIT = 500
"""Claims a run; the next minute takes the rest."""

SLICE = 10
"""Claims that are handed over together: as many as SQS takes in one call."""


def dispatch_due(
    index: DueIndex,
    queue: DueQueue,
    clock: Callable[[], datetime],
    metrics: Metrics,
    kinds: Collection[WorkKind] = WORK_KINDS,
) -> int:
    """Return how many claims were handed out. Work that failed too often is dead-lettered, if its kind may be.

    Raises:
        StorageUnavailable: DynamoDB did not answer; what is due stays due.
        Retryable: the queue did not take them; the claims run out, and the work is found again. It was not tried, so
            that this costs no attempt.
    """
    now = clock()
    found = index.due(now, LIMIT)
    metrics.count(Metric.DUE, len(found))
    metrics.count(Metric.CLOCK_LAG, max((now - found[0].due_at).total_seconds(), 0) if found else 0)
    claimed = 0
    for some in batched(found, SLICE, strict=False):
        claims = [claim for item in some if (claim := index.claim(item, now))]
        claimed += _hand_out(_without_worn_out(claims, kinds, index, now, metrics), index, queue)
    return claimed


def _without_worn_out(
    claims: Sequence[DueItem], kinds: Collection[WorkKind], index: DueIndex, now: datetime, metrics: Metrics
) -> Sequence[DueItem]:
    """Dead-letter the claims that are one too many; return the others."""
    too_many = [claim for claim in claims if worn_out(claim, kind_of(claim, kinds))]
    for claim in too_many:
        index.postpone(claim, now, dead_letter=True)
    metrics.count(Metric.DEAD_LETTERED, len(too_many))
    return [claim for claim in claims if claim not in too_many]


def _hand_out(claims: Sequence[DueItem], index: DueIndex, queue: DueQueue) -> int:
    """Send a few claims at once, so that a later failure does not keep them."""
    try:
        queue.send(claims)
    except Retryable:
        for claim in claims:
            index.postpone(claim, claim.due_at, attempts=0)
        raise
    return len(claims)
