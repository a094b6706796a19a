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


class Observer:
    """The log and the counts of one function; satisfies the ports `Log` and `Metrics`."""

    def __init__(self) -> None:
        self._log = Logger()
        self._metrics = EphemeralMetrics(namespace=NAMESPACE)  # `Metrics` would share its counts between functions
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
        self._log.set_correlation_id(correlation_id)

    def info(self, message: str, reason: str) -> None:
        """Write something that needs no action."""
        self._log.info(message, reason=reason)

    def warning(self, message: str, error: Exception, quotable: tuple[type[Exception], ...] = ()) -> None:
        """Write a failure that is retried or otherwise handled."""
        self._log.warning(message, extra=_described(error, quotable))

    def error(self, message: str, error: Exception, quotable: tuple[type[Exception], ...] = ()) -> None:
        """Write a failure that needs a person, with the stack of the error."""
        stack = "".join(traceback.format_tb(error.__traceback__))
        self._log.error(message, extra=_described(error, quotable) | {"stack": stack})

    def deferred(self, work: str, why: Exception) -> None:
        """Write why a piece of due work is done later."""
        self._log.warning("due work deferred", extra={"work": work} | _described(why, ()))

    def end(self) -> None:
        """Publish the counts of this invocation."""
        with self._publishing:
            if self._counted:
                self._counted = False
                self._metrics.flush_metrics()


def _described(error: Exception, quotable: tuple[type[Exception], ...]) -> dict[str, str]:
    """Return what the log may say of an error: the messages of other types might quote a person."""
    reason = {"reason": str(error)} if isinstance(error, (VpnbotError, *quotable)) else {}
    return {"error": type(error).__name__} | reason
