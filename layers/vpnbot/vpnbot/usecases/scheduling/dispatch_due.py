"""Each minute: find what is due, claim it, hand it to workers. Cost follows what is due, never who is there."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import batched

from vpnbot.domain.scheduling import MAX_ATTEMPTS, DueItem
from vpnbot.errors import Retryable
from vpnbot.usecases.ports import DueIndex, DueQueue, Metric, Metrics

LIMIT = 500
"""Claims a run; the next minute takes the rest."""

SLICE = 10
"""Claims that are handed over together: as many as SQS takes in one call."""


def dispatch_due(index: DueIndex, queue: DueQueue, clock: Callable[[], datetime], metrics: Metrics) -> int:
    """Return how many claims were handed out. Work for a person that was tried too often in vain is parked instead.

    Raises:
        StorageUnavailable: DynamoDB did not answer; what is due stays due.
        Retryable: the queue did not take them; the claims run out, and the work is found again. It has not been
            tried, so that this wears nothing out.
    """
    now = clock()
    found = index.due(now, LIMIT)
    metrics.count(Metric.DUE, len(found))
    metrics.count(Metric.CLOCK_LAG, max((now - found[0].due_at).total_seconds(), 0) if found else 0)
    return sum(_hand_out(some, index, queue, now, metrics) for some in batched(found, SLICE, strict=False))


def _hand_out(found: Sequence[DueItem], index: DueIndex, queue: DueQueue, now: datetime, metrics: Metrics) -> int:
    """Claim a few and hand them over at once, so that whatever fails later takes no claim along."""
    claims = [claim for item in found if (claim := index.claim(item, now))]
    worn_out = [claim for claim in claims if claim.attempts > MAX_ATTEMPTS and not claim.concerns_server]
    for claim in worn_out:
        index.postpone(claim, now, dead_letter=True)
    metrics.count(Metric.DEAD_LETTERED, len(worn_out))
    handed_out = [claim for claim in claims if claim not in worn_out]
    try:
        queue.send(handed_out)
    except Retryable:
        for claim in handed_out:
            index.postpone(claim, claim.due_at, attempts=0)
        raise
    return len(handed_out)
