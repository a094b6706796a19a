"""The port for metrics, and the names of all metrics."""

from enum import StrEnum
from typing import Protocol


class Metric(StrEnum):
    """The metrics; the values are the names in CloudWatch."""

    FIRST_CONTACTS = "FirstContacts"
    TRIALS = "Trials"
    CONNECTED = "Connected"
    EXPIRED = "Expired"
    DELETED = "Deleted"
    DUPLICATES = "Duplicates"
    CONFLICTS = "Conflicts"
    REFUSED = "Refused"
    QUARANTINED_UPDATES = "QuarantinedUpdates"
    LOST_UPDATES = "LostUpdates"
    DEAD_LETTERED = "DeadLettered"
    CLOCK_LAG = "ClockLag"
    DUE = "Due"
    UNDELIVERED = "Undelivered"
    BUGS = "Bugs"
    UNREADABLE_ITEMS = "UnreadableItems"
    RETRIED = "Retried"
    UNKNOWN_UPDATES = "UnknownUpdates"
    PARTLY_READ_UPDATES = "PartlyReadUpdates"
    UNKNOWN_WORK = "UnknownWork"
    UNPLACED = "Unplaced"
    OVER_CAPACITY = "OverCapacity"
    UNUSABLE_ENDPOINTS = "UnusableEndpoints"
    PANEL_FAILURES = "PanelFailures"
    PANEL_PROBES = "PanelProbes"
    QUESTIONS_DEFERRED = "QuestionsDeferred"
    DRIFT = "Drift"
    ORPHANS_REMOVED = "StraysRemoved"


class Metrics(Protocol):
    """Counts events and measures, and logs deferred and failed work."""

    def count(self, metric: Metric, value: float = 1) -> None:
        """Add `value` to a metric; seconds for CLOCK_LAG, a number of events for all others."""
        ...

    def failed(self, work: str, why: Exception) -> None:
        """Log a bug in due work, with its stack; `work` is the prefix of its sort key."""
        ...

    def deferred(self, work: str, why: Exception) -> None:
        """Log why due work is deferred; `work` is the prefix of its sort key."""
        ...
