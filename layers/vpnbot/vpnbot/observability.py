"""Structured logs with a correlation id, and counts as CloudWatch metrics, both through Powertools.

Logs never hold tokens, keys, share links or the text of messages. Metrics are EMF lines in the log: no call, no wait.
"""

from threading import Lock

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from vpnbot.usecases.ports import Metric

NAMESPACE = "vpnbot"


class Observer:
    """The log and the counts of one function."""

    def __init__(self) -> None:
        self.log = Logger()
        self._metrics = EphemeralMetrics(namespace=NAMESPACE)  # `Metrics` would share its counts with other doors
        self._publishing = Lock()
        self._counted = False

    def count(self, metric: Metric, value: float = 1) -> None:
        """Count something; it is published when the invocation ends."""
        unit = MetricUnit.Seconds if metric is Metric.CLOCK_LAG else MetricUnit.Count
        with self._publishing:
            self._metrics.add_metric(name=metric, unit=unit, value=value)
            self._counted = True

    def begin(self, correlation_id: str) -> None:
        """Give every log line of this invocation the same id."""
        self.log.set_correlation_id(correlation_id)

    def end(self) -> None:
        """Publish the counts of this invocation."""
        with self._publishing:
            if self._counted:
                self._counted = False
                self._metrics.flush_metrics()
