"""Each minute: find due work, claim it, send it to workers. The cost depends on the due work, not on all people."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from itertools import batched

from vpnbot.domain.scheduling import WORK_KINDS, DueItem, WorkKind, kind_of
from vpnbot.errors import Retryable
from vpnbot.usecases.backoff import claimed_too_often
from vpnbot.usecases.ports import DueIndex, DueQueue, Metric, Metrics

LIMIT = 500
"""The most claims in one run; the run of the next minute takes the rest."""

SLICE = 10
"""Claims that are sent together: as many as SQS accepts in one call."""


def dispatch_due(
    index: DueIndex,
    queue: DueQueue,
    clock: Callable[[], datetime],
    metrics: Metrics,
    kinds: Collection[WorkKind] = WORK_KINDS,
) -> int:
    """Claim due work and send it to workers; return how many claims were sent.

    An item that was claimed too often is dead-lettered instead, if its kind allows it.

    Raises:
        StorageUnavailable: the storage did not answer; the work stays due.
        Retryable: the queue did not accept the claims; the work is due again, and no attempt is counted.
    """
    now = clock()
    found = index.due(now, LIMIT)
    metrics.count(Metric.DUE, len(found))
    metrics.count(Metric.CLOCK_LAG, max((now - found[0].due_at).total_seconds(), 0) if found else 0)
    sent = 0
    for some in batched(found, SLICE, strict=False):
        claims = [claim for item in some if (claim := index.claim(item, now))]
        sent += _send(_without_exhausted(claims, kinds, index, now, metrics), index, queue)
    return sent


def _without_exhausted(
    claims: Sequence[DueItem], kinds: Collection[WorkKind], index: DueIndex, now: datetime, metrics: Metrics
) -> Sequence[DueItem]:
    """Dead-letter the items that were claimed too often; return the other claims."""
    exhausted = [claim for claim in claims if claimed_too_often(claim, kind_of(claim, kinds))]
    for claim in exhausted:
        index.postpone(claim, now, dead_letter=True)
    metrics.count(Metric.DEAD_LETTERED, len(exhausted))
    return [claim for claim in claims if claim not in exhausted]


def _send(claims: Sequence[DueItem], index: DueIndex, queue: DueQueue) -> int:
    """Send one slice of claims; if that fails, release them without counting an attempt."""
    try:
        queue.send(claims)
    except Retryable:
        for claim in claims:
            index.postpone(claim, claim.due_at, attempts=0)
        raise
    return len(claims)
