"""Structured logs with a correlation id, and counts as CloudWatch metrics, both through Powertools.

Logs never hold tokens, keys, share links or the text of messages. Metrics are EMF lines in the log: no call, no wait.
"""

import traceback
from threading import Lock

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from vpnbot.errors import VpnbotError
from vpnbot.usecases.ports import Metric

NAMESPACE = "vpnbot"


def traces(error: Exception, *, whole: bool = False, outspoken: tuple[type[Exception], ...] = ()) -> dict[str, str]:
    """Return what the log may say of an error: ours and `outspoken` ones speak, others might quote a person."""
    kind = {"error": type(error).__name__}
    reason = {"reason": str(error)} if isinstance(error, (VpnbotError, *outspoken)) else {}
    return kind | reason | ({"stack": "".join(traceback.format_tb(error.__traceback__))} if whole else {})


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

    def failed(self, message: str, error: Exception) -> None:
        """Log something that nobody thought of: what it was and where."""
        self.log.error(message, extra=traces(error, whole=True))

    def deferred(self, work: str, why: Exception) -> None:
        """Log why a piece of work has to wait."""
        self.log.warning("due work put off", extra={"work": work} | traces(why))

    def end(self) -> None:
        """Publish the counts of this invocation."""
        with self._publishing:
            if self._counted:
                self._counted = False
                self._metrics.flush_metrics()
