"""Where things are counted and noted."""

from enum import StrEnum
from typing import Protocol


class Metric(StrEnum):
    """What is counted, one word each; the names of the CloudWatch metrics."""

    FIRST_CONTACTS = "FirstContacts"
    TRIALS = "Trials"
    CONNECTED = "Connected"
    EXPIRED = "Expired"
    DELETED = "Deleted"
    DUPLICATES = "Duplicates"
    CONFLICTS = "Conflicts"
    REFUSED = "Refused"
    QUARANTINED_UPDATES = "QuarantinedUpdates"
    DEAD_LETTERED = "DeadLettered"
    CLOCK_LAG = "ClockLag"
    DUE = "Due"
    UNDELIVERED = "Undelivered"
    BUGS = "Bugs"
    UNREADABLE_ITEMS = "UnreadableItems"
    RETRIED = "Retried"
    UNKNOWN_UPDATES = "UnknownUpdates"
    UNKNOWN_WORK = "UnknownWork"
    UNPLACED = "Unplaced"
    OVER_CAPACITY = "OverCapacity"
    PANEL_FAILURES = "PanelFailures"
    PANEL_PROBES = "PanelProbes"
    DRIFT = "Drift"
    ORPHANS_REMOVED = "StraysRemoved"


class Metrics(Protocol):
    """Where things are counted and noted."""

    def count(self, metric: Metric, value: float = 1) -> None: ...

    def deferred(self, work: str, why: Exception) -> None:
        """Note, for the operator, why a piece of work has to wait."""
        ...
