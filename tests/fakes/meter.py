"""What was counted, by name."""

from collections import Counter

from vpnbot.usecases.ports import Metric


class Meter:
    """Adds up."""

    def __init__(self) -> None:
        self.counts: Counter[Metric] = Counter()
        self.put_offs: list[tuple[str, str]] = []

    def count(self, metric: Metric, value: float = 1) -> None:
        """Add to one metric."""
        self.counts[metric] += int(value)

    def deferred(self, work: str, why: Exception) -> None:
        """Keep what has to wait, and why."""
        self.put_offs.append((work, type(why).__name__))
