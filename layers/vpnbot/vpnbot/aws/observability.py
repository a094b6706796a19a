"""Structured logs with a correlation id, and CloudWatch metrics, both through Powertools.

Each activity (an update, one item of due work, a notification, a request) gets one line at its end, with the fields
that docs/logs.md lists. Logs never contain tokens, keys, share links or message texts. Metrics are log lines in the
embedded metric format (EMF), which need no call to CloudWatch.
"""

import os
import time
import traceback
from collections.abc import Mapping
from threading import Lock

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit, single_metric

from vpnbot import correlation
from vpnbot.domain.money import Money
from vpnbot.errors import VpnbotError
from vpnbot.usecases.ports.metrics import BUGS_OF_VERSION, PUBLISHED, REVENUE, Metric

NAMESPACE = "vpnbot"
LINE = "activity"
"""The message of the line that each activity gets."""
_QUIET = frozenset({"page", "dispatch"})
"""Activities whose line is written only if there is something to say: apps load their links without any change, and
most runs of the dispatcher find nothing."""
_UNPUBLISHED = "$LATEST"
_IN_SECONDS = frozenset({Metric.CLOCK_LAG, Metric.PAID_TO_KEY})


class Observer:
    """The log and the metrics of one function; implements the ports `Log` and `Metrics`."""

    def __init__(self) -> None:
        self._log = Logger()
        self._metrics = EphemeralMetrics(namespace=NAMESPACE)  # `Metrics` shares its counts in the whole process
        self._publishing = Lock()
        self._counted = False
        self._cold = True

    def count(self, metric: Metric, value: float = 1) -> None:
        """Add `value` to a metric; it is in the line of the activity and, if it is in `PUBLISHED`, in CloudWatch."""
        unit = MetricUnit.Seconds if metric in _IN_SECONDS else MetricUnit.Count
        with self._publishing:
            if metric in PUBLISHED:
                self._metrics.add_metric(name=metric, unit=unit, value=value)
                self._counted = True
            _counted_in_activity(metric, value)
        if metric is Metric.BUGS:
            _count_for_version(value)

    def revenue(self, money: Money) -> None:
        """Publish an amount as revenue in its currency, see `REVENUE`."""
        amount = float(money.decimal)
        with single_metric(REVENUE, MetricUnit.NoUnit, amount, namespace=NAMESPACE) as metric:
            metric.add_dimension("service", self._log.service)
            metric.add_dimension("currency", money.currency)
        _counted_in_activity(f"{REVENUE}{money.currency}", amount)

    def begin(self, kind: str, correlation_id: str) -> None:
        """Begin an activity, and write the line of the one before."""
        self._write_line()
        correlation.begin(kind, correlation_id)

    def info(self, message: str, reason: str) -> None:
        """Log an event that needs no action."""
        self._log.info(message, extra=self._with_id({"reason": reason}))

    def warning(self, message: str, error: Exception, quotable: tuple[type[Exception], ...] = ()) -> None:
        """Log a failure that is retried or otherwise handled."""
        self._log.warning(message, extra=self._with_id(_described(error, quotable)))

    def error(self, message: str, error: Exception, quotable: tuple[type[Exception], ...] = ()) -> None:
        """Log a failure that an operator has to look at, with its stack."""
        self._log.error(message, extra=self._with_id(_described(error, quotable) | _stack(error)))

    def deferred(self, work: str, why: Exception) -> None:
        """Log why due work is deferred."""
        self._log.warning("due work deferred", extra=self._with_id({"work": work} | _described(why, ())))

    def failed(self, work: str, why: Exception) -> None:
        """Log a bug in due work, with its stack."""
        fields = {"work": work} | _described(why, ()) | _stack(why)
        self._log.error("due work failed", extra=self._with_id(fields))

    def end(self) -> None:
        """Write the line of the activity, and publish the metrics of this invocation."""
        self._write_line()
        correlation.end()
        with self._publishing:
            self._cold = False
            if self._counted:
                self._counted = False
                self._metrics.flush_metrics()

    def _write_line(self) -> None:
        activity = correlation.current()
        if activity is None or (activity.kind in _QUIET and not activity.fields and not activity.counts):
            return
        line = {
            "kind": activity.kind,
            "correlation_id": activity.id,
            "cause": activity.cause,
            "duration_ms": round((time.monotonic() - activity.began) * 1000, 1),
            "cold": int(self._cold),
            **activity.fields,
        }
        self._log.info(LINE, extra=line | ({"counts": dict(activity.counts)} if activity.counts else {}))

    @staticmethod
    def _with_id(fields: Mapping[str, str]) -> dict[str, str]:
        activity = correlation.current()
        return {**({"correlation_id": activity.id} if activity else {}), **fields}


def _counted_in_activity(name: str, value: float) -> None:
    activity = correlation.current()
    if activity is not None and value:
        activity.counts[str(name)] += value


def _stack(error: Exception) -> dict[str, str]:
    return {"stack": "".join(traceback.format_tb(error.__traceback__))}


def _count_for_version(bugs: float) -> None:
    """Publish bugs with the version that has them, by which a release is stopped (template.yaml, NewWebhookHasBugs).

    It is published only after a bug, because each version is a metric of its own, which costs money.
    """
    version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION", _UNPUBLISHED)
    if version == _UNPUBLISHED:
        return
    with single_metric(BUGS_OF_VERSION, MetricUnit.Count, bugs, namespace=NAMESPACE) as metric:
        metric.add_dimension("function", os.environ["AWS_LAMBDA_FUNCTION_NAME"])
        metric.add_dimension("version", version)


def _described(error: Exception, quotable: tuple[type[Exception], ...]) -> dict[str, str]:
    """Return the class of an error and, if it may be logged, its message: see the port `Log`."""
    reason = {"reason": str(error)} if isinstance(error, (VpnbotError, *quotable)) else {}
    return {"error": type(error).__name__} | reason
