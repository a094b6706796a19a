"""What was counted, by name."""

from collections import Counter

from vpnbot.usecases.ports import Metric


class Meter:
    """Adds up."""

    def __init__(self) -> None:
        self.counts: Counter[Metric] = Counter()

    def count(self, metric: Metric, value: float = 1) -> None:
        """Add to one metric."""
        self.counts[metric] += int(value)
