"""Each minute: find what is due, claim it, hand it to workers. Cost follows what is due, never who is there."""

from collections.abc import Callable
from datetime import datetime

from vpnbot.domain.due import MAX_ATTEMPTS
from vpnbot.usecases.ports import DueIndex, DueQueue, Meter, Metric

LIMIT = 500
"""Claims a run; the next minute takes the rest."""


def dispatch_due(index: DueIndex, queue: DueQueue, clock: Callable[[], datetime], meter: Meter) -> int:
    """Return how many claims were handed out. Work that was tried too often in vain is parked instead.

    Raises:
        StorageUnavailable: DynamoDB did not answer; what is due stays due.
        Retryable: the queue did not take them; the claims run out, and the work is found again.
    """
    now = clock()
    found = index.due(now, LIMIT)
    claims = [claim for item in found if (claim := index.claim(item, now))]
    worn_out = [claim for claim in claims if claim.attempts > MAX_ATTEMPTS]
    for claim in worn_out:
        index.postpone(claim, now, park=True)
    handed_out = [claim for claim in claims if claim.attempts <= MAX_ATTEMPTS]
    queue.send(handed_out)
    meter.count(Metric.DUE, len(found))
    meter.count(Metric.PARKED, len(worn_out))
    meter.count(Metric.CLOCK_LAG, max((now - found[0].due_at).total_seconds(), 0) if found else 0)
    return len(handed_out)
