"""The reconciliation with a provider: its list of payments and refunds is compared with what was applied."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vpnbot.domain.scheduling import Due

OVERLAP = timedelta(days=7)
"""So far back each run begins: a refund may be listed late, and what was applied before is recognised."""
INTERVAL = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The progress of the reconciliation with one provider.

    A run reads everything since `begin`, page by page; `cursor` names the next page, None: a run begins. `ran_at` is
    when the last run ended.
    """

    provider: str
    begin: datetime
    cursor: str | None = None
    ran_at: datetime | None = None
    due: Due | None = None

    def continued(self, cursor: str, now: datetime) -> "Reconciliation":
        """Return the run with its next page due."""
        return replace(self, cursor=cursor, due=Due(now))

    def ended(self, now: datetime) -> "Reconciliation":
        """Return the run ended, and the next one due after the interval."""
        return replace(self, begin=now - OVERLAP, cursor=None, ran_at=now, due=Due(now + INTERVAL))


def reconciliation_key(provider: str) -> str:
    """Return the sort key of the reconciliation with a provider."""
    return f"RECONCILE#{provider}"
