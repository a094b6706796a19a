"""Structured logs with a correlation id, and CloudWatch metrics, both through Powertools.

Logs never contain tokens, keys, share links or message texts. Metrics are log lines in the embedded metric format
(EMF), which need no call to CloudWatch.
"""

import traceback
from threading import Lock

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit, single_metric

from vpnbot.domain.money import Money
from vpnbot.errors import VpnbotError
from vpnbot.usecases.ports import Metric

NAMESPACE = "vpnbot"
_IN_SECONDS = frozenset({Metric.CLOCK_LAG, Metric.PAID_TO_KEY})


class Observer:
    """The log and the metrics of one function; implements the ports `Log` and `Metrics`."""

    def __init__(self) -> None:
        self._log = Logger()
        self._metrics = EphemeralMetrics(namespace=NAMESPACE)  # `Metrics` shares its counts in the whole process
        self._publishing = Lock()
        self._counted = False

    def count(self, metric: Metric, value: float = 1) -> None:
        """Add `value` to a metric; it is published at the end of the invocation."""
        unit = MetricUnit.Seconds if metric in _IN_SECONDS else MetricUnit.Count
        with self._publishing:
            self._metrics.add_metric(name=metric, unit=unit, value=value)
            self._counted = True

    def revenue(self, money: Money) -> None:
        """Publish an amount as revenue in its currency: the metric Revenue with the dimension currency."""
        with single_metric("Revenue", MetricUnit.NoUnit, float(money.decimal), namespace=NAMESPACE) as metric:
            metric.add_dimension("currency", money.currency)

    def begin(self, correlation_id: str) -> None:
        """Put this id into every log line until the next call."""
        self._log.set_correlation_id(correlation_id)

    def info(self, message: str, reason: str) -> None:
        """Log an event that needs no action."""
        self._log.info(message, reason=reason)

    def warning(self, message: str, error: Exception, quotable: tuple[type[Exception], ...] = ()) -> None:
        """Log a failure that is retried or otherwise handled."""
        self._log.warning(message, extra=_described(error, quotable))

    def error(self, message: str, error: Exception, quotable: tuple[type[Exception], ...] = ()) -> None:
        """Log a failure that an operator has to look at, with its stack."""
        stack = "".join(traceback.format_tb(error.__traceback__))
        self._log.error(message, extra=_described(error, quotable) | {"stack": stack})

    def deferred(self, work: str, why: Exception) -> None:
        """Log why due work is deferred."""
        self._log.warning("due work deferred", extra={"work": work} | _described(why, ()))

    def failed(self, work: str, why: Exception) -> None:
        """Log a bug in due work, with its stack."""
        stack = "".join(traceback.format_tb(why.__traceback__))
        self._log.error("due work failed", extra={"work": work, "stack": stack} | _described(why, ()))

    def end(self) -> None:
        """Publish the metrics of this invocation."""
        with self._publishing:
            if self._counted:
                self._counted = False
                self._metrics.flush_metrics()


def _described(error: Exception, quotable: tuple[type[Exception], ...]) -> dict[str, str]:
    """Return the class of an error and, if it may be logged, its message: see the port `Log`."""
    reason = {"reason": str(error)} if isinstance(error, (VpnbotError, *quotable)) else {}
    return {"error": type(error).__name__} | reason
