"""Every five minutes: measure what waits until an operator acts, for the alarms.

A count of events cannot tell whether something still waits: the alarm would clear while it does. These metrics are
the state itself, read again and again. 0 is not published, because a metric costs by the hours with a value.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from vpnbot.errors import VpnbotError
from vpnbot.usecases.ports import Backlogs, Log, Metric, Metrics

EVERY = timedelta(minutes=5)
"""The period of the alarms on these metrics."""

MEASURED = (
    Metric.UPDATES_IN_QUARANTINE,
    Metric.FAILED_RUNS,
    Metric.DEAD_LETTERED_WORK,
    Metric.WAITING_KEYS,
    Metric.SUPPORT_CHAT_FAILS,
    Metric.TRIALS_NEARLY_TAKEN,
)


def measure_backlogs(backlogs: Backlogs, now: datetime, metrics: Metrics, log: Log) -> None:
    """Publish the backlogs if this run of the dispatcher is the one in five that does.

    A backlog that cannot be read is not published either; the others are.
    """
    if now.minute % (EVERY // timedelta(minutes=1)):
        return
    reads: Sequence[Callable[[], int]] = (
        backlogs.quarantined_updates,
        backlogs.failed_runs,
        backlogs.dead_lettered_work,
        backlogs.waiting_keys,
        backlogs.support_chat_fails,
        backlogs.trials_nearly_taken,
    )
    for metric, read in zip(MEASURED, reads, strict=True):
        try:
            if waiting := int(read()):
                metrics.count(metric, waiting)
        except VpnbotError as error:
            log.warning(f"{metric} not measured", error)
