"""Metrics in memory."""

from collections import Counter

from vpnbot.domain.money import Money
from vpnbot.usecases.ports import Metric


class Meter:
    """Implements the `Metrics` port: sums of the counts, and the deferred work."""

    def __init__(self) -> None:
        self.counts: Counter[Metric] = Counter()
        self.revenues: Counter[str] = Counter()
        self.deferred_work: list[tuple[str, str]] = []
        self.failed_work: list[tuple[str, str]] = []

    def count(self, metric: Metric, value: float = 1) -> None:
        """Add to one metric."""
        self.counts[metric] += int(value)

    def revenue(self, money: Money) -> None:
        """Add to the revenue in one currency, in minor units."""
        self.revenues[money.currency] += money.amount_minor

    def failed(self, work: str, why: Exception) -> None:
        """Record which work failed because of a bug, and the class of the error."""
        self.failed_work.append((work, type(why).__name__))

    def deferred(self, work: str, why: Exception) -> None:
        """Record which work was deferred, and the class of the error that is the reason."""
        self.deferred_work.append((work, type(why).__name__))
