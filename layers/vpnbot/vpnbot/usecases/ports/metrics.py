"""The port for metrics, and the names of all metrics."""

from enum import StrEnum
from typing import Protocol

from vpnbot.domain.money import Money


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
    BROKEN_TEXTS = "BrokenTexts"
    UNREADABLE_ITEMS = "UnreadableItems"
    RETRIED = "Retried"
    UNKNOWN_KEY_VERSIONS = "UnknownKeyVersions"
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
    PAYMENTS = "Payments"
    CONVERSIONS = "Conversions"
    PAID_TO_KEY = "PaidToKey"
    STUCK_ORDERS = "StuckOrders"
    HELD_PAYMENTS = "HeldPayments"
    FOREIGN_PAYMENTS = "ForeignPayments"
    FORGED_PAYMENTS = "ForgedPayments"
    REFUNDS_REFUSED = "RefundsRefused"
    RENEWALS_DECLINED = "RenewalsDeclined"
    ORDERS = "Orders"
    RENEWALS = "Renewals"
    REFUNDS = "Refunds"
    UPDATES_IN_QUARANTINE = "UpdatesInQuarantine"
    FAILED_RUNS = "FailedRuns"
    DEAD_LETTERED_WORK = "DeadLetteredWork"
    WAITING_KEYS = "WaitingKeys"
    SUPPORT_CHAT_FAILS = "SupportChatFails"
    TRIALS_NEARLY_TAKEN = "TrialsNearlyTaken"
    UPDATES_NOT_DELIVERED = "UpdatesNotDelivered"
    LATE_STATISTICS = "LateStatistics"


PUBLISHED = frozenset(
    {
        # The dashboard of the business.
        Metric.TRIALS,
        Metric.CONNECTED,
        Metric.CONVERSIONS,
        Metric.ORDERS,
        Metric.PAYMENTS,
        Metric.RENEWALS,
        Metric.RENEWALS_DECLINED,
        Metric.REFUNDS,
        # Alarms, and the technical dashboard.
        Metric.BUGS,
        Metric.CLOCK_LAG,
        Metric.DEAD_LETTERED_WORK,
        Metric.FAILED_RUNS,
        Metric.FORGED_PAYMENTS,
        Metric.HELD_PAYMENTS,
        Metric.PAID_TO_KEY,
        Metric.STUCK_ORDERS,
        Metric.SUPPORT_CHAT_FAILS,
        Metric.TRIALS_NEARLY_TAKEN,
        Metric.UPDATES_IN_QUARANTINE,
        Metric.UPDATES_NOT_DELIVERED,
        Metric.WAITING_KEYS,
        Metric.UNKNOWN_KEY_VERSIONS,
        Metric.UNPLACED,
        Metric.UNREADABLE_ITEMS,
    }
)
"""What is published to CloudWatch, because an alarm or a dashboard uses it. Each costs up to 30 cents of a dollar a
month. All others are only fields of log lines. A test compares this with the templates."""

REVENUE = "Revenue"
"""The metric of `Metrics.revenue`, with the dimension `currency` beside `service`."""

BUGS_OF_VERSION = "BugsOfVersion"
"""Bugs by `function` and `version`, published only for versions that had one: the alarms of a release watch it."""


class Metrics(Protocol):
    """Counts events and measures, and logs deferred and failed work."""

    def count(self, metric: Metric, value: float = 1) -> None:
        """Add `value` to a metric; seconds for CLOCK_LAG and PAID_TO_KEY, a number of events else."""
        ...

    def revenue(self, money: Money) -> None:
        """Add an amount to the revenue in its currency."""
        ...

    def failed(self, work: str, why: Exception) -> None:
        """Log a bug in due work, with its stack; `work` is the prefix of its sort key."""
        ...

    def deferred(self, work: str, why: Exception) -> None:
        """Log why due work is deferred; `work` is the prefix of its sort key."""
        ...
