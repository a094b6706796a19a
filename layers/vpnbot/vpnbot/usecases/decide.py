"""How every decision is made: look, choose, commit; look again if the picture was stale; one cause, one decision."""

import random
import time
from collections.abc import Callable

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.errors import AlreadyDecided, Conflict, Rejected
from vpnbot.usecases.ports import Metric, Metrics, Session

ATTEMPTS = 3
_JITTER_SECONDS = 0.05


def decide(session: Session, entry: Entry, choose: Callable[[Person], Person], metrics: Metrics) -> Person:
    """Commit what `choose` makes of the person, once for this cause, whoever else decides at the same time.

    Raises:
        AlreadyDecided: this cause was decided before; the session shows the state it led to.
        Rejected: `choose` refuses, and not because this very cause has already been granted.
        Conflict: three pictures in a row were stale; the sender should come back.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return session.commit(choose(session.person), entry)
        except AlreadyDecided:
            metrics.count(Metric.DUPLICATES)
            session.reload()
            raise
        except Conflict:
            metrics.count(Metric.CONFLICTS)
            if attempt == ATTEMPTS:
                raise
            time.sleep(random.uniform(0, _JITTER_SECONDS) * attempt)  # noqa: S311 - jitter, not a secret
            session.reload()
        except Rejected as refusal:
            if session.decided(entry.cause):
                metrics.count(Metric.DUPLICATES)
                raise AlreadyDecided(entry.cause) from refusal
            raise
    raise AssertionError("the loop above returns or raises")
